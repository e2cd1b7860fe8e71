package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/doctor"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// DrainLimit is how long calls that are under way may take to end at a shutdown. With what it takes
// to cut off the rest it stays below the 15 seconds after which supervisors begin to kill.
const DrainLimit = 7 * time.Second

// serve is the command `serve`.
func serve(ctx context.Context, t Terminal) error {
	f := flags(t, "serve", "Runs the service until SIGTERM or Ctrl-C. Settings: sajangpick help.")
	box := f.Bool(
		"sandbox", false,
		"stand-ins for every provider that has no key, and a page on this machine that is signed in to a sample shop",
	)
	style := f.String("look", "", "with --sandbox: "+lookUsage()+", for chats that haven't chosen one")
	check := f.Bool("check", false, "ask a running service whether it is ready, for health checks: exit 0 or 1")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	cfg, err := load(t)
	if err != nil {
		return err
	}
	if *check {
		return app.CheckReady(ctx, cfg)
	}
	if missing := cfg.Missing(*box); len(missing) > 0 {
		return fmt.Errorf(
			"some settings are missing:\n  %s\nTo try it without any of them: sajangpick serve --sandbox",
			strings.Join(missing, "\n  "),
		)
	}
	if *style != "" && !slices.Contains(look.Names(), *style) {
		return unknownLook(*style)
	}
	if *style != "" && !*box {
		return errors.New("--look goes with --sandbox: shops choose their looks themselves")
	}
	return runService(ctx, t, cfg, *box, *style)
}

// sandboxAddress is where the sandbox listens: on this machine alone unless LISTEN says otherwise,
// since all people at the page are signed in to the sample shop.
func sandboxAddress(t Terminal, cfg config.Config) (string, error) {
	if _, set := t.Env("LISTEN"); !set && strings.HasPrefix(cfg.Listen, ":") {
		return "127.0.0.1" + cfg.Listen, nil
	}
	host, _, _ := strings.Cut(cfg.Listen, ":")
	if ip := net.ParseIP(host); cfg.Pays() && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("LISTEN=%s: with a real key the sandbox's page would let people on the network buy "+
			"clips; use 127.0.0.1, or leave the keys out", cfg.Listen)
	}
	return cfg.Listen, nil
}

// load reads the settings, and hands those of the .env file that belong to libraries on to them.
func load(t Terminal) (config.Config, error) {
	cfg, err := config.Load(t.Env, ".env", clipProblems, idProblems)
	if err != nil {
		return cfg, fmt.Errorf("settings:\n  %s", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	for name, value := range cfg.Rest {
		if err := os.Setenv(name, value.Reveal()); err != nil {
			return cfg, fmt.Errorf("settings: %s: %w", name, err)
		}
	}
	return cfg, nil
}

// idProblems asks the messengers whether the ids in the settings are theirs.
func idProblems(cfg config.Config) []config.Problem { return app.Parts{Cfg: cfg}.Problems() }

// clipProblems asks Runway's adapter whether it can make the clips that the settings describe, and whether a day's
// budget buys one.
func clipProblems(cfg config.Config) []config.Problem {
	if err := runway.CheckModel(cfg.Runway.Model, cfg.Runway.Seconds); err != nil {
		return []config.Problem{{Name: "RUNWAY_MODEL", Text: err.Error()}}
	}
	price := app.NewRunway(app.Parts{Cfg: cfg}).ClipTerms().Price
	if budget := app.DayBudget(cfg); budget > 0 && price > budget {
		return []config.Problem{{Name: "DAILY_CREDIT_BUDGET", Text: fmt.Sprintf(
			"%d is less than one clip costs (%s credits): nothing could ever be made", cfg.DailyCredits,
			doctor.Amount(price))}}
	}
	return nil
}

// memoryAim is the heap that the collector aims for, in bytes: photos are large and short-lived, and
// would let it grow to many times of what is in use. GOMEMLIMIT says otherwise. Below it there is no need to collect
// whenever the heap has doubled, which took a tenth of the processor time of an order: GOGC says otherwise.
const (
	memoryAim   = 64 << 20
	heapPercent = 400
)

// runService runs until ctx ends; style is the look of those who have chosen none.
func runService(ctx context.Context, t Terminal, cfg config.Config, box bool, style string) (err error) {
	if _, set := t.Env("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryAim)
	}
	if _, set := t.Env("GOGC"); !set {
		debug.SetGCPercent(heapPercent)
	}
	log := logger(t.Errors, cfg)
	g := &app.Gate{}
	handler := http.Handler(g)
	if box {
		if cfg.Listen, err = sandboxAddress(t, cfg); err != nil {
			return err
		}
		handler = app.Local(g, app.PublicName(cfg))
	}
	srv, err := app.Listen(cfg.Listen, handler, log)
	if err != nil {
		return err
	}
	defer srv.Http.Close()
	p := app.Parts{Version: t.build.version, Cfg: cfg, Log: log, Self: srv.Url, Sandbox: box, Times: Times(cfg, box)}
	p.Look = style
	p.Pictures()
	p.Inspections(ctx)
	if box {
		closeStandIns, err := openStandIns(ctx, &p)
		if err != nil {
			return err
		}
		defer closeStandIns()
	}
	if p.Engine, err = app.OpenEngine(ctx, cfg, log); err != nil {
		return err
	}
	a, err := app.NewApp(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Start(ctx); err != nil {
		return err
	}
	defer a.ServeMetrics()()
	g.Open(a.Routes())
	log.Info("ready", "address", srv.Url, "version", p.Version)
	if box {
		sayWhere(t.Out, p)
	}
	select {
	case err = <-srv.Failed:
	case <-ctx.Done():
		log.Info("shutting down: no new work, calls under way come to their end")
	}
	g.Open(a.Draining())
	drain, cancel := context.WithTimeout(context.Background(), DrainLimit)
	defer cancel()
	// What a drain leaves behind is found again by its wakeup, so it isn't a failure.
	if late := errors.Join(a.Stop(drain), srv.Http.Shutdown(drain)); late != nil {
		log.Warn("shut down with work left for the next process", "err", late)
	}
	return err
}

// openStandIns begins the stand-ins of what is outside, and writes down in p where they are.
func openStandIns(ctx context.Context, p *app.Parts) (closeAll func(), err error) {
	standIns, err := app.OpenStandIns(ctx, filepath.Join(sandboxDir(p.Cfg), "sandbox"), p.Log, nil)
	if err != nil {
		return nil, err
	}
	outside := http.NewServeMux()
	outside.Handle("/", standIns.Handler())
	back, err := app.Listen("127.0.0.1:0", app.Local(outside), p.Log)
	if err != nil {
		standIns.Close()
		return nil, err
	}
	p.StandIns = back.Url
	if p.Cfg.Telegram.Token.Set() {
		return func() { back.Http.Close(); standIns.Close() }, nil
	}
	people := app.OpenPeople(outside, p.Log)
	p.BotAPI, p.BotToken, p.People = back.Url, people.Token(), people.Handler()
	return func() { people.Close(); back.Http.Close(); standIns.Close() }, nil
}

// sayWhere says what can be looked at in the sandbox.
func sayWhere(out io.Writer, p app.Parts) {
	fmt.Fprintf(out, "사장픽: %s/\n", p.Self)
	if p.People != nil {
		fmt.Fprintf(out, "The same in a stand-in of Telegram: %s/sandbox/telegram/\n", p.Self)
	}
	fmt.Fprintf(out, "What shall go wrong with the stand-ins of Runway and Creatomate: %s/sandbox/faults\n", p.StandIns)
}

// sandboxDir is where the stand-ins keep their tasks.
func sandboxDir(cfg config.Config) string {
	if cfg.Blobs.Dir != "" {
		return cfg.Blobs.Dir
	}
	return "data"
}

// Times are the pipeline's patience as the settings have it. With nothing but stand-ins nothing
// is paid, so there is no reason to wait long before a lost start is repeated.
func Times(cfg config.Config, box bool) pipeline.Times {
	t := pipeline.DefaultTimes()
	t.Poll = cfg.PollInterval
	t.RetryUnknown, t.NeverRetry = cfg.RetryUnknownAfter, cfg.RetryUnknownAfter == 0
	if t.NeverRetry { // a late callback may still settle it
		t.RetryUnknown = pipeline.DefaultTimes().RetryUnknown
	}
	if box && !cfg.Pays() {
		t.RetryUnknown = min(t.RetryUnknown, time.Minute) // a quarter of an hour of server errors parks nothing
		t.PollWithCallback = 10 * time.Second
		t.Call = 10 * time.Second
	}
	return t
}

func logger(w io.Writer, cfg config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" || cfg.LogFormat == "" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// migrate is the command `migrate`.
func migrate(ctx context.Context, t Terminal) error {
	f := flags(
		t, "migrate",
		"Brings the schema of DATABASE_URL up to this version. It may be run any number of times, by several at once.",
	)
	newKey := f.Bool(
		"new-secret-key", false, "take the present SECRET_KEY for this database, after the old one was lost for good",
	)
	if err := parse(f, t.Args); err != nil {
		return err
	}
	err := withEngine(ctx, t, func(cfg config.Config, e storage.Engine) error {
		err := e.Migrate(ctx)
		if err != nil || !*newKey {
			return err
		}
		secret, err := app.SecretKey(cfg)
		if err != nil {
			return err
		}
		return e.SetFlag(ctx, app.SecretSwitch, app.Fingerprint(secret))
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(t.Out, "The schema is up to date.")
	return nil
}

// withEngine opens the database of the settings for f, and closes it behind it.
func withEngine(ctx context.Context, t Terminal, f func(config.Config, storage.Engine) error) error {
	cfg, err := load(t)
	if err != nil {
		return err
	}
	e, err := app.OpenEngine(ctx, cfg, logger(t.Errors, cfg))
	if err != nil {
		return err
	}
	return errors.Join(f(cfg, e), e.Close())
}
