package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// logoRound is an outbox whose chat has a shop that was sent a logo, and the message that waits for it.
func logoRound(t *testing.T, file []byte) (r *round, shop, message int64) {
	t.Helper()
	r = newRound(t)
	r.with(func(o *outbox.Options) { o.Logo = photo.PrepareLogo(photo.New(1)) })
	thread := r.Thread(t)
	_, err := r.store.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: thread.Platform, ID: thread.Chat, Lang: "ko"},
		Shop: &bot.Shop{Name: "바다식당", Logo: "logos/old.png", NewLogo: r.Snap(t, file)},
		Messages: []bot.OutgoingMessage{
			{
				Message: bot.Message{Thread: thread, Text: "로고를 받았어요."}, Logo: bot.ChatsShop,
				Made: time.Now().Add(-time.Minute),
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := r.store.Chat(t.Context(), thread.Platform, thread.Chat)
	if err != nil {
		t.Fatal(err)
	}
	return r, chat.Shop, 1
}

func pngFile(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (r *round) shop(id int64) bot.Shop {
	r.Helper()
	s, err := r.store.Shop(r.Context(), id)
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func TestLogo_IsStoredBeforeThatIsSaid(t *testing.T) {
	r, id, message := logoRound(t, pngFile(t, 1024, 512))
	r.carried(message)
	s := r.shop(id)
	if !strings.HasPrefix(s.Logo, "logos/") || s.Logo == "logos/old.png" || s.NewLogo.Ref != "" || s.Name != "바다식당" {
		t.Fatalf("%+v", s)
	}
	blob, err := r.blobs.Open(t.Context(), s.Logo)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	if c, err := png.DecodeConfig(blob); err != nil || c.Width != 512 || c.Height != 256 {
		t.Errorf("%+v, %v", c, err)
	}
	if got := r.only().Text; got != "로고를 받았어요." {
		t.Error(got)
	}
}

func TestLogo_OneThatIsNoUseIsRefusedAndTheOldOneStays(t *testing.T) {
	for reason, file := range map[pipeline.Reason][]byte{
		pipeline.ReasonPhotoSmall: pngFile(t, 20, 20), pipeline.ReasonNotPhoto: []byte("로고예요"),
		pipeline.ReasonPhotoEmpty: {},
	} {
		r, id, message := logoRound(t, file)
		r.carried(message)
		if s := r.shop(id); s.Logo != "logos/old.png" {
			t.Errorf("%+v", s)
		}
		if got := r.only().Text; got != present.Reason("ko", reason) {
			t.Errorf("%s says %q", reason, got)
		}
		if !strings.Contains(r.logs.String(), "logo refused") {
			t.Errorf("operators read %q", r.logs)
		}
	}
}

func TestLogo_SurvivesFaultsAndChangesOfItsShop(t *testing.T) {
	r, id, message := logoRound(t, pngFile(t, 300, 300))
	r.Fail(&pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("no line")})
	if again := r.carry(t.Context(), message); again.IsZero() {
		t.Fatal("given up")
	}
	if err := r.store.ReleaseMessage(t.Context(), message, r.shop(id).Made, false); err != nil {
		t.Fatal(err)
	}
	// While it is made small, somebody gives the shop another name.
	small, named := r.options.Logo, false
	r.with(func(o *outbox.Options) {
		o.Logo = func(ctx context.Context, f io.Reader, begin func() error) ([]byte, error) {
			png, err := small(ctx, f, begin)
			if !named {
				named = true
				s, chat := r.shop(id), bot.Chat{Platform: "memory", ID: "elsewhere"}
				s.Name = "새우네"
				if _, err := r.store.Commit(ctx, bot.Change{Chat: chat, Shop: &s}); err != nil {
					return nil, err
				}
			}
			return png, err
		}
	})
	put := &noted{Blobs: r.options.Blobs}
	r.with(func(o *outbox.Options) { o.Blobs = put })
	r.carried(message)
	s := r.shop(id)
	if s.Name != "새우네" || s.Logo == "logos/old.png" || s.NewLogo.Ref != "" {
		t.Errorf("%+v", s)
	}
	if len(put.keys) != 2 || strings.Contains(r.logs.String(), "left behind") {
		t.Errorf("%q were put: %s", put.keys, r.logs)
	}
	for _, key := range put.keys {
		if r.has(key) != (key == s.Logo) {
			t.Errorf("%s is there: %v", key, r.has(key))
		}
	}
	if got := r.only().Text; got != "로고를 받았어요." {
		t.Error(got)
	}
}

// noted are blobs that note what is put.
type noted struct {
	pipeline.Blobs
	keys []string
}

func (n *noted) Put(ctx context.Context, key, kind string, r io.Reader) error {
	n.keys = append(n.keys, key)
	return n.Blobs.Put(ctx, key, kind, r)
}

func (r *round) has(key string) bool {
	r.Helper()
	f, err := r.blobs.Open(r.Context(), key)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		r.Fatal(err)
	}
	return f.Close() == nil
}

func TestLogo_OfAShopThatKeepsChangingIsStoredLater(t *testing.T) {
	r, id, message := logoRound(t, pngFile(t, 300, 300))
	moving := true
	r.with(func(o *outbox.Options) {
		o.Store = &storagetest.Failing{Engine: r.store, Fails: func(method string) error {
			if moving && method == "Commit" {
				return pipeline.ErrMoved
			}
			return nil
		}}
	})
	if again := r.carry(t.Context(), message); again.IsZero() {
		t.Fatal("given up")
	}
	moving = false
	if err := r.store.ReleaseMessage(t.Context(), message, r.shop(id).Made, false); err != nil {
		t.Fatal(err)
	}
	r.carried(message)
	if s := r.shop(id); s.Logo == "logos/old.png" || s.NewLogo.Ref != "" {
		t.Errorf("%+v", s)
	}
}

func TestLogo_OfAForgottenShopDoesNotHoldUpTheChat(t *testing.T) {
	r, id, message := logoRound(t, pngFile(t, 300, 300))
	if _, err := r.store.ForgetShop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	r.carried(message)
	if all, _ := r.Ours(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestLogo_TheThirdProcessThatDiesOverItRefusesIt(t *testing.T) {
	r, id, message := logoRound(t, pngFile(t, 300, 300))
	deaths := 0
	r.with(func(o *outbox.Options) {
		o.Logo = func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) {
			if err := begin(); err != nil {
				return nil, err
			}
			if deaths++; r.shop(id).NewLogo.Opened != deaths {
				t.Errorf("attempt %d isn't written down: %+v", deaths, r.shop(id).NewLogo)
			}
			return nil, fmt.Errorf("photo: %w", worker.ErrDied)
		}
	})
	for range pipeline.MaxDeaths {
		if again := r.carry(t.Context(), message); again.IsZero() {
			t.Fatal("given up")
		}
		if err := r.store.ReleaseMessage(t.Context(), message, r.shop(id).Made, false); err != nil {
			t.Fatal(err)
		}
	}
	r.carried(message)
	if got := r.only().Text; got != present.Reason("ko", pipeline.ReasonPhotoUnopened) ||
		deaths != pipeline.MaxDeaths {
		t.Errorf("after %d deaths: %q", deaths, got)
	}
}
