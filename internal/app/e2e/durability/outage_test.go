package durability_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/cli"
	"github.com/sajangpick/sajangpick/internal/monitor"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

func TestRecovery_ParkedOrdersGoOnWhenAnotherOneGetsThrough(t *testing.T) {
	t.Parallel()
	for name, database := range apptest.Databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const parked = 3
			w := apptest.NewWorld(t, database(t))
			w.Faults(sandbox.Fault{On: apptest.StartClip, Status: 403, Times: parked})
			w.Faults(sandbox.Fault{On: "GET /v1/organization", Status: 403, Times: 1000}) // nothing but an order tells
			p := w.Start(apptest.Hurried(), nil)
			defer p.Stop()
			p.PlaceAll(parked)
			for _, o := range p.Ended(parked) {
				if o.Status != pipeline.Parked || o.Reason != pipeline.ReasonSetup || o.Trouble.Service != "runway" {
					t.Fatalf("order %d is %s, %s, for %q", o.ID, o.Status, o.Reason, o.Trouble.Service)
				}
			}
			if err := p.Monitor.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			if o, err := p.Engine.Order(t.Context(), 1); err != nil || o.Status != pipeline.Parked {
				t.Fatalf("taken up while nobody knows whether it will do: %s, %v", o.Status, err)
			}
			if _, err := p.Place("one that gets through"); err != nil {
				t.Fatal(err)
			}
			p.Until(parked+1, apptest.Delivered)
			if err := p.Monitor.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			for id := range int64(parked + 1) {
				o := p.Until(id+1, apptest.Delivered)
				w.Balanced(p.Engine, w.Starts(), o)
			}
		})
	}
}

func TestRecovery_AnAnswerBringsOneParkedOrderBackAndItsSuccessTheRest(t *testing.T) {
	t.Parallel()
	const parked = 3
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Faults(sandbox.Fault{On: apptest.StartClip, Status: 403, Times: parked}, sandbox.Fault{
		On: "GET /v1/organization", Status: 403, Times: 2,
	})
	w.Wire = func(parts *app.Parts) { parts.Recovery = func(r *monitor.Recovery) { r.Rest, r.Every = 0, 0 } }
	p := w.Start(apptest.Hurried(), nil)
	defer p.Stop()
	p.PlaceAll(parked)
	p.Ended(parked)
	apptest.Every(t, 100*time.Millisecond, func() error {
		if err := p.Monitor.Resume(t.Context()); err != nil {
			return err
		}
		v, err := p.Engine.Overview(t.Context(), time.Time{}, time.Time{})
		if n := v.Orders[pipeline.Delivered]; err == nil && n < parked {
			err = fmt.Errorf("%d of %d are delivered", n, parked)
		}
		return err
	})
	for id := range int64(parked) {
		o := p.Until(id+1, apptest.Delivered)
		w.Balanced(p.Engine, w.Starts(), o)
	}
}

// refusing is a store of files whose owner has lost the right to write, for as many times.
type refusing struct {
	pipeline.Blobs
	left atomic.Int32
}

func (r *refusing) Put(ctx context.Context, key, kind string, from io.Reader) error {
	if strings.HasPrefix(key, "photos/") && r.left.Add(-1) >= 0 {
		return &pipeline.Fault{
			Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup,
			Err: errors.New("s3: put: RequestTimeTooSkewed"),
		}
	}
	return r.Blobs.Put(ctx, key, kind, from)
}

func TestOutage_OfTheFilesForAWhileParksNothingAndIsLogged(t *testing.T) {
	t.Parallel()
	const orders = 6
	w, log := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)), &apptest.Logbook{}
	w.Log = log
	times := apptest.Hurried()
	times.Setup = time.Hour
	blobs := &refusing{}
	blobs.left.Store(2 * orders)
	w.Wire = func(parts *app.Parts) {
		parts.Pipeline = func(o *pipeline.Options) { blobs.Blobs, o.Blobs = o.Blobs, blobs }
	}
	p := w.Start(times, nil)
	defer p.Stop()
	p.PlaceAll(orders)
	for _, o := range p.Ended(orders) {
		w.Balanced(p.Engine, w.Starts(), o)
		if o.Status != pipeline.Delivered || o.Trouble != (pipeline.Trouble{}) {
			t.Errorf("order %d is %s: %s; %+v", o.ID, o.Status, o.Detail, o.Trouble)
		}
	}
	text := log.String()
	if n := strings.Count(text, "step failed; it is tried again"); n != 2*orders {
		t.Errorf("%d log lines for %d failed tries", n, 2*orders)
	}
	for _, part := range []string{"level=WARN", "step=fetch attempt=1 service=blobs next=", "RequestTimeTooSkewed"} {
		if !strings.Contains(text, part) {
			t.Errorf("nothing of %q in the log", part)
		}
	}
}

func TestTimes_OfTheSandboxOutlastAQuarterHourOfServerErrors(t *testing.T) {
	t.Parallel()
	got := cli.Times(config.Config{RetryUnknownAfter: 10 * time.Minute}, true).RetryUnknown
	// A start that is answered with an error is made once more after one, two, four and eight times that, or set aside.
	if total := got * (1 + 2 + 4 + 8); total < 15*time.Minute || got > time.Minute {
		t.Errorf("a lost start waits for %s, an outage for %s", got, total)
	}
	if got := cli.Times(config.Config{RetryUnknownAfter: time.Second}, true).RetryUnknown; got != time.Second {
		t.Errorf("a second has become %s", got)
	}
}

// cutOff is a database that can't be read while it is on.
type cutOff struct {
	storage.Engine
	on atomic.Bool
}

func (c *cutOff) Order(ctx context.Context, id int64) (pipeline.Order, error) {
	if c.on.Load() {
		return pipeline.Order{}, errors.New("connection refused")
	}
	return c.Engine.Order(ctx, id)
}

func TestOutage_OfTheDatabaseAnswersACallbackWith503(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	came := make(chan string, 100)
	front := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/webhooks/creatomate/") { // which is lost here
			came <- r.URL.Path
		}
	}))
	t.Cleanup(front.Close)
	w.Settings["PUBLIC_URL"] = front.URL
	times := apptest.Hurried()
	times.PollWithCallback, times.Poll = time.Hour, 50*time.Millisecond
	c := &cutOff{}
	w.Settings["RUNWAY_WEBHOOK"] = "off"
	p := w.Start(times, func(e storage.Engine) storage.Engine { c.Engine = e; return c })
	defer p.Stop()
	o, err := p.Place("one")
	if err != nil {
		t.Fatal(err)
	}
	callback := <-came
	p.Until(o.ID, func(o pipeline.Order) bool { return o.Step == pipeline.Render && o.Phase == pipeline.Waiting })
	answers := func(want int) {
		t.Helper()
		answer, err := http.Post(p.Server.URL+callback, "application/json", strings.NewReader(`{"id":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("answered %d, want %d", answer.StatusCode, want)
		}
	}
	c.on.Store(true)
	answers(http.StatusServiceUnavailable)
	c.on.Store(false)
	answers(http.StatusOK)
	p.Until(o.ID, apptest.Delivered)
}
