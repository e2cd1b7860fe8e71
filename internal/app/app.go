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
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/adapters/metrics"
	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/adapters/track"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/monitor"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/cleaner"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// App is the whole service: everything that knows of each other is put together here.
type App struct {
	version   string
	Cfg       config.Config
	log       *slog.Logger
	Engine    storage.Engine
	Blobs     pipeline.Blobs
	files     http.Handler // serves the disk store's links; nil with S3
	secret    []byte       // what signs and seals hangs on it
	public    string       // base address at which we are reached, empty if we aren't
	page      *web.Page    // nil: turned off
	hub       *live.Hub    // tells open pages what happens; nil: turned off
	providers []Provider   // those that are paid
	signer    sign.Signer
	callbacks *callback.Sender // tells shops' programs how their orders ended
	people    http.Handler     // the people of Telegram's stand-in; nil without one
	watch     *web.Watch
	logo      string // blob of the service's own
	Pipe      *pipeline.Pipeline

	Messengers   []*Messenger             // those that are turned on
	chats        map[string]pipeline.Chat // by platform
	members      map[string]bot.Members   // by platform
	history      map[string]bot.History   // by platform, where what was missed can be read later
	guide        present.Guide
	outbox       *outbox.Outbox
	Conversation *conversation.Conversation
	Monitor      *monitor.Monitor
	SpendGate    *monitor.SpendGate
	health       *monitor.Providers
	recovery     *monitor.Recovery
	Intakes      []*Intake

	Space   *space
	unready atomic.Bool // what /readyz said last
	Metrics *metrics.Metrics
	Traces  *tracing.Tracer // nil: traces are off

	background sync.WaitGroup // what lets updates in
	stopIntake context.CancelFunc
}

// Parts are what an app is built from besides its settings.
type Parts struct {
	Version  string // of the program
	Cfg      config.Config
	Log      *slog.Logger
	Self     string         // base address at which this machine reaches us
	Sandbox  bool           // a page that is signed in to a sample shop, and stand-ins of providers without a key
	StandIns string         // base address of the stand-ins
	BotAPI   string         // base address of Telegram's stand-in; empty: there is none
	BotToken string         // what it takes for the bot's token
	People   http.Handler   // the page of the people in it
	Engine   storage.Engine // open; the app closes it

	Clips      ClipProvider // nil: Runway, by the settings
	Cuts       CutProvider  // nil: Creatomate, by the settings
	Messengers []Wiring     // besides those of the settings

	Tool        ffmpeg.Tool        // zero: there is no ffmpeg
	ClipChecker *clipcheck.Checker // nil: clips aren't compared with their photos
	Prepare     pipeline.Framer
	Look        string // that shorts get where none was chosen; empty: the first
	Finish      pipeline.Finisher
	Logo        pipeline.Prepare
	Times       pipeline.Times
	// Pipeline has the last word on what the pipeline is built from; nil: it is as the settings say.
	Pipeline func(o *pipeline.Options)
	// Recovery has the last word on how orders go on that wait for a service; nil: it is as in production.
	Recovery func(r *monitor.Recovery)
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
	if bad := p.Problems(); len(bad) > 0 {
		return nil, config.Problems(bad)
	}
	if a.secret, err = SecretKey(p.Cfg); err != nil {
		return nil, err
	}
	a.signer = sign.New(a.secret, OldSecret(p.Cfg))
	if err := a.openTraces(ctx); err != nil {
		return nil, err
	}
	switch {
	case p.Cfg.PublicURL != nil:
		a.public = p.Cfg.PublicURL.String()
	case p.Sandbox:
		a.public = p.Self
	}
	if err := a.openBlobs(ctx); err != nil {
		return nil, err
	}
	a.watch = &web.Watch{Store: a.Engine, Blobs: a.Blobs, Signer: a.signer, Base: a.public, Log: p.Log}
	p = p.wire()
	a.providers = p.providers()
	results, err := OpenResults(p)
	if err != nil {
		return nil, err
	}
	var music map[string]string
	if a.logo, music, err = a.keepAssets(ctx); err != nil {
		return nil, err
	}
	if err := a.openMessengers(p); err != nil {
		return nil, err
	}
	a.openGate(p)
	a.openMetrics(p)
	options := pipeline.Options{
		Store: a.Engine, Blobs: a.Blobs, Chats: a.chats,
		Clips: p.Clips, Cuts: p.Cuts, Results: results, Prepare: p.Prepare, Finish: p.Finish,
		Process: a.Engine.Process(), Signer: a.signer, CallbackURL: a.public,
		PrepareClip: p.clipPreparer(), Logo: a.logo, Music: music, TrackVolume: track.Volume(p.Tool),
		CheckClip: a.checkClip(p.ClipChecker), AlwaysFallback: p.Cfg.ClipFallback == config.FallbackAlways,
		Budget: a.SpendGate.Budget, Zone: a.SpendGate.Zone,
		Observe: observer{a}, Trace: a.trace(), Times: p.Times, Log: p.Log,
	}
	if p.Pipeline != nil {
		p.Pipeline(&options)
	}
	a.Pipe = pipeline.New(options)
	a.openConversation(p)
	a.openMonitor(p, cleaner.New(cleaner.Options{
		Archive: a.Engine, Store: options.Store, Blobs: options.Blobs, Chats: a.chats, Signer: a.signer, Log: p.Log,
	}))
	a.openPage(p)
	return a, nil
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

func (a *App) openBlobs(ctx context.Context) (err error) {
	a.Blobs, a.files, err = openBlobs(ctx, a.Cfg.Blobs, disk.Options{BaseURL: a.public, Signer: a.signer})
	return err
}

// openBlobs opens the files. served serves the links of those that lie on a disk.
func openBlobs(
	ctx context.Context, b config.Blobs, o disk.Options,
) (blobs pipeline.Blobs, served http.Handler, err error) {
	if b.Bucket != "" {
		o := s3.Options{Bucket: b.Bucket, Prefix: b.Prefix}
		if b.PublicURL != nil {
			o.PublicURL = b.PublicURL.String()
		}
		store, err := s3.New(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return store, nil, nil
	}
	store, err := disk.New(b.Dir, o)
	if err != nil {
		return nil, nil, err
	}
	return store, store.Handler(), nil
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
	if err := a.noteUse(ctx); err != nil {
		return err
	}
	if err := a.SpendGate.Refresh(ctx); err != nil {
		return err
	}
	err := a.Engine.Start(ctx, storage.Handlers{
		Advance: a.Pipe.Advance, NotifyStatus: a.Monitor.NotifyStatus, SendMessage: a.outbox.Send,
		Draft: a.Conversation.Draft, Periodic: a.Schedule(),
	})
	if err != nil {
		return err
	}
	var open context.Context
	open, a.stopIntake = context.WithCancel(context.WithoutCancel(ctx))
	a.background.Go(func() { a.Monitor.Watch(open) })
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
