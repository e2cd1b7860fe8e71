package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/download"
	"github.com/sajangpick/sajangpick/pipeline/look"
	"github.com/sajangpick/sajangpick/pipeline/remote"
	"github.com/sajangpick/sajangpick/pipeline/track"
	"github.com/sajangpick/sajangpick/pipeline/truth"
	"github.com/sajangpick/sajangpick/pipeline/video"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// app is the whole service: everything that knows of each other is put together here.
type app struct {
	version string
	cfg     config.Config
	log     *slog.Logger
	engine  storage.Engine
	blobs   pipeline.Blobs
	files   http.Handler // serves the disk store's links; nil with S3
	public  string       // base address at which we are reached, empty if we aren't
	page    *web.Page    // nil outside of the sandbox
	people  http.Handler // the people of Telegram's stand-in; nil without one
	watch   *web.Watch
	pipe    *pipeline.Pipeline

	chats    map[string]pipeline.Chat    // by platform
	members  map[string]bot.Members      // by platform
	history  map[string]bot.History      // by platform, where what was missed can be read later
	telegram *telegram.Client            // nil: turned off
	slack    *slack.Client               // nil: turned off
	install  *slack.Installer            // nil: workspaces of Slack can't install the app by themselves
	reseal   func(context.Context) error // seals the tokens of Slack's workspaces with a new secret; nil: there are none
	courier  *bot.Outbox
	desk     *bot.Conversation
	monitor  *monitor
	intakes  []*intake

	space   *space
	unready atomic.Bool // what /readyz said last
	metrics *metrics
	traces  *tracing.Tracer // nil: nobody asked for traces

	background sync.WaitGroup // what lets updates in
	stopIntake context.CancelFunc
}

// parts are what an app is built from besides its settings.
type parts struct {
	version  string // of the program
	cfg      config.Config
	log      *slog.Logger
	self     string         // base address at which this machine reaches us
	sandbox  bool           // the chat page, and stand-ins of the providers that have no key
	standIns string         // base address of the stand-ins
	botAPI   string         // base address of Telegram's stand-in; empty: there is none
	botToken string         // what it takes for the bot's token
	people   http.Handler   // the page of the people in it
	engine   storage.Engine // open; the app closes it
	tool     video.Tool     // zero: there is no ffmpeg
	guard    *truth.Checker // nil: clips aren't compared with their photos
	prepare  pipeline.Framer
	look     string // that shorts get where nobody has chosen one; empty: the first
	finish   pipeline.Finisher
	logo     pipeline.Prepare
	times    pipeline.Times
	perTen   int // requests that Creatomate may get in 10 s from all processes; 0: nobody counts
}

// creatomateLimit is the whole account's (Creatomate, "Limits and concurrency").
const creatomateLimit = 30

const (
	resultLimit   = 200 << 20 // bytes of a clip or a short
	resultTimeout = 2 * time.Minute
	resultStall   = 20 * time.Second
)

// newApp builds the service. It opens the blobs, and starts nothing.
func newApp(ctx context.Context, p parts) (_ *app, err error) {
	a := &app{version: p.version,
		cfg: p.cfg, log: p.log, engine: p.engine, people: p.people, space: newSpace(p.cfg),
		chats: map[string]pipeline.Chat{}, members: map[string]bot.Members{}, history: map[string]bot.History{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	secret, err := secretKey(p.cfg)
	if err != nil {
		return nil, err
	}
	if err := a.openTraces(ctx); err != nil {
		return nil, err
	}
	switch {
	case p.cfg.PublicURL != nil:
		a.public = p.cfg.PublicURL.String()
	case p.sandbox:
		a.public = p.self
	}
	if err := a.openBlobs(ctx, a.public, secret); err != nil {
		return nil, err
	}
	a.watch = &web.Watch{
		Store: a.engine, Blobs: a.blobs, Secret: secret, OldSecret: oldSecret(p.cfg), Base: a.public, Log: p.log,
	}
	results, err := openResults(p)
	if err != nil {
		return nil, err
	}
	logo, music, err := a.keepAssets(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.openChats(p, secret); err != nil {
		return nil, err
	}
	a.openMonitor(p)
	a.metrics = newMetrics(a)
	a.monitor.openRecovery(p, a.monitor.cuts, logo)
	a.pipe = pipeline.New(pipeline.Options{
		Store: a.engine, Blobs: a.blobs, Chats: a.chats,
		Clips: observedClips{a.monitor.runway, a.monitor.note("runway")},
		Cuts:  observedCuts{a.monitor.cuts, a.monitor.note("creatomate")}, Results: results, Prepare: p.prepare, Finish: p.finish,
		Secret: secret, OldSecret: oldSecret(p.cfg), CallbackURL: a.public, RingClips: callbacksForClips(p),
		ClipSeconds: p.cfg.Runway.Seconds, ClipPrice: a.monitor.brake.clip, Logo: logo, Music: music, TrackVolume: track.Volume(p.tool),
		CheckClip: a.changed(p.guard), AlwaysFallback: p.cfg.ClipFallback == config.FallbackAlways,
		Budget: a.monitor.brake.budget, Zone: a.monitor.brake.zone, Observe: a.observer(), Trace: a.trace(), Times: p.times, Log: p.log,
	})
	if p.sandbox {
		a.page = web.New(web.Options{
			Place: a.pipe.Place, Store: a.engine, Blobs: a.blobs, Look: looks(p)[0], Log: p.log,
		})
		a.chats[web.Platform] = a.page
	}
	a.openDesk(p)
	a.openIntakes()
	a.metrics.registry.MustRegister(intakeMetric{a.intakes})
	return a, nil
}

// callbacksForClips reports whether somebody rings when a clip is done: Runway itself has no webhooks.
func callbacksForClips(p parts) bool {
	return p.cfg.Runway.Rings || p.sandbox && !p.cfg.Runway.Key.Set()
}

func newRunway(p parts) *runway.Client {
	o := runway.Options{
		BaseURL: p.cfg.Runway.BaseURL.String(), Key: p.cfg.Runway.Key.Reveal(),
		Model: p.cfg.Runway.Model, Gateway: callbacksForClips(p), Log: p.log,
	}
	if p.sandbox && o.Key == "" {
		o.BaseURL, o.Key = p.standIns, standInKey
	}
	return runway.New(o)
}

func newCreatomate(p parts) *creatomate.Client {
	o := creatomate.Options{
		BaseURL: p.cfg.Creatomate.BaseURL.String(), Key: p.cfg.Creatomate.Key.Reveal(),
		TemplateID: p.cfg.Creatomate.TemplateID, Log: p.log,
	}
	if p.perTen > 0 {
		o.Take = func(ctx context.Context) (time.Duration, error) {
			return p.engine.Take(ctx, "creatomate", p.perTen, 10*time.Second)
		}
	}
	if p.sandbox && o.Key == "" {
		o.BaseURL, o.Key, o.TemplateID = p.standIns, standInKey, ""
	}
	return creatomate.New(o)
}

// openResults fetches what providers made.
func openResults(p parts) (*download.Results, error) {
	return download.New(download.Options{
		Hosts: resultHosts(p), Proxy: http.ProxyFromEnvironment,
		MaxBytes: resultLimit, Timeout: resultTimeout, Stall: resultStall,
	})
}

// resultHosts are where results may be fetched: the providers' own, those of the base URLs that
// an operator has set, and RESULT_HOSTS.
func resultHosts(p parts) []string {
	hosts := []string{".cloudfront.net", ".creatomate.com"} // Runway, "API Output Formats"; Creatomate, "the render object"
	for _, u := range []*url.URL{p.cfg.Runway.BaseURL, p.cfg.Creatomate.BaseURL} {
		hosts = append(hosts, u.Scheme+"://"+u.Host)
	}
	if p.standIns != "" {
		hosts = append(hosts, p.standIns)
	}
	return append(hosts, p.cfg.ResultHosts...)
}

// secretKey is what signs tokens and links: the setting, or with SQLite one that is kept beside the database.
func secretKey(cfg config.Config) ([]byte, error) {
	key := cfg.SecretKey
	if !key.Set() {
		var err error
		folders := secretFolders(cfg)
		if key, err = config.KeepSecret(folders[0], folders[1:]...); err != nil {
			return nil, err
		}
	}
	return []byte(key.Reveal()), nil
}

// secretFolders are where the key of SQLite may lie: where it belongs, then where it was made earlier.
func secretFolders(cfg config.Config) []string {
	folders := []string{filepath.Dir(cfg.Database.SQLite)}
	if cfg.Blobs.Dir != "" { // a key among what it protects is of little use, and is lost with it
		folders = append(folders, cfg.Blobs.Dir)
	}
	return folders
}

func openEngine(ctx context.Context, cfg config.Config, log *slog.Logger) (storage.Engine, error) {
	o := storage.Options{Log: log}
	if cfg.Database.Postgres.Set() {
		return postgres.Open(ctx, cfg.Database.Postgres.Reveal(), o)
	}
	return sqlite.Open(ctx, cfg.Database.SQLite, o)
}

func (a *app) openBlobs(ctx context.Context, public string, secret []byte) error {
	b := a.cfg.Blobs
	if b.Bucket != "" {
		o := s3.Options{Bucket: b.Bucket, Prefix: b.Prefix}
		if b.PublicURL != nil {
			o.PublicURL = b.PublicURL.String()
		}
		store, err := s3.New(ctx, o)
		a.blobs = store
		return err
	}
	store, err := disk.New(b.Dir, disk.Options{BaseURL: public, Key: secret, OldKey: oldSecret(a.cfg)})
	if err != nil {
		return err
	}
	a.blobs, a.files = store, store.Handler()
	return nil
}

// keepAssets puts what ships with the program where providers can fetch it, once for each version.
func (a *app) keepAssets(ctx context.Context) (logo string, music map[string]string, err error) {
	if logo, err = a.keepAsset(ctx, "logo", "image/png", ".png", look.DefaultLogo()); err != nil {
		return "", nil, err
	}
	music = map[string]string{}
	for _, name := range look.MusicNames() {
		piece, _ := look.Music(name)
		if music[name], err = a.keepAsset(ctx, "music-"+name, "audio/mpeg", ".mp3", piece); err != nil {
			return "", nil, err
		}
	}
	return logo, music, nil
}

func (a *app) keepAsset(ctx context.Context, name, kind, ext string, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	key := "assets/" + name + "-" + hex.EncodeToString(sum[:8]) + ext
	r, err := a.blobs.Open(ctx, key)
	if err == nil {
		return key, r.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("look for %s (check BLOB_URL): %w", key, err)
	}
	if err := a.blobs.Put(ctx, key, kind, bytes.NewReader(data)); err != nil {
		return "", fmt.Errorf("keep %s (check BLOB_URL): %w", key, err)
	}
	return key, nil
}

// start brings the schema up, lets the queue run and updates in.
func (a *app) start(ctx context.Context) error {
	if a.cfg.Migrate {
		if err := a.engine.Migrate(ctx); err != nil {
			return err
		}
	}
	if err := a.engine.Ready(ctx); err != nil { // before anything is read from tables that may not be there
		return err
	}
	if err := a.knowsSecret(ctx); err != nil {
		return err
	}
	if err := a.monitor.brake.refresh(ctx); err != nil {
		return err
	}
	err := a.engine.Start(ctx, storage.Handlers{
		Advance: a.pipe.Advance, NotifyStatus: a.monitor.tell, SendMessage: a.courier.Send, Draft: a.desk.Draft, Periodic: a.schedule(),
	})
	if err != nil {
		return err
	}
	var open context.Context
	open, a.stopIntake = context.WithCancel(context.WithoutCancel(ctx))
	a.background.Go(func() { a.monitor.watch(open) })
	a.receive(open)
	return nil
}

// stop takes no new work and lets what is under way come to its end, until ctx ends. What is cut
// off then is found again by its alarm.
func (a *app) stop(ctx context.Context) error {
	if a.stopIntake != nil {
		a.stopIntake()
		a.background.Wait()
	}
	err := errors.Join(a.desk.Stop(ctx), a.pipe.Stop(ctx), a.engine.Stop(ctx))
	if a.traces != nil {
		a.traces.Stop(ctx)
	}
	return err
}

func (a *app) close() error {
	var errs []error
	if a.engine != nil {
		errs = append(errs, a.engine.Close())
	}
	if c, ok := a.blobs.(io.Closer); ok {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func (a *app) handleCallback(provider string) remote.CallbackFunc {
	return func(ctx context.Context, order int64, token, remote string) error {
		return a.pipe.HandleCallback(ctx, provider, order, token, remote)
	}
}
