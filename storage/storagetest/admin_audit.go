package storagetest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var auditPromises = Promises{
	"TheLatestAuditEntryComesFirst":                latestAudit,
	"ASwitchStaysAsItWasSet":                       switchStays,
	"AnAuditEntryIsWrittenWithItsChangeOrNotAtAll": auditWithChange,
	"ReleaseBringsBackWhatIsHeldBack":              releaseBrings,
	"AnIncidentIsNewsOnce":                         incidentOnce,
	"AnIncidentThatEndedMayComeAgain":              incidentAgain,
}

func latestAudit(t *testing.T, open Open) {
	e := ready(t, open)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	first := bot.AuditEntry{At: at, Who: "telegram:1", What: "/limit 3 50", Then: "30 → 50"}
	second := bot.AuditEntry{At: at, Who: "slack:U0AB", What: "/retry 12", Then: "\x00"}
	check(t, e.AppendAudit(t.Context(), first))
	check(t, e.AppendAudit(t.Context(), second))
	second.Then = "�"
	all, err := e.ListAudit(t.Context(), 0, 10)
	check(t, err)
	same(t, all, []bot.AuditEntry{second, first})
	if all, err = e.ListAudit(t.Context(), 1, 1); err != nil || len(all) != 1 || all[0] != first {
		t.Errorf("%v, %v", all, err)
	}
}

func switchStays(t *testing.T, open Open) {
	e := ready(t, open)
	if got, err := e.Flag(t.Context(), "paused"); err != nil || got != "" {
		t.Errorf("nobody has set it, and it is %q: %v", got, err)
	}
	for _, value := range []string{"telegram:1 2026-11-22T09:00:00Z", "slack:U0AB", ""} {
		for value, name := range []string{"first", "first", "first"} {
			there, err := e.SetFlagOnce(t.Context(), name, strconv.Itoa(value))
			if err != nil || there != "0" {
				t.Errorf("the first to set it said 0: %q, %v", there, err)
			}
		}
		for i, want := range []string{"0005", "0005", "0007", "0007"} {
			there, err := e.RaiseFlag(t.Context(), "last "+value, []string{"0005", "0004", "0007", ""}[i])
			if err != nil || there != want {
				t.Errorf("a switch is raised to %q, want %q: %v", there, want, err)
			}
		}
		check(t, e.SetFlag(t.Context(), "other", "on"))
		check(t, e.SetFlag(t.Context(), "paused", value))
		if got, err := e.Flag(t.Context(), "paused"); err != nil || got != value {
			t.Errorf("it is %q, want %q: %v", got, value, err)
		}
	}
}

func auditWithChange(t *testing.T, open Open) {
	e := ready(t, open)
	c := talk(t, e, "boss")
	c.Audit = &bot.AuditEntry{
		At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Who: "telegram:1", What: "/pause", Then: "paid work stops",
	}
	c.Switch = &bot.Flag{Name: bot.Paused, Value: "telegram:1"}
	late := c
	commit(t, e, c)
	late.Audit, late.Switch = &bot.AuditEntry{Who: "telegram:1", What: "/resume"}, &bot.Flag{Name: bot.Paused}
	if _, err := e.Commit(t.Context(), late); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("a stale chat: %v", err)
	}
	all, err := e.ListAudit(t.Context(), 0, 10)
	check(t, err)
	same(t, all, []bot.AuditEntry{*c.Audit})
	if now, err := e.Flag(t.Context(), bot.Paused); err != nil || now != "telegram:1" {
		t.Errorf("paused is %q: %v", now, err)
	}
}

func releaseBrings(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	held := stand(t, e, "held", pipeline.Open, pipeline.Render, pipeline.ReasonPaused)
	spent := stand(t, e, "spent", pipeline.Open, pipeline.Render, pipeline.ReasonBudget)
	clip := stand(t, e, "clip", pipeline.Open, pipeline.Animate, pipeline.ReasonPaused)
	stand(t, e, "another's", pipeline.Open, pipeline.Animate, "")
	stand(t, e, "ended", pipeline.Cancelled, pipeline.Animate, pipeline.ReasonPaused)
	begun := NewOrder("begun", later())
	begun.Phase, begun.Reason = pipeline.Begun, pipeline.ReasonPaused
	place(t, e, begun)
	for _, reasons := range [][]pipeline.Reason{nil, {pipeline.ReasonBusy}} {
		if ids, err := e.Release(t.Context(), reasons...); err != nil || len(ids) != 0 {
			t.Errorf("%v: %v, %v", reasons, ids, err)
		}
	}
	ids, err := e.Release(t.Context(), pipeline.ReasonPaused)
	check(t, err)
	same(t, ids, []int64{held.ID})
	got := order(t, e, held.ID)
	if time.Now().Before(got.Due) || got.Wakeup != held.Wakeup+1 || got.Version != held.Version ||
		got.Reason != pipeline.ReasonPaused {
		t.Errorf("%+v", got)
	}
	expect(t, d.looks, held.ID, 2)
	if got := order(t, e, clip.ID); got.Reason != pipeline.ReasonTurn || got.Wakeup != clip.Wakeup ||
		got.Version != clip.Version || time.Until(got.Due) < time.Minute {
		t.Errorf("what waits for a clip doesn't wait for its turn: %+v", got)
	}
	ids, err = e.Release(t.Context(), pipeline.ReasonPaused, pipeline.ReasonBudget)
	check(t, err)
	same(t, ids, []int64{spent.ID}) // one that is due already isn't released again
	expect(t, d.looks, spent.ID, 2)
}

func incidentOnce(t *testing.T, open Open) {
	e := ready(t, open)
	var news, ends atomic.Int32
	atOnce := func(f func()) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(f)
		}
		wg.Wait()
	}
	atOnce(func() {
		is, err := e.OpenIncident(t.Context(), "parked:12", "멈췄어요")
		if err != nil {
			t.Error(err)
		}
		if is {
			news.Add(1)
		}
	})
	atOnce(func() {
		i, was, err := e.CloseIncident(t.Context(), "parked:12")
		if err != nil {
			t.Error(err)
		}
		if was {
			ends.Add(1)
			if i.Text != "멈췄어요" || i.Key != "parked:12" || i.Ended.Before(i.Since) ||
				time.Since(i.Since) > time.Minute {
				t.Errorf("%+v", i)
			}
		}
	})
	if news.Load() != 1 || ends.Load() != 1 {
		t.Errorf("it was news %d times, and over %d times", news.Load(), ends.Load())
	}
}

func incidentAgain(t *testing.T, open Open) {
	e := ready(t, open)
	begin := func(key, text string, want bool) {
		t.Helper()
		if is, err := e.OpenIncident(t.Context(), key, text); err != nil || is != want {
			t.Errorf("%s is news: %v, %v", text, is, err)
		}
	}
	begin("credits:runway", "first", true)
	begin("credits:runway", "second", false)
	begin("provider:creatomate", "other", true)
	if _, was, err := e.CloseIncident(t.Context(), "provider:creatomate"); !was || err != nil {
		t.Errorf("it wasn't going on, %v", err)
	}
	begin("provider:creatomate", "again", true)
	all, err := e.Incidents(t.Context())
	check(t, err)
	got := map[string]string{}
	for _, i := range all {
		got[i.Key] = i.Text
	}
	same(t, got, map[string]string{"credits:runway": "first", "provider:creatomate": "again"})
}
