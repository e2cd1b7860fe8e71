package ops

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// clipsKind is the kind of incidents in which shorts come without a clip; the reason stands behind it.
const clipsKind = "clips"

// MinClipsIncident is how long such an incident goes on: where only some clips come, ops don't want to hear of each.
const MinClipsIncident = 10 * time.Minute

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
		var s present.Screen
		s.Lines = append(s.Lines, "🖼️ "+v.Fill("ops.clips", present.Args{"n": strconv.FormatInt(x.ID, 10)}))
		s.Line(v.Why(x.Fallback))
		s.Long(x.Detail)
		todo := "ops.clips.wait"
		if x.Fallback == pipeline.ReasonOutOfCredits || x.Fallback == pipeline.ReasonSetup {
			todo = "ops.clips." + string(x.Fallback)
		}
		s.Lines = append(s.Lines, v.Fill(todo, nil))
		return strings.Join(s.Lines, "\n")
	})
}

// dishChanged tells of a clip that shows another dish, or may: once, and so that it can be looked at. The short may
// have been delivered before this comes to be said; a new cut of an order of days ago is no news.
func (o *Ops) dishChanged(ctx context.Context, x pipeline.Order) error {
	old := x.Shown > 0 && time.Since(x.Placed) > announceFor
	if old || x.Status != pipeline.Open && x.Status != pipeline.Delivered {
		return nil
	}
	key, text, how := orderKey(dishKind, x.ID), "", x.Framing.Suspect
	switch {
	case x.Fallback == pipeline.ReasonDishChanged:
		text, how = "ops.dish.fallback", x.Detail
	case how != "":
		text = "ops.dish"
	default:
		return nil
	}
	return o.send(ctx, key, func(v view) bot.OutgoingMessage {
		if !o.room(key) {
			return bot.OutgoingMessage{}
		}
		var s present.Screen
		s.Lines = append(s.Lines, "🍽️ "+v.Fill(text, present.Args{"n": strconv.FormatInt(x.ID, 10)}))
		s.Long(v.What(x))
		s.Long(how)
		return bot.OutgoingMessage{Message: bot.Message{Text: strings.Join(s.Lines, "\n")}}
	})
}

// SweepClips ends what was told of shorts without a clip, once a clip has been paid that was begun since.
func (o *Ops) SweepClips(ctx context.Context) error {
	all, err := o.opts.Store.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if !strings.HasPrefix(i.Key, clipsKind+":") || time.Since(i.Since) < MinClipsIncident {
			continue
		}
		spent, err := o.opts.Store.SpendByShop(ctx, i.Since, time.Now())
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(spent, func(x bot.SpendRow) bool {
			return x.Provider == o.opts.Guide.Clips.Name && x.Settled > 0
		}) {
			continue
		}
		err = o.over(ctx, i, func(v view, i bot.Incident) string {
			return v.Fill("ops.over.clips", present.Args{"time": v.Span(v.now.Sub(i.Since))})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
