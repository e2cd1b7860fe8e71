package outbox_test

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

//go:embed testdata/short.mp4
var shortFile []byte

// round is an outbox with everything that it needs.
type round struct {
	*testing.T
	*messengertest.Memory
	store   storage.Engine
	blobs   *disk.Store
	logs    *bytes.Buffer
	options outbox.Options
	outbox  *outbox.Outbox

	processes int          // so many have been started
	open      atomic.Int64 // files that an outbox has opened and not closed
}

// counted are blobs that count which are open.
type counted struct {
	pipeline.Blobs
	open *atomic.Int64
}

type countedFile struct {
	io.ReadSeekCloser
	open *atomic.Int64
}

func (c counted) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	f, err := c.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	c.open.Add(1)
	return countedFile{f, c.open}, nil
}

func (f countedFile) Close() error {
	f.open.Add(-1)
	return f.ReadSeekCloser.Close()
}

func newRound(t *testing.T) *round {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), storagetest.Migrated(t), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := disk.New(filepath.Join(dir, "blobs"), disk.Options{Signer: sign.New(make([]byte, 16), nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(store.Close(), blobs.Close()); err != nil {
			t.Error(err)
		}
	})
	r := &round{T: t, Memory: messengertest.NewMemory(), store: store, blobs: blobs, logs: &bytes.Buffer{}}
	t.Cleanup(func() {
		if files, photos := r.open.Load(), r.Memory.Open(); files+photos != 0 {
			t.Errorf("%d files and %d pictures of the chat were left open", files, photos)
		}
	})
	r.restart()
	return r
}

// restart is a new process, which remembers nothing.
func (r *round) restart() {
	r.processes++
	r.options = outbox.Options{
		Store: r.store, Messages: r.store, Blobs: counted{r.blobs, &r.open},
		Messengers: map[string]bot.Messenger{"memory": r.Memory}, Process: r.process(),
		Looks: []string{"clean", "bold"}, Music: []string{"bright", "calm"},
		Watch:      func(o pipeline.Order) string { return fmt.Sprintf("https://example.com/watch/%d", o.ID) },
		FirstFrame: func(context.Context, io.Reader) ([]byte, error) { return sample.Photo, nil },
		Log:        slog.New(slog.NewTextHandler(r.logs, nil)),
	}
	r.outbox = outbox.New(r.options)
}

// with is a new process whose outbox has other options.
func (r *round) with(change func(o *outbox.Options)) {
	change(&r.options)
	r.options.Messages = r.options.Store.(bot.Messages) // it is one store
	r.outbox = outbox.New(r.options)
}

func (r *round) process() string { return fmt.Sprintf("%08x", r.processes) }

// order places one that was sent a minute ago.
func (r *round) order(thread pipeline.Thread) pipeline.Order {
	r.Helper()
	now := time.Now()
	o, _, err := r.store.Place(r.Context(), pipeline.Order{
		Source: "memory:" + thread.Message, Thread: thread, Photo: pipeline.Photo{Ref: "1"},
		Placed: now.Add(-time.Minute), Changed: now, Since: now, Due: now.Add(time.Hour),
		Status: pipeline.Open, Step: pipeline.Fetch, Phase: pipeline.Ready, PlacedBy: r.process(),
		Cut: pipeline.Cut{N: 1, Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "바다식당"}},
	})
	if err != nil {
		r.Fatal(err)
	}
	return o
}

func (r *round) move(o pipeline.Order, change func(*pipeline.Order)) pipeline.Order {
	r.Helper()
	o, err := r.store.Order(r.Context(), o.ID)
	if err != nil {
		r.Fatal(err)
	}
	change(&o)
	o, err = r.store.Move(r.Context(), o, pipeline.Move{Cut: true})
	if err != nil {
		r.Fatal(err)
	}
	return o
}

func (r *round) step(o pipeline.Order, s pipeline.Step) pipeline.Order {
	r.Helper()
	return r.move(o, func(o *pipeline.Order) { o.Step, o.Phase, o.Since = s, pipeline.Waiting, time.Now() })
}

// tell does what the pipeline does.
func (r *round) tell(o pipeline.Order) pipeline.StatusRef {
	r.Helper()
	o, err := r.store.Order(r.Context(), o.ID)
	if err != nil {
		r.Fatal(err)
	}
	told, err := r.outbox.Chat("memory").NotifyStatus(r.Context(), o)
	if err != nil {
		r.Fatal(err)
	}
	if told.Ref != o.StatusRef {
		if err := r.store.SaveStatusRef(r.Context(), o.ID, o.StatusRef, told.Ref); err != nil {
			r.Fatal(err)
		}
	}
	return told
}

// only is the one message of ours.
func (r *round) only() messengertest.Seen {
	r.Helper()
	all, _ := r.Ours()
	if len(all) != 1 {
		r.Fatalf("%d messages: %+v", len(all), all)
	}
	return all[0]
}

func (r *round) put(key string, data []byte) {
	r.Helper()
	kind := map[string]string{".jpg": "image/jpeg", ".mp4": "video/mp4", ".mp3": "audio/mpeg"}[filepath.Ext(key)]
	if err := r.blobs.Put(r.Context(), key, kind, bytes.NewReader(data)); err != nil {
		r.Fatal(err)
	}
}

func TestOutbox_AChatThatMovedIsFollowed(t *testing.T) {
	r := newRound(t)
	thread := r.Thread(t)
	o := r.order(thread)
	o.StatusRef = r.tell(o).Ref
	sent := r.says(bot.OutgoingMessage{Message: bot.Message{Thread: thread, Text: "안녕하세요"}})[0]
	to := r.Rename(t)
	o = r.step(o, pipeline.Animate)
	_, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
	if f := pipeline.AsFault(err); f.Kind != pipeline.Transient || !f.RateLimited {
		t.Errorf("the first try: %v", err)
	}
	now, err := r.store.Order(t.Context(), o.ID)
	if err != nil || now.Thread.Chat != to {
		t.Errorf("the order is in %s, not in %s: %v", now.Thread.Chat, to, err)
	}
	r.tell(o)
	r.carried(sent)
	if all, _ := r.Ours(); len(all) != 2 || !strings.HasSuffix(all[0].Text, "영상 만드는 중") || all[1].Text != "안녕하세요" {
		t.Errorf("%+v", all)
	}
}

func TestOutbox_APlatformThatIsOffHasNoChat(t *testing.T) {
	r := newRound(t)
	if c := r.outbox.Chat("slack"); c != nil {
		t.Errorf("%v", c)
	}
	got, err := r.outbox.Chat("memory").Photo(t.Context(), pipeline.Order{Photo: r.Snap(t, sample.Photo)})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if data, err := io.ReadAll(got); err != nil || !bytes.Equal(data, sample.Photo) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// paced is a messenger whose chats have turns.
type paced struct{ *messengertest.Memory }

func (paced) Turn(chat string) time.Duration {
	return map[string]time.Duration{"12": 7 * time.Second}[chat]
}

func TestTurn_IsTheChatsWherePlatformsHaveThem(t *testing.T) {
	r := newRound(t)
	o := pipeline.Order{Thread: pipeline.Thread{Platform: "memory", Chat: "12"}}
	for _, want := range []time.Duration{0, 7 * time.Second} {
		if got := r.outbox.Chat("memory").(pipeline.Paced).Turn(o); got != want {
			t.Errorf("its turn comes in %v, not in %v", got, want)
		}
		r.with(func(o *outbox.Options) { o.Messengers["memory"] = paced{r.Memory} })
	}
}

// says commits what is to be said and returns their numbers.
func (r *round) says(says ...bot.OutgoingMessage) []int64 {
	r.Helper()
	thread := says[0].Thread
	chat, err := r.store.Chat(r.Context(), thread.Platform, thread.Chat)
	if err != nil {
		r.Fatal(err)
	}
	chat.Platform, chat.ID = thread.Platform, thread.Chat
	if _, err := r.store.Commit(r.Context(), bot.Change{Chat: chat, Messages: says}); err != nil {
		r.Fatal(err)
	}
	var ids []int64
	for id := int64(1); len(ids) < len(says) && id < 1000; id++ {
		s, err := r.store.Claim(r.Context(), id, 0)
		if (err == nil || errors.Is(err, bot.ErrWait)) &&
			slices.ContainsFunc(says, func(w bot.OutgoingMessage) bool { return w.Text == s.Text }) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *round) carry(ctx context.Context, id int64) time.Time {
	r.Helper()
	t, err := r.outbox.Send(ctx, id)
	if err != nil {
		r.Fatal(err)
	}
	return t
}

// carried sends it, and it is over with it.
func (r *round) carried(id int64) {
	r.Helper()
	if again := r.carry(r.Context(), id); !again.IsZero() {
		r.Errorf("message %d comes back in %v", id, time.Until(again))
	}
}
