package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// platform answers those who ask it for updates, after a second, and counts who does.
type platform struct {
	mu    sync.Mutex
	says  map[string]error // by process
	asked map[string]int
}

func (p *platform) say(process string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.says[process], p.asked = err, map[string]int{}
}

func (p *platform) count(process string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[process]
}

// intakeOf begins to receive as one process.
func (p *platform) intakeOf(ctx context.Context, log *slog.Logger, process string, l *lease) *intake {
	i := &intake{platform: "telegram", log: log, lease: l, open: func() func(context.Context, func(error)) error {
		return func(ctx context.Context, note func(error)) error {
			for sleep(ctx, time.Second) {
				p.mu.Lock()
				p.asked[process]++
				err := p.says[process]
				p.mu.Unlock()
				if err != nil {
					return err
				}
				note(nil)
			}
			return nil
		}
	}}
	go i.keep(ctx)
	return i
}

var errRefused = &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("telegram: getUpdates: 401 Unauthorized")}

// intakes runs a test in a bubble of time, on a database whose leases are real.
func intakes(t *testing.T, test func(ctx context.Context, p *platform, log *slog.Logger, logs *strings.Builder, leaseOf func(holder string) *lease)) {
	t.Helper()
	file := storagetest.Migrated(t)
	synctest.Test(t, func(t *testing.T) {
		e, err := sqlite.Open(t.Context(), file, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		logs := new(strings.Builder)
		log := slog.New(slog.NewTextHandler(logs, nil))
		ctx, cancel := context.WithCancel(t.Context())
		test(ctx, &platform{says: map[string]error{}, asked: map[string]int{}}, log, logs, func(holder string) *lease {
			return &lease{name: "telegram poll", holder: holder, store: e, log: log}
		})
		cancel()
		synctest.Wait()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestIntake_OneRefusalIsAskedAgainAMinuteLater(t *testing.T) {
	intakes(t, func(ctx context.Context, p *platform, log *slog.Logger, logs *strings.Builder, _ func(string) *lease) {
		i := p.intakeOf(ctx, log, "one", nil)
		time.Sleep(10 * time.Second)
		if n, _ := i.news(); n.failing || !i.receiving() {
			t.Error("well, and says otherwise")
		}
		p.say("one", errRefused)
		time.Sleep(2 * time.Second)
		if n, why := i.news(); !n.failing || why == nil || i.receiving() {
			t.Error("refused, and says otherwise")
		}
		time.Sleep(intakeRefused + time.Second)
		if n := p.count("one"); n != 2 {
			t.Errorf("asked %d times in a minute of refusals", n)
		}
		if n := strings.Count(logs.String(), "no updates"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		p.say("one", nil)
		time.Sleep(intakeRefused + 2*time.Second)
		if n, _ := i.news(); n.failing || !i.receiving() {
			t.Error("well again, and says otherwise")
		}
	})
}

func TestIntake_PassingTroubleIsToldAfterAMinuteAndPaced(t *testing.T) {
	intakes(t, func(ctx context.Context, p *platform, log *slog.Logger, _ *strings.Builder, _ func(string) *lease) {
		i := p.intakeOf(ctx, log, "one", nil)
		p.say("one", &pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("502")})
		time.Sleep(intakePatient - time.Second)
		if n, _ := i.news(); n.failing || i.receiving() {
			t.Error("told too soon, or said to be up")
		}
		time.Sleep(3 * time.Second)
		if n, _ := i.news(); !n.failing {
			t.Error("never told")
		}
		before := p.count("one")
		time.Sleep(10 * time.Minute)
		if n := p.count("one") - before; n < 18 || n > 21 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		p.say("one", &pipeline.Fault{Kind: pipeline.Transient, RateLimited: true, RetryAfter: 5 * time.Minute, Err: errors.New("429")})
		time.Sleep(20 * time.Minute)
		if n := p.count("one"); n < 4 || n > 5 {
			t.Errorf("asked %d times in 20 minutes though it should be left alone for 5", n)
		}
	})
}

func TestIntake_AHealthyProcessTakesOver(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		within time.Duration
	}{
		"refused": {errRefused, 7 * time.Second},
		"failing": {errors.New("no connection"), intakePatient + intakeRetry + 7*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			intakes(t, func(ctx context.Context, p *platform, log *slog.Logger, _ *strings.Builder, leaseOf func(string) *lease) {
				first := p.intakeOf(ctx, log, "first", leaseOf("first"))
				time.Sleep(time.Second)
				second := p.intakeOf(ctx, log, "second", leaseOf("second"))
				time.Sleep(time.Minute)
				if p.count("second") != 0 || second.receiving() || !first.receiving() {
					t.Fatal("two at once")
				}
				p.say("first", c.err)
				time.Sleep(c.within)
				if !second.receiving() {
					t.Fatal("nobody has taken over")
				}
				time.Sleep(intakeRefused) // the first one asks for the lease, and waits for it
				if n, _ := first.news(); n.failing || first.receiving() {
					t.Error("who stands by has nothing to report")
				}
				p.say("first", nil)
				time.Sleep(time.Hour)
				if p.count("first") != 0 || !second.receiving() {
					t.Error("the first one goes on beside the second")
				}
			})
		})
	}
}

// awayStore is a database that says nothing while it is away.
type awayStore struct {
	*lease
	away func() bool
}

func (s awayStore) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if s.away() {
		<-ctx.Done()
		return false, ctx.Err()
	}
	return s.store.Lease(ctx, name, holder, ttl)
}

func TestLease_EndsBeforeAnotherProcessMayHaveIt(t *testing.T) {
	intakes(t, func(ctx context.Context, _ *platform, log *slog.Logger, _ *strings.Builder, leaseOf func(string) *lease) {
		var away atomic.Bool
		l := leaseOf("first")
		held, release, err := (&lease{name: l.name, holder: l.holder, log: log, store: awayStore{l, away.Load}}).take(ctx)
		if err != nil || held == nil {
			t.Fatal(held, err)
		}
		time.Sleep(time.Hour)
		if other, _, err := leaseOf("second").take(ctx); held.Err() != nil || other != nil || err != nil {
			t.Fatal("it isn't renewed", err)
		}
		away.Store(true)
		for lost := time.Now(); held.Err() == nil; time.Sleep(100 * time.Millisecond) {
			other, _, err := leaseOf("second").take(ctx)
			if synctest.Wait(); err != nil || other != nil && held.Err() == nil || time.Since(lost) > leaseTime {
				t.Fatal("two have it, or it never ends", err)
			}
		}
		release()
		time.Sleep(leaseRenew)
		other, release, err := leaseOf("second").take(ctx)
		if err != nil || other == nil {
			t.Fatal("nobody has it", err)
		}
		release()
		if third, release, err := leaseOf("third").take(ctx); err != nil || third == nil {
			t.Error("it wasn't given back", err)
		} else {
			release()
		}
	})
}

// TestIntake_ARefusedPollGoesOnInAnotherProcess lets Telegram refuse one of two processes that share a database.
func TestIntake_ARefusedPollGoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["postgres"](t)).withTelegram()
	polled(w)
	boss := w.people.Person("관리자", "ko").Private()
	id := "telegram:" + strconv.FormatInt(boss.ID(), 10)
	w.settings["ADMINS"], w.settings["OPS_CHAT"] = id, id
	boss.SendText("/start")
	one := w.start(talkative(), nil)
	owner := w.talk(one)
	owner.SendPhoto(tinyPhoto(), pasta)
	owner.gets(1)
	other := w.start(talkative(), nil)
	t.Cleanup(other.stop)
	if !one.intakes[0].receiving() || other.intakes[0].receiving() {
		t.Fatal("not the one process that holds the lease takes updates in")
	}
	w.people.Fail("getUpdates", 1, people.Failure{Code: http.StatusUnauthorized})
	owner.SendPhoto(picture(240, 400), pasta)
	owner.gets(2) // sooner than the first process asks again
	every(t, 20*time.Millisecond, patience, func() error {
		if one.intakes[0].receiving() || !other.intakes[0].receiving() {
			return errors.New("the other process hasn't taken over")
		}
		return nil
	})
	for p, want := range map[*process]float64{one: 0, other: 1} {
		if values, _ := scrape(t, p); values[`sajangpick_intake_up{platform="telegram"}`] != want {
			t.Errorf("the metric isn't %v", want)
		}
	}
	ops := owner.in(boss)
	ops.hearsText("📪 텔레그램에서 오는 메시지를 받지 못하고 있어요")
	ops.hearsText("✅ 텔레그램 메시지를 다시 받고 있어요.")
}
