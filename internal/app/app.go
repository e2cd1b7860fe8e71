// Package app puts the service together: it alone knows every part. Routes, schedule and wiring have a file each.
package app

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
	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/adapters/track"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// App is the whole service: everything that knows of each other is put together here.
type App struct {
	version string
	Cfg     config.Config
	log     *slog.Logger
	Engine  storage.Engine
	Blobs   pipeline.Blobs
	files   http.Handler // serves the disk store's links; nil with S3
	public  string       // base address at which we are reached, empty if we aren't
	page    *web.Page    // nil: turned off
	hub     *live.Hub    // tells open pages what happens; nil: turned off

	callbacks *callback.Sender // tells shops' programs how their orders ended

	people http.Handler // the people of Telegram's stand-in; nil without one
	watch  *web.Watch
	Pipe   *pipeline.Pipeline

	chats        map[string]pipeline.Chat    // by platform
	members      map[string]bot.Members      // by platform
	history      map[string]bot.History      // by platform, where what was missed can be read later
	telegram     *telegram.Client            // nil: turned off
	slack        *slack.Client               // nil: turned off
	install      *slack.Installer            // nil: workspaces of Slack can't install the app by themselves
	reseal       func(context.Context) error // seals the tokens of Slack's workspaces with a new secret; nil: there are none
	outbox       *outbox.Outbox
	Conversation *conversation.Conversation
	Monitor      *monitor
	Intakes      []*Intake

	Space   *space
	unready atomic.Bool // what /readyz said last
	Metrics *metrics
	Traces  *tracing.Tracer // nil: traces are off

	background sync.WaitGroup // what lets updates in
	stopIntake context.CancelFunc
}

// Parts are what an app is built from besides its settings.
type Parts struct {
	Version  string // of the program
	Cfg      config.Config
	Log      *slog.Logger
	Self     string             // base address at which this machine reaches us
	Sandbox  bool               // a page that is signed in to a sample shop, and stand-ins of the providers that have no key
	StandIns string             // base address of the stand-ins
	BotAPI   string             // base address of Telegram's stand-in; empty: there is none
	BotToken string             // what it takes for the bot's token
	People   http.Handler       // the page of the people in it
	Engine   storage.Engine     // open; the app closes it
	Tool     ffmpeg.Tool        // zero: there is no ffmpeg
	Guard    *clipcheck.Checker // nil: clips aren't compared with their photos
	Prepare  pipeline.Framer
	Look     string // that shorts get where none was chosen; empty: the first
	Finish   pipeline.Finisher
	Logo     pipeline.Prepare
	Times    pipeline.Times
}

const (
	resultLimit   = 200 << 20 // bytes of a clip or a short
	resultTimeout = 2 * time.Minute
	resultStall   = 20 * time.Second
)

// NewApp builds the service. It opens the blobs, and starts nothing.
func NewApp(ctx context.Context, p Parts) (_ *App, err error) {
	a := &App{version: p.Version,
		Cfg: p.Cfg, log: p.Log, Engine: p.Engine, people: p.People, Space: NewSpace(p.Cfg),
		chats: map[string]pipeline.Chat{}, members: map[string]bot.Members{}, history: map[string]bot.History{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	secret, err := SecretKey(p.Cfg)
	if err != nil {
		return nil, err
	}
	signer := pipeline.NewSigner(secret, OldSecret(p.Cfg))
	if err := a.openTraces(ctx); err != nil {
		return nil, err
	}
	switch {
	case p.Cfg.PublicURL != nil:
		a.public = p.Cfg.PublicURL.String()
	case p.Sandbox:
		a.public = p.Self
	}
	if err := a.openBlobs(ctx, a.public, signer); err != nil {
		return nil, err
	}
	a.watch = &web.Watch{Store: a.Engine, Blobs: a.Blobs, Signer: signer, Base: a.public, Log: p.Log}
	results, err := OpenResults(p)
	if err != nil {
		return nil, err
	}
	logo, music, err := a.keepAssets(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.openChats(p, secret, signer); err != nil {
		return nil, err
	}
	a.openMonitor(p)
	a.Metrics = newMetrics(a)
	a.Monitor.openRecovery(p, a.Monitor.cuts, logo)
	a.Pipe = pipeline.New(pipeline.Options{
		Store: a.Engine, Blobs: a.Blobs, Chats: a.chats,
		Clips: observedClips{a.Monitor.Runway, a.Monitor.note("runway")},
		Cuts:  observedCuts{a.Monitor.cuts, a.Monitor.note("creatomate")}, Results: results, Prepare: p.Prepare, Finish: p.Finish,
		Process: a.Engine.Process(), Signer: signer, CallbackURL: a.public, RingClips: callbacksForClips(p),
		CutRate: pipeline.Rate(p.Cfg.Creatomate.Rate), ClipsAtOnce: p.Cfg.Runway.AtOnce, ClipSeconds: p.Cfg.Runway.Seconds, ClipPrice: a.Monitor.gate.clip, Logo: logo, Music: music, TrackVolume: track.Volume(p.Tool),
		CheckClip: a.changed(p.Guard), AlwaysFallback: p.Cfg.ClipFallback == config.FallbackAlways,
		Budget: a.Monitor.gate.budget, Zone: a.Monitor.gate.zone, Observe: a.observer(), Trace: a.trace(), Times: p.Times, Log: p.Log,
	})
	a.openConversation(p)
	a.openPage(p, signer)
	a.openIntakes()
	a.Metrics.Registry.MustRegister(intakeMetric{a.Intakes})
	return a, nil
}

// callbacksForClips reports whether a callback comes when a clip is done: Runway itself has no webhooks.
func callbacksForClips(p Parts) bool {
	return p.Cfg.Runway.Rings || p.Sandbox && !p.Cfg.Runway.Key.Set()
}

func NewRunway(p Parts) *runway.Client {
	o := runway.Options{
		BaseURL: p.Cfg.Runway.BaseURL.String(), Key: p.Cfg.Runway.Key.Reveal(),
		Model: p.Cfg.Runway.Model, Gateway: callbacksForClips(p), Log: p.Log,
	}
	if p.Sandbox && o.Key == "" {
		o.BaseURL, o.Key = p.StandIns, standInKey
	}
	return runway.New(o)
}

func NewCreatomate(p Parts) *creatomate.Client {
	o := creatomate.Options{
		BaseURL: p.Cfg.Creatomate.BaseURL.String(), Key: p.Cfg.Creatomate.Key.Reveal(),
		TemplateID: p.Cfg.Creatomate.TemplateID, Log: p.Log,
	}
	if r := p.Cfg.Creatomate.Rate; p.Engine != nil && r.N > 0 {
		o.Take = func(ctx context.Context, ahead time.Duration) (time.Duration, error) {
			return p.Engine.Take(ctx, "creatomate", pipeline.Rate(r), ahead)
		}
	}
	if p.Sandbox && o.Key == "" {
		o.BaseURL, o.Key, o.TemplateID = p.StandIns, standInKey, ""
	}
	return creatomate.New(o)
}

// OpenResults fetches what providers made.
func OpenResults(p Parts) (*download.Results, error) {
	return download.New(download.Options{
		Hosts: resultHosts(p), Proxy: http.ProxyFromEnvironment,
		MaxBytes: resultLimit, Timeout: resultTimeout, Stall: resultStall,
	})
}

// resultHosts are where results may be fetched: the providers' own, those of the base URLs that
// an operator has set, and RESULT_HOSTS.
func resultHosts(p Parts) []string {
	hosts := []string{".cloudfront.net", ".creatomate.com"} // Runway, "API Output Formats"; Creatomate, "the render object"
	for _, u := range []*url.URL{p.Cfg.Runway.BaseURL, p.Cfg.Creatomate.BaseURL} {
		hosts = append(hosts, u.Scheme+"://"+u.Host)
	}
	if p.StandIns != "" {
		hosts = append(hosts, p.StandIns)
	}
	return append(hosts, p.Cfg.ResultHosts...)
}

// SecretKey is what signs tokens and links: the setting, or with SQLite one that is kept beside the database.
func SecretKey(cfg config.Config) ([]byte, error) {
	key := cfg.SecretKey
	if !key.Set() {
		var err error
		folders := SecretFolders(cfg)
		if key, err = config.KeepSecret(folders[0], folders[1:]...); err != nil {
			return nil, err
		}
	}
	return []byte(key.Reveal()), nil
}

// SecretFolders are where the key of SQLite may lie: where it belongs, then where it was made earlier.
func SecretFolders(cfg config.Config) []string {
	folders := []string{filepath.Dir(cfg.Database.SQLite)}
	if cfg.Blobs.Dir != "" { // a key among what it protects is of little use, and is lost with it
		folders = append(folders, cfg.Blobs.Dir)
	}
	return folders
}

func OpenEngine(ctx context.Context, cfg config.Config, log *slog.Logger) (storage.Engine, error) {
	o := storage.Options{Log: log}
	if cfg.Database.Postgres.Set() {
		return postgres.Open(ctx, cfg.Database.Postgres.Reveal(), o)
	}
	return sqlite.Open(ctx, cfg.Database.SQLite, o)
}

func (a *App) openBlobs(ctx context.Context, public string, signer pipeline.Signer) error {
	b := a.Cfg.Blobs
	if b.Bucket != "" {
		o := s3.Options{Bucket: b.Bucket, Prefix: b.Prefix}
		if b.PublicURL != nil {
			o.PublicURL = b.PublicURL.String()
		}
		store, err := s3.New(ctx, o)
		a.Blobs = store
		return err
	}
	store, err := disk.New(b.Dir, disk.Options{BaseURL: public, Signer: signer})
	if err != nil {
		return err
	}
	a.Blobs, a.files = store, store.Handler()
	return nil
}

// keepAssets puts what ships with the program where providers can fetch it, once for each version.
func (a *App) keepAssets(ctx context.Context) (logo string, music map[string]string, err error) {
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

func (a *App) keepAsset(ctx context.Context, name, kind, ext string, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	key := "assets/" + name + "-" + hex.EncodeToString(sum[:8]) + ext
	r, err := a.Blobs.Open(ctx, key)
	if err == nil {
		return key, r.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("look for %s (check BLOB_URL): %w", key, err)
	}
	if err := a.Blobs.Put(ctx, key, kind, bytes.NewReader(data)); err != nil {
		return "", fmt.Errorf("keep %s (check BLOB_URL): %w", key, err)
	}
	return key, nil
}

// Start brings the schema up, lets the queue run and updates in.
func (a *App) Start(ctx context.Context) error {
	if a.Cfg.Migrate {
		if err := a.Engine.Migrate(ctx); err != nil {
			return err
		}
	}
	if err := a.Engine.Ready(ctx); err != nil { // before anything is read from tables that may not be there
		return err
	}
	if err := a.KnowsSecret(ctx); err != nil {
		return err
	}
	if err := a.Monitor.gate.refresh(ctx); err != nil {
		return err
	}
	err := a.Engine.Start(ctx, storage.Handlers{
		Advance: a.Pipe.Advance, NotifyStatus: a.Monitor.tell, SendMessage: a.outbox.Send, Draft: a.Conversation.Draft, Periodic: a.Schedule(),
	})
	if err != nil {
		return err
	}
	var open context.Context
	open, a.stopIntake = context.WithCancel(context.WithoutCancel(ctx))
	a.background.Go(func() { a.Monitor.watch(open) })
	a.receive(open)
	return nil
}

// Stop takes no new work and lets what is under way come to its end, until ctx ends. What is cut
// off then is found again by its wakeup.
func (a *App) Stop(ctx context.Context) error {
	if a.stopIntake != nil {
		a.stopIntake()
		a.background.Wait()
	}
	err := errors.Join(a.Conversation.Stop(ctx), a.Pipe.Stop(ctx), a.Engine.Stop(ctx))
	if a.Traces != nil {
		a.Traces.Stop(ctx)
	}
	return err
}

func (a *App) Close() error {
	var errs []error
	if a.Engine != nil {
		errs = append(errs, a.Engine.Close())
	}
	if c, ok := a.Blobs.(io.Closer); ok {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func (a *App) handleCallback(provider string) httpx.CallbackFunc {
	return func(ctx context.Context, order int64, token, remote string) error {
		return a.Pipe.HandleCallback(ctx, provider, order, token, remote)
	}
}
