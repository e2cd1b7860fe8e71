package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// clipsKind is the kind of incidents in which shorts come without a clip; the reason stands behind it.
const clipsKind = "clips"

// clipsAtLeast is how long such an incident goes on: where only some clips come, nobody wants to hear of each.
const clipsAtLeast = 10 * time.Minute

// noClip tells of an order that goes on without a clip for a reason that isn't its photo's. Those that
// follow for the same reason are no news.
func (o *Ops) noClip(ctx context.Context, x pipeline.Order) error {
	if x.Status != pipeline.Open || x.Shown > 0 { // an older story
		return nil
	}
	switch x.Fallback {
	case pipeline.ReasonNone, pipeline.ReasonDishChanged, pipeline.ReasonPhotoRefused, pipeline.ReasonPhotoText:
		return nil
	}
	return o.begin(ctx, clipsKind+":"+string(x.Fallback), func(v view) string {
		var s screen
		s.lines = append(s.lines, "🖼️ "+v.fill("ops.clips", phrase.Args{"n": strconv.FormatInt(x.ID, 10)}))
		s.line(v.why(x.Fallback))
		if x.Detail != "" {
			s.long(x.Detail)
		}
		todo := "ops.clips.wait"
		if x.Fallback == pipeline.ReasonOutOfCredits || x.Fallback == pipeline.ReasonSetup {
			todo = "ops.clips." + string(x.Fallback)
		}
		s.lines = append(s.lines, v.fill(todo, nil))
		return strings.Join(s.lines, "\n")
	})
}

// sweepClips ends what was told of shorts without a clip, once a clip has been paid that was begun since.
func (o *Ops) sweepClips(ctx context.Context) error {
	all, err := o.Admin.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if !strings.HasPrefix(i.Key, clipsKind+":") || time.Since(i.Since) < clipsAtLeast {
			continue
		}
		v, err := o.view(ctx)
		if err != nil {
			return err
		}
		spent, err := o.Admin.SpendByShop(ctx, i.Since, v.now)
		if err != nil {
			return err
		}
		made := false
		for _, x := range spent {
			made = made || x.Provider == "runway" && x.Settled > 0
		}
		if !made {
			continue
		}
		err = o.over(ctx, i, func(v view, i state.Incident) string {
			return v.fill("ops.over.clips", phrase.Args{"time": v.span(v.now.Sub(i.Since))})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
