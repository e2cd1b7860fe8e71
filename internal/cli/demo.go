package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// demoShop is whose short the demo makes.
const demoShop = "사장픽 식당"

// demo is the command `demo`: one order through the real pipeline, with stand-ins of the providers.
func demo(ctx context.Context, t Terminal) error {
	f := flags(t, "demo", "Makes one short from a photo and a caption with the real pipeline and stand-ins of "+
		"the\nproviders. Needs ffmpeg, and no key, server or database. Files it works with are removed at the end.")
	file := f.String(
		"photo", "", "`file` with the photo: JPEG, PNG, WebP, HEIC or AVIF (default: a picture in the program)",
	)
	text := f.String("caption", sample.Caption, "`line` with menu and price")
	style := f.String("look", look.Names()[0], lookUsage())
	out := f.String("out", "sajangpick-demo.mp4", "`file` to write the short to")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	lang := language(t.Env)
	order, err := understand(lang, *text)
	if err != nil {
		return err
	}
	if order.Cut.Look = *style; !slices.Contains(look.Names(), *style) {
		return unknownLook(*style)
	}
	if err := writable(*out, *file); err != nil {
		return err
	}
	given := false
	f.Visit(func(x *flag.Flag) { given = given || x.Name == "photo" })
	if given && *file == "" {
		return errors.New("--photo: the name is empty; leave the flag out for the sample photo")
	}
	picture, err := demoPhoto(*file)
	if err != nil {
		return err
	}
	defer picture.Close()
	dir, err := os.MkdirTemp("", "sajangpick-demo-")
	if err != nil {
		return fmt.Errorf("work folder: %w", err)
	}
	defer os.RemoveAll(dir)
	d := &demonstration{version: t.build.version, dir: dir, lang: lang, bar: newBar(t.Errors, lang)}
	return d.run(ctx, t.Out, order, picture, *out)
}

// lookUsage says what --look takes.
func lookUsage() string { return "`name` of the look: " + strings.Join(look.Names(), ", ") }

func unknownLook(name string) error {
	return fmt.Errorf("--look: there is no look %q; there are %s", name, strings.Join(look.Names(), ", "))
}

// demonstration is one run of the demo.
type demonstration struct {
	version string
	dir     string
	lang    string
	bar     *bar
	film    atomic.Uint64 // how far the stand-in's film is, in thousandths
}

func (d *demonstration) run(
	ctx context.Context, w io.Writer, o pipeline.Order, picture io.Reader, out string,
) (err error) {
	log := slog.New(slog.DiscardHandler) // what goes wrong comes back as the order's state
	g := &app.Gate{}
	srv, err := app.Listen("127.0.0.1:0", g, log)
	if err != nil {
		return err
	}
	defer srv.Http.Close()
	standIns, err := app.OpenStandIns(ctx, filepath.Join(d.dir, "sandbox"), log, func(_ string, done float64) {
		d.film.Store(uint64(done * 1000))
	})
	if err != nil {
		return err
	}
	defer standIns.Close()
	back, err := app.Listen("127.0.0.1:0", standIns.Handler(), log)
	if err != nil {
		return err
	}
	defer back.Http.Close()
	cfg, err := d.settings()
	if err != nil {
		return err
	}
	engine, err := app.OpenEngine(ctx, cfg, log)
	if err != nil {
		return err
	}
	p := app.Parts{
		Version: d.version, Cfg: cfg, Log: log, Self: srv.Url, Sandbox: true, StandIns: back.Url,
		Engine: engine, Times: Times(cfg, true),
	}
	p.Pictures()
	p.Inspections(ctx)
	a, err := app.NewApp(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Start(ctx); err != nil {
		return err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.Background(), DrainLimit)
		defer cancel()
		err = errors.Join(err, a.Stop(stop))
	}()
	g.Open(a.Routes())
	return d.order(ctx, a, w, o, picture, out)
}

// settings are the demo's own: nothing of the environment gets in, so that it always works and never pays.
func (d *demonstration) settings() (config.Config, error) {
	own := map[string]string{
		"LISTEN":       "127.0.0.1:0",
		"DATABASE_URL": "sqlite:" + filepath.Join(d.dir, "demo.db"),
		"BLOB_URL":     "file:" + filepath.Join(d.dir, "blobs"),
	}
	return config.Load(func(name string) (string, bool) { v, ok := own[name]; return v, ok }, "")
}

// order places one order, watches it and takes the short out.
func (d *demonstration) order(
	ctx context.Context, a *app.App, w io.Writer, o pipeline.Order, picture io.Reader, out string,
) error {
	const original = "uploads/demo"
	if err := a.Blobs.Put(ctx, original, "application/octet-stream", picture); err != nil {
		return fmt.Errorf("keep the photo: %w", err)
	}
	o.Source, o.Photo = "demo", pipeline.Photo{Ref: original}
	o.Framing.Anyway = true // a demo has no one to answer
	o.Thread = pipeline.Thread{Platform: "web", Chat: "demo", Lang: d.lang}
	o, _, err := a.Pipe.Place(ctx, o)
	if err != nil {
		return err
	}
	if o, err = d.watch(ctx, a, o); err != nil {
		return err
	}
	if o.Status != pipeline.Delivered {
		d.bar.end(false)
		if o.Status == pipeline.Parked { // the photo isn't to blame: say what an operator needs
			return fmt.Errorf("%s (%s)", present.Reason(d.lang, o.Reason), o.Detail)
		}
		return errors.New(present.Reason(d.lang, o.Reason))
	}
	d.bar.end(true)
	if o.Fallback != pipeline.ReasonNone {
		d.bar.note(present.FallbackNote(d.lang, o.Fallback))
	}
	if how := o.Framing.Suspect; how != "" {
		d.bar.note(present.Fill(d.lang, "demo.suspect", nil) + "\n" + how)
	}
	if err := save(ctx, a.Blobs, o.Cut.ShortKey, out); err != nil {
		return err
	}
	history, err := a.Engine.History(ctx, o.ID)
	if err != nil {
		return err
	}
	return report(w, d.lang, out, history)
}

// watch follows an order to its end.
func (d *demonstration) watch(ctx context.Context, a *app.App, o pipeline.Order) (pipeline.Order, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for o.Status == pipeline.Open {
		select {
		case <-ctx.Done():
			d.bar.end(false)
			return o, errors.New("interrupted; nothing was kept")
		case <-tick.C:
		}
		next, err := a.Engine.Order(ctx, o.ID)
		if err != nil {
			return o, err
		}
		if next.Step != o.Step {
			d.film.Store(0)
			if doubt := next.Framing.Doubt; o.Step == pipeline.Fetch && doubt != pipeline.ReasonNone {
				d.bar.note(present.Reason(d.lang, doubt) + "\n" + present.Fill(d.lang, "demo.anyway", nil))
			}
		}
		o = next
		d.bar.show(o.Step, float64(d.film.Load())/1000)
	}
	return o, nil
}

// understand reads the caption as the bot does.
func understand(lang, text string) (pipeline.Order, error) {
	r := caption.Parse(text)
	if r.Outcome != caption.OK {
		return pipeline.Order{}, errors.New(present.Question(lang, r))
	}
	w := r.Words()
	w.Shop = demoShop
	return pipeline.Order{Cut: pipeline.Cut{Words: w, Music: "bright"}}, nil
}

func demoPhoto(file string) (io.ReadCloser, error) {
	if file == "" {
		return io.NopCloser(bytes.NewReader(sample.Photo)), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--photo: %w", err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("--photo: %s is not a file", file)
	}
	return f, nil
}

// writable says early, not after the work, that the short can't be written.
func writable(out, photo string) error {
	dir := filepath.Dir(out)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("--out: there is no folder %s", dir)
	}
	if info, err := os.Stat(out); err == nil {
		own, err := os.Stat(photo)
		if info.IsDir() || err == nil && os.SameFile(info, own) {
			return fmt.Errorf("--out: %s is a folder or the photo itself: give the short a name of its own", out)
		}
	}
	f, err := os.CreateTemp(dir, ".sajangpick-*")
	if err != nil {
		return fmt.Errorf("--out: can't write in %s: %w", dir, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// save copies a blob to a file, whole or not at all.
func save(ctx context.Context, blobs pipeline.Blobs, key, out string) (err error) {
	r, err := blobs.Open(ctx, key)
	if err != nil {
		return fmt.Errorf("open the short: %w", err)
	}
	defer r.Close()
	f, err := os.CreateTemp(filepath.Dir(out), ".sajangpick-*.mp4")
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return os.Rename(f.Name(), out)
}

// language is what the terminal speaks: Korean or English.
func language(env func(string) (string, bool)) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, ok := env(name); ok && v != "" {
			if strings.HasPrefix(v, "ko") {
				return "ko"
			}
			return "en"
		}
	}
	return "en"
}
