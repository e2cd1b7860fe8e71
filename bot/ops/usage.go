package ops

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	usageRests = time.Hour       // a day must be over for so long: figures come in late
	usageEdge  = 2 * time.Minute // how far a provider's clock, and a request on its way, may be off
)

// Reconciled is a day of a provider's own figures beside those of the ledger.
type Reconciled struct {
	Provider string
	Day      time.Time // in UTC, as providers count days
	Known    bool      // the provider has said
	Theirs   pipeline.Credits
	Ours     bot.Bought
}

// lastDay is the last whole day of UTC whose figures may be there.
func lastDay(now time.Time) time.Time {
	return now.Add(-usageRests).UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
}

// Reconcile compares a day. A provider that doesn't answer leaves the report without its figures, not ops
// without their report.
func (r reporter) Reconcile(ctx context.Context, provider string, day time.Time) (Reconciled, error) {
	u := Reconciled{Provider: provider, Day: day}
	end := day.AddDate(0, 0, 1)
	var err error
	if u.Ours, err = r.reporting.Bought(ctx, provider, day, end, usageEdge); err != nil {
		return u, fmt.Errorf("reconcile: %w", err)
	}
	ask := r.usage[provider]
	if ask == nil {
		return u, nil
	}
	models, err := ask(ctx, day, end)
	if err != nil {
		r.log.Warn("a provider's usage isn't known", "provider", provider, "err", err)
		return u, nil
	}
	u.Known = models != nil
	for _, n := range models {
		u.Theirs += n
	}
	if u.Known && u.Off() != 0 {
		r.log.Warn("a provider's usage isn't what the ledger has", "provider", provider,
			"day", day.Format(time.DateOnly),
			"theirs", present.Credits(u.Theirs), "ours", present.Credits(u.Ours.Settled))
	}
	return u, nil
}

// Off is by how much the provider's figure can't be explained by the ledger: above 0 it has more.
func (u Reconciled) Off() pipeline.Credits {
	// What is open may have been charged or not.
	least, most := u.Ours.Settled-u.Ours.Edge, u.Ours.Settled+u.Ours.Open+u.Ours.Edge
	switch {
	case u.Theirs > most:
		return u.Theirs - most
	case u.Theirs < least:
		return u.Theirs - least
	}
	return 0
}

// reportUsage says whether a provider counts as we do.
func (v view) reportUsage(s *present.Screen, u Reconciled) {
	off := u.Off()
	args := present.Args{
		"name": v.Provider(u.Provider), "time": v.Clock(u.Day), "n": present.Credits(max(off, -off)),
		"all": present.Credits(u.Theirs), "left": present.Credits(u.Ours.Settled),
	}
	say := func(sign, key string) { s.Lines = append(s.Lines, sign+" "+v.Fill(key, args)) }
	switch {
	case !u.Known:
		say("❔", "ops.usage.none")
	case off > 0:
		say("🔎", "ops.usage.more")
		if u.Ours.Unknown > 0 {
			s.Lines = append(s.Lines, v.Fill("ops.usage.unknown", present.Args{"n": strconv.Itoa(u.Ours.Unknown)}))
		}
		s.Lines = append(s.Lines, v.Fill("ops.usage.others", nil))
	case off < 0:
		say("🔎", "ops.usage.less")
	case u.Theirs != u.Ours.Settled:
		say("🤝", "ops.usage.within")
	default:
		say("🤝", "ops.usage.same")
	}
}
