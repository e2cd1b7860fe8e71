package simtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// lookEvery is how often an operator looks after what rests, once nothing goes wrong any more.
const lookEvery = 20 * time.Minute

// calmDown lets nothing go wrong any more: all that was begun must come to its end then, and people must hear of it.
func (w *world) calmDown() {
	w.note("from now on nothing goes wrong")
	w.faults = faults{}
	for _, p := range []*provider{w.providers["runway"], w.providers["creatomate"]} {
		for _, x := range p.works {
			if x.how == "never ends" {
				x.how, x.price, x.ends = "breaks free", 0, time.Now()
			}
		}
	}
	for _, p := range w.processes {
		p.skew = 0
	}
	for _, chat := range owners {
		w.unblock(chat)
	}
	if !slices.ContainsFunc(w.processes, func(p *process) bool { return !p.dead }) {
		w.start()
	}
	for end := time.Now().Add(w.calmFor()); w.ok(); {
		for next := time.Now().Add(lookEvery); w.ok() && w.step(next); {
		}
		rests := ""
		w.outside(func() { rests = w.rests() })
		switch {
		case rests == "":
			w.outside(func() {
				w.checkHeard()
				w.checkAudit(false)
			})
			return
		case time.Now().After(end):
			w.fail("it doesn't come to its end: %s", rests)
			return
		}
		w.lookAfter()
	}
}

// calmFor is how long it may take until all has come to its end: under a budget only so much is made a day.
func (w *world) calmFor() time.Duration {
	days := 5
	if w.setup.Budget > 0 {
		days += len(w.orders()) / int(w.setup.Budget/clipPrice)
	}
	return time.Duration(days) * 24 * time.Hour
}

// rests says what hasn't come to its end; empty: all has.
func (w *world) rests() string {
	for _, o := range w.orders() {
		if o.Status == pipeline.Open || o.Status == pipeline.Parked {
			return fmt.Sprintf("order %d is %s: %s %s %s %s", o.ID, o.Status, o.Step, o.Phase, o.Reason, o.Detail)
		}
	}
	for _, m := range w.store.Unsent() {
		return fmt.Sprintf("message %d to %s isn't sent: %q", m.ID, m.Thread.Chat, m.Text)
	}
	for _, u := range w.people.updates {
		if u.waits {
			return "update " + u.Key + " isn't taken"
		}
	}
	for _, j := range w.store.Jobs() {
		if j.Kind == pipelinetest.Notify {
			return fmt.Sprintf("order %d isn't spoken of", j.ID)
		}
	}
	return ""
}

// lookAfter is an operator who does what there is to do, and people who answer what they are asked.
func (w *world) lookAfter() {
	p := w.people
	var orders []pipeline.Order
	paused := ""
	w.outside(func() {
		orders = w.orders()
		paused, _ = w.store.Flag(context.Background(), bot.Paused)
	})
	if paused != "" {
		p.does(boss, bot.Update{Text: "/resume"})
	}
	asked := map[pipeline.Reason]bool{}
	for _, o := range orders {
		switch {
		case o.AwaitsAnswer():
			p.presses(o.Thread.Chat, "line", intent.Action(intent.DoAnyway, o.ID))
		case o.Status != pipeline.Parked:
		case o.Reason == pipeline.ReasonMaybeDelivered:
			came := w.chats.accepted[thing("short", o.ID, o.Cut.N)] > 0
			answer := map[bool]string{true: "yes", false: "no"}[came]
			p.presses(o.Thread.Chat, "line", intent.Action(intent.DoCame, o.ID, answer))
		case !asked[o.Reason]:
			asked[o.Reason] = true
			p.presses(boss, "card", intent.Action(intent.DoAdminRetryAll, o.Reason))
		}
	}
}
