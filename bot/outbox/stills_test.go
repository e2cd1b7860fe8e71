package outbox_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// drawn is an order whose still is there.
func (r *round) drawn() pipeline.Order {
	r.Helper()
	r.put("shorts/1.jpg", sample.Photo)
	return r.move(r.order(r.Thread(r.T)), func(o *pipeline.Order) {
		o.Step, o.Cut.Size, o.Cut.ShortKey = pipeline.Deliver, pipeline.Still, "shorts/1.jpg"
	})
}

func TestDeliver_AStillComesAsAPictureWithItsPost(t *testing.T) {
	r := newRound(t)
	o := r.drawn()
	receipt, err := r.outbox.Chat("memory").Deliver(t.Context(), o, bytes.NewReader(sample.Photo))
	if err != nil {
		t.Fatal(err)
	}
	message, file, _ := strings.Cut(receipt, " ")
	s, _ := r.See(t, message)
	if !bytes.Equal(s.Picture, sample.Photo) || s.Video != nil || s.ReplyTo != o.Thread.Message ||
		!strings.Contains(s.Text, "18,000원\n바다식당에서 만나요!") {
		t.Errorf("%d bytes to %q: %q", len(s.Picture), s.ReplyTo, s.Text)
	}
	if got := labels(s); got != "다른 느낌 | 다른 크기\n가격·메뉴 고치기 | 다시 만들기\n글 복사" { // a picture is silent
		t.Errorf("buttons\n%s", got)
	}
	if o = r.move(o, func(o *pipeline.Order) { o.Status, o.Cut.Receipt = pipeline.Delivered, receipt }); file == "" {
		t.Fatalf("the receipt is %q", receipt)
	}
	again, err := r.outbox.Chat("memory").Deliver(t.Context(), o, strings.NewReader("not read"))
	message, _, _ = strings.Cut(again, " ")
	if s, _ := r.See(t, message); err != nil || !bytes.Equal(s.Picture, sample.Photo) {
		t.Errorf("again: %d bytes, %v", len(s.Picture), err)
	}
}

func TestDeliver_AStillThatIsTooLargeForChatsIsALink(t *testing.T) {
	r := newRound(t)
	receipt, err := r.outbox.Chat("memory").Deliver(t.Context(), r.drawn(), bytes.NewReader(make([]byte, 10_000_001)))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := r.See(t, receipt)
	if !strings.Contains(s.Text, "파일이 커서") || s.Buttons[0][0].Label != "사진 보기" || s.Picture != nil {
		t.Errorf("%+v", s)
	}
}

// blind is a messenger that takes no pictures.
type blind struct{ *messengertest.Memory }

func (blind) Media(context.Context, bot.Media) (string, error) {
	return "", &pipeline.Fault{
		Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: fmt.Errorf("policy: %w", bot.ErrNoVideo),
	}
}

func TestDeliver_AStillForAChatWithoutPicturesIsALink(t *testing.T) {
	r := newRound(t)
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = blind{r.Memory} })
	receipt, err := r.outbox.Chat("memory").Deliver(t.Context(), r.drawn(), bytes.NewReader(sample.Photo))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := r.See(t, receipt)
	if !strings.Contains(s.Text, "사진을 올릴 수 없게") || s.Buttons[0][0].Label != "사진 보기" || s.Buttons[0][0].Link == "" {
		t.Errorf("%+v", s)
	}
}
