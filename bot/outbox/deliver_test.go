package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// rendered is an order whose short is there.
func (r *round) rendered() pipeline.Order {
	r.Helper()
	r.put("photos/1.jpg", sample.Photo)
	r.put("shorts/1.mp4", shortFile)
	return r.move(r.order(r.Thread(r.T)), func(o *pipeline.Order) {
		o.Step, o.PhotoKey, o.Cut.ShortKey = pipeline.Deliver, "photos/1.jpg", "shorts/1.mp4"
	})
}

func (r *round) deliver(o pipeline.Order) (messengertest.Seen, string) {
	r.Helper()
	receipt, err := r.outbox.Chat("memory").Deliver(r.Context(), o, bytes.NewReader(shortFile))
	if err != nil {
		r.Fatal(err)
	}
	message, _, _ := strings.Cut(receipt, " ")
	s, ok := r.See(r.T, message)
	if !ok {
		r.Fatalf("receipt %q names nothing", receipt)
	}
	return s, receipt
}

// labels are a message's buttons, as they stand.
func labels(s messengertest.Seen) string {
	var rows []string
	for _, row := range s.Buttons {
		var names []string
		for _, b := range row {
			names = append(names, b.Label)
		}
		rows = append(rows, strings.Join(names, " | "))
	}
	return strings.Join(rows, "\n")
}

func TestDeliver_AShortRepliesToItsPhotoWithAPostAndChoices(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	s, _ := r.deliver(o)
	if s.ReplyTo != o.Thread.Message || !bytes.Equal(s.Video, shortFile) || s.W != 1080 || s.H != 1920 ||
		s.Duration.Round(100*time.Millisecond) != 2500*time.Millisecond || len(s.Thumb) == 0 {
		t.Errorf(
			"reply to %q, %d bytes, %d×%d, %v, thumbnail of %d bytes", s.ReplyTo, len(s.Video), s.W, s.H, s.Duration,
			len(s.Thumb),
		)
	}
	if want := "새우 파스타 18,000원\n바다식당에서 만나요!\nAI로 만든 영상이에요.\n\n#새우파스타 #파스타 #파스타맛집 #바다식당 #오늘뭐먹지"; s.Text != want {
		t.Errorf("%q", s.Text)
	}
	if got := labels(s); got != "다른 느낌 | 다른 음악 | 다른 크기\n가격·메뉴 고치기 | 다시 만들기\n글 복사" {
		t.Errorf("buttons\n%s", got)
	}
	if b := s.Buttons[0][0]; b.Action != fmt.Sprintf("look:%d::tall", o.ID) {
		t.Errorf("%+v", b)
	}
	if b := s.Buttons[2][0]; b.Copy != s.Text || b.Action != "" {
		t.Errorf("%+v", b)
	}
}

func TestDeliver_AnOrderThatHasHadAllItsCutsOffersNoOther(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	o.Cut.N = pipeline.MaxCuts
	if s, _ := r.deliver(o); labels(s) != "다시 만들기\n글 복사" {
		t.Errorf("buttons\n%s", labels(s))
	}
}

func TestDeliver_AShortThatCantBeMeasuredIsDeliveredAllTheSame(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	o.Cut.ShortKey = "shorts/gone.mp4"
	receipt, err := r.outbox.Chat("memory").Deliver(t.Context(), o, strings.NewReader("no video"))
	if err != nil || receipt == "" || strings.Count(r.logs.String(), "level=WARN") != 2 {
		t.Errorf("%q, %v, %s", receipt, err, r.logs)
	}
}

func TestDeliver_AShortTooLargeForTheChatIsALink(t *testing.T) {
	r := newRound(t)
	r.Most = 100
	s, _ := r.deliver(r.rendered())
	if s.Video != nil || !strings.Contains(s.Text, "파일이 커서") || s.Buttons[0][0].Link != "https://example.com/watch/1" ||
		!strings.Contains(labels(s), "다시 만들기") {
		t.Errorf("%+v", s)
	}
	r.with(func(o *outbox.Options) { o.Watch = nil })
	_, err := r.outbox.Chat("memory").Deliver(t.Context(), r.rendered(), bytes.NewReader(shortFile))
	if f := pipeline.AsFault(err); f.Kind != pipeline.Rejected || f.Reason != pipeline.ReasonCantDeliver ||
		!strings.Contains(f.Error(), "PUBLIC_URL") {
		t.Errorf("got %v", err)
	}
}

// strict is a messenger that takes no videos.
type strict struct{ *messengertest.Memory }

func (strict) Media(context.Context, bot.Media) (string, error) {
	return "", &pipeline.Fault{
		Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: fmt.Errorf("policy: %w", bot.ErrNoVideo),
	}
}

func TestDeliver_AShortForAChatWithoutVideosIsALink(t *testing.T) {
	r := newRound(t)
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = strict{r.Memory} })
	s, _ := r.deliver(r.rendered())
	if !strings.Contains(s.Text, "영상을 올릴 수 없게") || s.Buttons[0][0].Link != "https://example.com/watch/1" {
		t.Errorf("%+v", s)
	}
	r.with(func(o *outbox.Options) { o.Watch = nil })
	_, err := r.outbox.Chat("memory").Deliver(t.Context(), r.rendered(), bytes.NewReader(shortFile))
	if f := pipeline.AsFault(err); f.Kind != pipeline.Rejected || f.Reason != pipeline.ReasonCantDeliver ||
		!strings.Contains(f.Error(), "PUBLIC_URL") {
		t.Errorf("got %v", err)
	}
}

// broken is a file that can't be gone about in from one of its ends.
type broken struct {
	*bytes.Reader
	from int
}

func (b broken) Seek(offset int64, whence int) (int64, error) {
	if whence == b.from {
		return 0, errors.New("connection reset")
	}
	return b.Reader.Seek(offset, whence)
}

func TestDeliver_AShortThatCannotBeReadIsDeliveredLater(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	for _, from := range []int{io.SeekEnd, io.SeekStart} {
		_, err := r.outbox.Chat("memory").Deliver(t.Context(), o, broken{bytes.NewReader(shortFile), from})
		if f := pipeline.AsFault(err); err == nil || f.Kind != pipeline.Transient {
			t.Errorf("from %d: %v", from, err)
		}
	}
	if all, _ := r.Ours(); len(all) > 0 {
		t.Errorf("%+v", all)
	}
}

// halves is a messenger that takes a video in two parts, and fails as often as it is told to after the first.
type halves struct {
	*messengertest.Memory
	fails  *[]error
	stores *int
}

func (h halves) Media(ctx context.Context, v bot.Media) (string, error) {
	if v.File == "" {
		*h.stores++
		return "", &pipeline.Partial{Receipt: " F1"}
	}
	if len(*h.fails) > 0 {
		err := (*h.fails)[0]
		*h.fails = (*h.fails)[1:]
		return "", err
	}
	v.File = ""
	return h.Memory.Media(ctx, v)
}

func TestResend_GoesOnWhereAPartialLeftIt(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	stores := 0
	later := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("not to be seen")}
	fails := []error{&pipeline.Partial{Receipt: " F1/1", Err: later}}
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = halves{r.Memory, &fails, &stores} })
	lost := 1
	r.with(func(o *outbox.Options) {
		o.Store = &storagetest.Failing{Engine: r.store, Fails: func(method string) error {
			if method != "MarkPartSent" || lost == 0 {
				return nil
			}
			lost--
			return errors.New("connection reset")
		}}
	})
	again := message(o.Thread, "")
	again.Order, again.Cut = o.ID, 1
	say := r.says(again)[0]
	for _, trouble := range []string{"a part that isn't written down", "what isn't to be seen"} {
		if due, err := r.outbox.Send(t.Context(), say); err != nil || due.IsZero() {
			t.Fatalf("with %s it is over: %v, %v", trouble, due, err)
		}
		if err := r.store.ReleaseMessage(t.Context(), say, time.Now().Add(-time.Second), false); err != nil {
			t.Fatal(err)
		}
	}
	r.restart()
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = halves{r.Memory, &fails, &stores} })
	r.carried(say)
	if all, _ := r.Ours(); len(all) != 1 || stores != 2 || !bytes.Equal(all[0].Video, shortFile) {
		t.Errorf("%d messages, %d uploads", len(all), stores)
	}
}

func TestDeliver_WhatAChatNeverShowsIsALink(t *testing.T) {
	r := newRound(t)
	unseen := &pipeline.Fault{
		Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: fmt.Errorf("file: %w", bot.ErrUnseen),
	}
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = halves{r.Memory, &[]error{unseen}, new(int)} })
	o := r.rendered()
	o.Cut.Receipt = " F1/2"
	s, _ := r.deliver(o)
	if !strings.Contains(s.Text, "지금 여기에는 영상이 올라가지 않아요") || s.Buttons[0][0].Link != "https://example.com/watch/1" ||
		s.Video != nil {
		t.Errorf("%+v", s)
	}
}

func TestResend_AShortIsShownAgainFromThePlatformsOwnCopy(t *testing.T) {
	r := newRound(t)
	o := r.rendered()
	_, receipt := r.deliver(o)
	r.move(o, func(o *pipeline.Order) { o.Status, o.Cut.Receipt = pipeline.Delivered, receipt })
	r.Most = 100 // it could not be uploaded again
	again := message(r.Thread(t), "")
	again.Order, again.Cut = o.ID, 1
	r.carried(r.says(again)[0])
	all, _ := r.Ours()
	if len(all) != 2 || !bytes.Equal(all[1].Video, shortFile) || all[1].ReplyTo != again.Thread.Message {
		t.Errorf("%d messages", len(all))
	}
}

func TestResend_AShortThatIsDeletedIsSaidToBe(t *testing.T) {
	for _, c := range []struct {
		change func(*pipeline.Order)
		want   string
	}{
		{func(o *pipeline.Order) { o.Cut.ShortKey = "shorts/gone.mp4" }, "남아 있지 않아요"},
		{func(o *pipeline.Order) { o.Cut.N, o.Cut.ShortKey = 2, "" }, "다시 만들고 있어요"},
		{func(o *pipeline.Order) { o.Status = pipeline.Cancelled }, "보관 기한이 지나서"},
	} {
		r := newRound(t)
		o := r.move(r.rendered(), c.change)
		if o.Status == pipeline.Cancelled {
			if err := r.store.MarkPurged(t.Context(), o.ID); err != nil {
				t.Fatal(err)
			}
		}
		again := message(o.Thread, "")
		again.Order, again.Cut = o.ID, 1
		r.carried(r.says(again)[0])
		if s := r.only(); !strings.Contains(s.Text, c.want) {
			t.Errorf("%q", s.Text)
		}
	}
}

// TestDeliver_FindsAChatThatMoved has others write to the chat while its new id is written down.
func TestDeliver_FindsAChatThatMoved(t *testing.T) {
	for others, written := range map[int]bool{0: true, 19: true, 99: false, -1: false} { // -1: it can't be read
		r := newRound(t)
		left := others
		r.with(func(o *outbox.Options) {
			o.Store = &storagetest.Failing{Engine: r.store, Fails: func(method string) error {
				switch {
				case left < 0 && method == "Chat":
					return errors.New("connection reset")
				case left > 0 && method == "Commit":
					left--
					return pipeline.ErrMoved
				}
				return nil
			}}
		})
		o := r.rendered()
		to, from := r.Rename(t), o.Thread.Chat
		_, err := r.outbox.Chat("memory").Deliver(t.Context(), o, bytes.NewReader(shortFile))
		if f := pipeline.AsFault(err); f.Kind != pipeline.Transient || f.RateLimited != written ||
			errors.Is(err, pipeline.ErrMoved) != (others == 99) || !errors.As(err, new(*bot.RenamedChat)) {
			t.Fatalf("after %d others: %v", others, err)
		}
		o = r.move(o, func(o *pipeline.Order) { o.Attempt = 0 }) // as the pipeline writes what it had read before
		now := map[bool]string{true: to, false: from}[written]
		if o, err = r.store.Order(t.Context(), o.ID); err != nil || o.Thread.Chat != now {
			t.Fatalf("after %d others the order is in %s, %v", others, o.Thread.Chat, err)
		}
		if written {
			r.deliver(o)
		}
	}
}
