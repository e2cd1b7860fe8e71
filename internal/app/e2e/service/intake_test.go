package service_test

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
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/pace"
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
func (p *platform) intakeOf(ctx context.Context, log *slog.Logger, process string, l *app.LeaseHolder) *app.Intake {
	i := &app.Intake{Platform: "telegram", Log: log, Lease: l, Open: func() func(context.Context, func(error)) error {
		return func(ctx context.Context, note func(error)) error {
			for pace.Sleep(ctx, time.Second) {
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
	go i.Keep(ctx)
	return i
}

var errRefused = &pipeline.Fault{
	Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup,
	Err: errors.New("telegram: getUpdates: 401 Unauthorized"),
}

// intakes runs a test in a bubble of time, on a database whose leases are real.
func intakes(
	t *testing.T,
	test func(
		ctx context.Context, p *platform, log *slog.Logger, logs *strings.Builder,
		leaseOf func(holder string) *app.LeaseHolder,
	),
) {
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
		test(ctx, &platform{
			says: map[string]error{}, asked: map[string]int{},
		}, log, logs, func(holder string) *app.LeaseHolder {
			return &app.LeaseHolder{Name: "telegram poll", Holder: holder, Store: e, Log: log}
		})
		cancel()
		synctest.Wait()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestIntake_OneRefusalIsAskedAgainAMinuteLater(t *testing.T) {
	intakes(t, func(
		ctx context.Context, p *platform, log *slog.Logger, logs *strings.Builder, _ func(string) *app.LeaseHolder,
	) {
		i := p.intakeOf(ctx, log, "one", nil)
		time.Sleep(10 * time.Second)
		if n, _ := i.News(); n.Failing || !i.Receiving() {
			t.Error("well, and says otherwise")
		}
		p.say("one", errRefused)
		time.Sleep(2 * time.Second)
		if n, why := i.News(); !n.Failing || why == nil || i.Receiving() {
			t.Error("refused, and says otherwise")
		}
		time.Sleep(app.IntakeRefused + time.Second)
		if n := p.count("one"); n != 2 {
			t.Errorf("asked %d times in a minute of refusals", n)
		}
		if n := strings.Count(logs.String(), "no updates"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		p.say("one", nil)
		time.Sleep(app.IntakeRefused + 2*time.Second)
		if n, _ := i.News(); n.Failing || !i.Receiving() {
			t.Error("well again, and says otherwise")
		}
	})
}

func TestIntake_PassingTroubleIsToldAfterAMinuteAndPaced(t *testing.T) {
	intakes(t, func(
		ctx context.Context, p *platform, log *slog.Logger, _ *strings.Builder, _ func(string) *app.LeaseHolder,
	) {
		i := p.intakeOf(ctx, log, "one", nil)
		p.say("one", &pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("502")})
		time.Sleep(app.IntakePatient - time.Second)
		if n, _ := i.News(); n.Failing || i.Receiving() {
			t.Error("told too soon, or said to be up")
		}
		time.Sleep(3 * time.Second)
		if n, _ := i.News(); !n.Failing {
			t.Error("never told")
		}
		before := p.count("one")
		time.Sleep(10 * time.Minute)
		if n := p.count("one") - before; n < 18 || n > 21 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		p.say("one", &pipeline.Fault{
			Kind: pipeline.Transient, RateLimited: true, RetryAfter: 5 * time.Minute, Err: errors.New("429"),
		})
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
		"failing": {errors.New("no connection"), app.IntakePatient + app.IntakeRetry + 7*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			intakes(t, func(
				ctx context.Context, p *platform, log *slog.Logger, _ *strings.Builder,
				leaseOf func(string) *app.LeaseHolder,
			) {
				first := p.intakeOf(ctx, log, "first", leaseOf("first"))
				time.Sleep(time.Second)
				second := p.intakeOf(ctx, log, "second", leaseOf("second"))
				time.Sleep(time.Minute)
				if p.count("second") != 0 || second.Receiving() || !first.Receiving() {
					t.Fatal("two at once")
				}
				p.say("first", c.err)
				time.Sleep(c.within)
				if !second.Receiving() {
					t.Fatal("nobody has taken over")
				}
				time.Sleep(app.IntakeRefused) // the first one asks for the lease, and waits for it
				if n, _ := first.News(); n.Failing || first.Receiving() {
					t.Error("who stands by has nothing to report")
				}
				p.say("first", nil)
				time.Sleep(time.Hour)
				if p.count("first") != 0 || !second.Receiving() {
					t.Error("the first one goes on beside the second")
				}
			})
		})
	}
}

// awayStore is a database that says nothing while it is away.
type awayStore struct {
	*app.LeaseHolder
	away func() bool
}

func (s awayStore) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if s.away() {
		<-ctx.Done()
		return false, ctx.Err()
	}
	return s.Store.Lease(ctx, name, holder, ttl)
}

func TestLease_EndsBeforeAnotherProcessMayHaveIt(t *testing.T) {
	intakes(t, func(
		ctx context.Context, _ *platform, log *slog.Logger, _ *strings.Builder, leaseOf func(string) *app.LeaseHolder,
	) {
		var away atomic.Bool
		l := leaseOf("first")
		held, release, err := (&app.LeaseHolder{
			Name: l.Name, Holder: l.Holder, Log: log, Store: awayStore{l, away.Load},
		}).Take(ctx)
		if err != nil || held == nil {
			t.Fatal(held, err)
		}
		time.Sleep(time.Hour)
		if other, _, err := leaseOf("second").Take(ctx); held.Err() != nil || other != nil || err != nil {
			t.Fatal("it isn't renewed", err)
		}
		away.Store(true)
		for lost := time.Now(); held.Err() == nil; time.Sleep(100 * time.Millisecond) {
			other, _, err := leaseOf("second").Take(ctx)
			if synctest.Wait(); err != nil || other != nil && held.Err() == nil || time.Since(lost) > app.LeaseTime {
				t.Fatal("two have it, or it never ends", err)
			}
		}
		release()
		time.Sleep(app.LeaseRenew)
		other, release, err := leaseOf("second").Take(ctx)
		if err != nil || other == nil {
			t.Fatal("nobody has it", err)
		}
		release()
		if third, release, err := leaseOf("third").Take(ctx); err != nil || third == nil {
			t.Error("it wasn't given back", err)
		} else {
			release()
		}
	})
}

// TestIntake_ARefusedPollGoesOnInAnotherProcess lets Telegram refuse one of two processes that share a database.
func TestIntake_ARefusedPollGoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["postgres"](t)).WithTelegram()
	apptest.Polled(w)
	boss := w.People.Person("관리자", "ko").Private()
	id := "telegram:" + strconv.FormatInt(boss.ID(), 10)
	w.Settings["ADMINS"], w.Settings["OPS_CHAT"] = id, id
	boss.SendText("/start")
	one := w.Start(apptest.Talkative(), nil)
	owner := w.Talk(one)
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	owner.Gets(1)
	other := w.Start(apptest.Talkative(), nil)
	t.Cleanup(other.Stop)
	if !one.Intakes[0].Receiving() || other.Intakes[0].Receiving() {
		t.Fatal("not the one process that holds the lease takes updates in")
	}
	w.People.Fault(people.Fault{On: "getUpdates", Status: http.StatusUnauthorized})
	owner.SendPhoto(apptest.Picture(540, 640), apptest.Pasta)
	owner.Gets(2) // sooner than the first process asks again
	apptest.Every(t, 20*time.Millisecond, func() error {
		if one.Intakes[0].Receiving() || !other.Intakes[0].Receiving() {
			return errors.New("the other process hasn't taken over")
		}
		return nil
	})
	for p, want := range map[*apptest.Process]float64{one: 0, other: 1} {
		if values, _ := scrape(t, p); values[`sajangpick_intake_up{platform="telegram"}`] != want {
			t.Errorf("the metric isn't %v", want)
		}
	}
	ops := owner.In(boss)
	ops.HearsText("📪 텔레그램에서 오는 메시지를 받지 못하고 있어요")
	ops.HearsText("✅ 텔레그램 메시지를 다시 받고 있어요.")
}
