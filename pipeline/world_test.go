package pipeline_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// world is the core over orders in memory, with everything outside of it. What a test changes in it, it changes
// before anything runs.
type world struct {
	*testing.T
	store *pipelinetest.Store
	pipe  *pipeline.Pipeline
	opts  pipeline.Options
	clips *provider
	cuts  *provider
	chat  *chat
	blobs *blobs
	watch *watch
	log   logged
}

// logged is what was logged; it may be read while more is.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// inWorld runs f in fake time, and stops the core after it.
func inWorld(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		f(t, w)
		if err := w.pipe.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		w.watch.done(t)
	})
}

func newWorld(t *testing.T) *world {
	w := &world{
		T: t, store: &pipelinetest.Store{}, watch: &watch{},
	}
	w.clips, w.cuts = &provider{name: "clip", called: "runway", watch: w.watch},
		&provider{name: "cut", called: "creatomate", watch: w.watch}
	w.chat, w.blobs = &chat{watch: w.watch}, &blobs{watch: w.watch}
	times := pipeline.DefaultTimes()
	w.opts = pipeline.Options{
		Store: w.store, Blobs: w.blobs, Chats: map[string]pipeline.Chat{"telegram": w.chat}, Clips: w.clips,
		Cuts:    w.cuts,
		Results: results{w.watch}, Observe: w.watch, Random: func() float64 { return .5 }, Process: "0badcafe",
		Signer:      sign.New([]byte("new secret"), []byte("old secret")),
		CallbackURL: "https://us.example/",
		Logo:        "assets/logo", Music: map[string]string{"bright": "assets/bright.mp3"},
		Times: times, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Prepare: func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
			if err := begin(); err != nil {
				return pipeline.Prepared{}, err
			}
			b, err := io.ReadAll(r)
			return pipeline.Prepared{JPEG: b, Framing: pipeline.Framing{Ratio: "3:4"}}, err
		},
	}
	w.build()
	return w
}

// build makes the core of what the options are by now.
func (w *world) build() { w.pipe = pipeline.New(w.opts) }

// queue lets the store's queue run until the returned func is called.
func (w *world) queue() (stop func()) {
	ctx, cancel := context.WithCancel(w.Context())
	var done sync.WaitGroup
	done.Go(func() { w.store.Run(ctx, w.pipe) })
	return func() { cancel(); done.Wait() }
}

// sleep lets time pass, and what is due then happen.
func (w *world) sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func newOrder() pipeline.Order {
	return pipeline.Order{
		Source: "telegram/7/1", Thread: pipeline.Thread{Platform: "telegram", Chat: "7", Message: "1"},
		Photo: pipeline.Photo{Ref: "photo"},
		Cut: pipeline.Cut{
			Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000}, Look: "clean", Music: "bright",
		},
	}
}

func (w *world) place() pipeline.Order {
	w.Helper()
	o, fresh, err := w.pipe.Place(w.Context(), newOrder())
	if err != nil || !fresh {
		w.Fatalf("fresh %v: %v", fresh, err)
	}
	return o
}

func (w *world) order(id int64) pipeline.Order {
	w.Helper()
	o, err := w.store.Order(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	return o
}

// ledger is an order's calls: step, state, cost and remote id, oldest first.
func (w *world) ledger(id int64) string {
	w.Helper()
	calls, err := w.store.Calls(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	var all []string
	for _, c := range calls {
		if (c.State == pipeline.CallBegun || c.State == pipeline.CallKnown ||
			c.State == pipeline.CallUnknown) != c.Ended.IsZero() {
			w.Errorf("call %s is %s and ended at %v", c.ID, c.State, c.Ended)
		}
		all = append(
			all,
			strings.TrimSpace(fmt.Sprintf("%s %s %d/%d %s", c.Step, c.State, c.Estimated/100, c.Settled/100, c.Remote)),
		)
	}
	return strings.Join(all, ", ")
}

// stands says how an order stands in a line.
func stands(o pipeline.Order) string {
	s := fmt.Sprintf("%s %s %s", o.Status, o.Step, o.Phase)
	for _, x := range []struct {
		name  string
		value any
		zero  bool
	}{
		{"attempt", o.Attempt, o.Attempt == 0}, {"again", o.UnknownRestarts, o.UnknownRestarts == 0},
		{"reason", o.Reason, o.Reason == ""},
		{"for", o.Trouble.Service, o.Trouble.Service == ""}, {"plain", o.Fallback, o.Fallback == ""},
		{"remote", o.Remote, o.Remote == ""},
		{"shown", o.Shown, o.Shown == 0}, {"cut", o.Cut.N, o.Cut.N == 1},
		{"opened", o.Photo.Opened, o.Photo.Opened == 0},
	} {
		if !x.zero {
			s += fmt.Sprintf(" %s=%v", x.name, x.value)
		}
	}
	return s
}

// provider is one that is paid. Without functions it takes everything, and has everything done when it is asked.
type provider struct {
	name   string // its ids begin with it
	called string
	start  func(n int) (pipeline.Started, error) // the n-th start, from 1
	check  func(remote string) (pipeline.Progress, error)

	watch  *watch
	inline int // characters that a photo may have
	atOnce int
	rate   pipeline.Rate

	mu     sync.Mutex
	clips  []pipeline.ClipRequest
	cuts   []pipeline.CutRequest
	starts int
	asked  []string
}

func (p *provider) Name() string { return p.called }

func (p *provider) ClipTerms() pipeline.ClipTerms {
	return pipeline.ClipTerms{Seconds: 3, Price: 15_00, Inline: cmp.Or(p.inline, 5_242_880), AtOnce: p.atOnce}
}

func (p *provider) CutTerms() pipeline.CutTerms { return pipeline.CutTerms{Rate: p.rate} }

func (p *provider) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	p.mu.Lock()
	p.clips = append(p.clips, r)
	p.mu.Unlock()
	return p.started(ctx, r.Call)
}

func (p *provider) StartCut(ctx context.Context, r pipeline.CutRequest) (pipeline.Started, error) {
	p.mu.Lock()
	p.cuts = append(p.cuts, r)
	p.mu.Unlock()
	return p.started(ctx, r.Call)
}

func (p *provider) started(ctx context.Context, call string) (s pipeline.Started, err error) {
	p.watch.limit("start", ctx)
	began := time.Now()
	defer func() { p.watch.request(p.called, pipeline.CallStart, began, err) }()
	p.mu.Lock()
	p.starts++
	n, start := p.starts, p.start
	p.mu.Unlock()
	if call == "" {
		return pipeline.Started{}, errors.New("the call has no id")
	}
	if start != nil {
		return start(n)
	}
	return pipeline.Started{Remote: fmt.Sprint(p.name, "-", n), Estimated: 14_00}, nil
}

func (p *provider) Check(ctx context.Context, remote string) (pr pipeline.Progress, err error) {
	p.watch.limit("check", ctx)
	began := time.Now()
	defer func() {
		came := err
		if pr.Fault != nil {
			came = pr.Fault
		}
		p.watch.request(p.called, pipeline.CallCheck, began, came)
	}()
	p.mu.Lock()
	p.asked = append(p.asked, remote)
	check := p.check
	p.mu.Unlock()
	if check != nil {
		return check(remote)
	}
	return pipeline.Progress{State: pipeline.Succeeded, URL: "https://results.example/" + p.name, Cost: -1}, nil
}

// results are files that pass for films and pictures.
type results struct{ watch *watch }

func (r results) Open(ctx context.Context, url string) (io.ReadCloser, error) {
	r.watch.limit("result", ctx)
	switch {
	case strings.HasSuffix(url, "still"):
		return io.NopCloser(strings.NewReader("\xff\xd8\xff picture")), nil
	case strings.HasSuffix(url, "text"):
		return io.NopCloser(strings.NewReader("<html>not found")), nil
	}
	return io.NopCloser(strings.NewReader("\x00\x00\x00\x08ftyp film")), nil
}

// blobs are files in memory.
type blobs struct {
	mu    sync.Mutex
	files map[string]string
	fail  func(op string) error // of each call, before it is made; may be nil
	head  bool                  // links answer HEAD and can be reached
	watch *watch
}

// refused is the error of a call.
func (b *blobs) refused(op string) error {
	if b.fail == nil {
		return nil
	}
	return b.fail(op)
}

func (b *blobs) Put(_ context.Context, key, kind string, r io.Reader) error {
	if err := b.refused("Put"); err != nil {
		return err
	}
	data, err := io.ReadAll(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.files == nil {
		b.files = map[string]string{}
	}
	b.files[key] = kind + ":" + string(data)
	return err
}

func (b *blobs) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if err := b.refused("Open"); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	text, found := b.files[key]
	if !found {
		return nil, fs.ErrNotExist
	}
	_, data, _ := strings.Cut(text, ":")
	return file{strings.NewReader(data)}, nil
}

type file struct{ *strings.Reader }

func (file) Close() error { return nil }

func (b *blobs) Delete(_ context.Context, key string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.files, key)
	return nil
}

func (b *blobs) Link(_ context.Context, key string, ttl time.Duration) (pipeline.Link, error) {
	b.watch.lasts("link", ttl)
	return pipeline.Link{URL: "https://files.example/" + key, Head: b.head, Public: b.head}, b.refused("Link")
}

// keys are those of the blobs there are, sorted.
func (b *blobs) keys() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.files {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// chat takes and shows everything unless a function says otherwise.
type chat struct {
	deliver func(n int) (string, error)
	tell    func(o pipeline.Order) (pipeline.StatusRef, error)
	photo   func() (io.ReadCloser, error)
	watch   *watch

	mu        sync.Mutex
	delivered []string // words of what was handed over
	told      []string
}

func (c *chat) Photo(ctx context.Context, _ pipeline.Order) (io.ReadCloser, error) {
	c.watch.limit("photo", ctx)
	if c.photo != nil {
		return c.photo()
	}
	return io.NopCloser(strings.NewReader("photo")), nil
}

func (c *chat) Deliver(ctx context.Context, o pipeline.Order, short io.ReadSeeker) (string, error) {
	c.watch.limit("deliver", ctx)
	b, err := io.ReadAll(short)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.delivered = append(c.delivered, cmp.Or(o.Cut.Words.Price, string(b)))
	n, deliver := len(c.delivered), c.deliver
	c.mu.Unlock()
	if deliver != nil {
		return deliver(n)
	}
	return fmt.Sprint("message-", n), nil
}

func (c *chat) NotifyStatus(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	c.watch.limit("status", ctx)
	c.mu.Lock()
	c.told = append(c.told, fmt.Sprintf("%s %s", o.Status, o.Step))
	tell := c.tell
	c.mu.Unlock()
	if tell != nil {
		return tell(o)
	}
	return pipeline.StatusRef{Ref: "line"}, nil
}
