package admin

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// AuditPromises are about what admins did, flags and incidents.
var AuditPromises = storagetest.Promises{
	"TheLatestAuditEntryComesFirst":                latestAudit,
	"ASwitchStaysAsItWasSet":                       switchStays,
	"AnAuditEntryIsWrittenWithItsChangeOrNotAtAll": auditWithChange,
	"ReleaseBringsBackWhatIsHeldBack":              releaseBrings,
	"AnIncidentIsNewsOnce":                         incidentOnce,
	"AnIncidentThatEndedMayComeAgain":              incidentAgain,
}

func latestAudit(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	first := bot.AuditEntry{At: at, Who: "telegram:1", What: "/limit 3 50", Then: "30 → 50"}
	second := bot.AuditEntry{At: at, Who: "slack:U0AB", What: "/retry 12", Then: "\x00"}
	for _, entry := range []bot.AuditEntry{first, second} {
		c := storagetest.NewChange(t, e, entry.Who)
		c.Audit = &entry
		storagetest.Commit(t, e, c)
	}
	second.Then = "�"
	all, err := e.ListAudit(t.Context(), 0, 10)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []bot.AuditEntry{second, first})
	if all, err = e.ListAudit(t.Context(), 1, 1); err != nil || len(all) != 1 || all[0] != first {
		t.Errorf("%v, %v", all, err)
	}
}

func switchStays(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	if got, err := e.Flag(t.Context(), "paused"); err != nil || got != "" {
		t.Errorf("it was never set, and it is %q: %v", got, err)
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
				t.Errorf("a flag is raised to %q, want %q: %v", there, want, err)
			}
		}
		storagetest.Check(t, e.SetFlag(t.Context(), "other", "on"))
		storagetest.Check(t, e.SetFlag(t.Context(), "paused", value))
		if got, err := e.Flag(t.Context(), "paused"); err != nil || got != value {
			t.Errorf("it is %q, want %q: %v", got, value, err)
		}
	}
}

func auditWithChange(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "boss")
	c.Audit = &bot.AuditEntry{
		At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Who: "telegram:1", What: "/pause", Then: "paid work stops",
	}
	c.Flag = &bot.Flag{Name: bot.Paused, Value: "telegram:1"}
	late := c
	storagetest.Commit(t, e, c)
	late.Audit, late.Flag = &bot.AuditEntry{Who: "telegram:1", What: "/resume"}, &bot.Flag{Name: bot.Paused}
	if _, err := e.Commit(t.Context(), late); !errors.Is(err, pipeline.ErrMoved) {
		t.Errorf("a stale chat: %v", err)
	}
	all, err := e.ListAudit(t.Context(), 0, 10)
	storagetest.Check(t, err)
	storagetest.Same(t, all, []bot.AuditEntry{*c.Audit})
	if now, err := e.Flag(t.Context(), bot.Paused); err != nil || now != "telegram:1" {
		t.Errorf("paused is %q: %v", now, err)
	}
}

func releaseBrings(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	held := storagetest.PlaceAs(t, e, "held", pipeline.Open, pipeline.Render, pipeline.ReasonPaused)
	spent := storagetest.PlaceAs(t, e, "spent", pipeline.Open, pipeline.Render, pipeline.ReasonBudget)
	clip := storagetest.PlaceAs(t, e, "clip", pipeline.Open, pipeline.Animate, pipeline.ReasonPaused)
	storagetest.PlaceAs(t, e, "another's", pipeline.Open, pipeline.Animate, "")
	storagetest.PlaceAs(t, e, "ended", pipeline.Cancelled, pipeline.Animate, pipeline.ReasonPaused)
	begun := storagetest.NewOrder("begun", storagetest.Later())
	begun.Phase, begun.Reason = pipeline.Begun, pipeline.ReasonPaused
	storagetest.Place(t, e, begun)
	for _, reasons := range [][]pipeline.Reason{nil, {pipeline.ReasonBusy}} {
		if ids, err := e.Release(t.Context(), reasons...); err != nil || len(ids) != 0 {
			t.Errorf("%v: %v, %v", reasons, ids, err)
		}
	}
	ids, err := e.Release(t.Context(), pipeline.ReasonPaused)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{held.ID})
	got := storagetest.ReadOrder(t, e, held.ID)
	if time.Now().Before(got.Due) || got.Wakeup != held.Wakeup+1 || got.Version != held.Version ||
		got.Reason != pipeline.ReasonPaused {
		t.Errorf("%+v", got)
	}
	storagetest.Expect(t, d.Advanced, held.ID, 2)
	if got := storagetest.ReadOrder(t, e, clip.ID); got.Reason != pipeline.ReasonTurn || got.Wakeup != clip.Wakeup ||
		got.Version != clip.Version || time.Until(got.Due) < time.Minute {
		t.Errorf("what waits for a clip doesn't wait for its turn: %+v", got)
	}
	ids, err = e.Release(t.Context(), pipeline.ReasonPaused, pipeline.ReasonBudget)
	storagetest.Check(t, err)
	storagetest.Same(t, ids, []int64{spent.ID}) // one that is due already isn't released again
	storagetest.Expect(t, d.Advanced, spent.ID, 2)
}

func incidentOnce(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
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
			if i.Text != "멈췄어요" || i.Key != "parked:12" || time.Since(i.Since) > time.Minute {
				t.Errorf("%+v", i)
			}
		}
	})
	if news.Load() != 1 || ends.Load() != 1 {
		t.Errorf("it was news %d times, and over %d times", news.Load(), ends.Load())
	}
}

func incidentAgain(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
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
	storagetest.Check(t, err)
	got := map[string]string{}
	for _, i := range all {
		got[i.Key] = i.Text
	}
	storagetest.Same(t, got, map[string]string{"credits:runway": "first", "provider:creatomate": "again"})
}
