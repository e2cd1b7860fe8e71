package outbox_test

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// alarm is a word to ops about an order, whose photo is a blob if there is one.
func (r *round) alarm(photo []byte) bot.OutgoingMessage {
	r.Helper()
	thread := r.Thread(r.T)
	o := r.order(thread)
	if photo != nil {
		r.put("photos/1.jpg", photo)
		o = r.move(o, func(o *pipeline.Order) { o.PhotoKey = "photos/1.jpg" })
	}
	s := message(thread, "🛑 1번 주문이 멈췄어요")
	s.Order, s.Buttons = o.ID, [][]bot.Button{{{Label: "재시도", Action: "aretry:1"}}}
	return s
}

func TestSend_AnAlertAboutAnOrderShowsItsPhotoSmall(t *testing.T) {
	for _, parts := range []int{1, 2} { // that the platform takes a picture in
		r, stores := newRound(t), 0
		if parts == 2 {
			r.with(func(o *outbox.Options) { o.Messengers["memory"] = halves{r.Memory, &[]error{}, &stores} })
		}
		s := r.alarm(sample.Photo)
		for _, id := range r.says(s) {
			r.carried(id)
			r.carried(id)
		}
		got := r.only()
		size, err := jpeg.DecodeConfig(bytes.NewReader(got.Picture))
		if err != nil || size.Height > 960 || size.Width < 300 || len(got.Picture) > 1<<20 || stores != parts-1 {
			t.Errorf("%d bytes, %+v, %v, stored %d times", len(got.Picture), size, err, stores)
		}
		if got.Text != s.Text || len(got.Buttons) != 1 {
			t.Errorf("%q, %v", got.Text, got.Buttons)
		}
	}
}

func TestSend_AnAlertIsSentAlsoWithoutItsPhoto(t *testing.T) {
	for name, x := range map[string]struct {
		photo  []byte
		fails  []error
		silent bool
	}{
		"it came to none":        {silent: true},
		"it is broken":           {photo: []byte("no picture")},
		"the chat takes none":    {photo: sample.Photo, fails: []error{bot.ErrNoVideo}},
		"nobody may upload":      {photo: sample.Photo, fails: []error{fault(pipeline.Misconfigured)}},
		"nobody knows if it was": {photo: sample.Photo, fails: []error{fault(pipeline.Indeterminate)}},
		"it doesn't become seen": {
			photo: sample.Photo, fails: []error{&pipeline.Partial{Receipt: " F1", Err: fault(pipeline.Transient)}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRound(t)
			s := r.alarm(x.photo)
			r.Fail(x.fails...)
			r.carried(r.says(s)[0])
			if got := r.only(); got.Text != s.Text || len(got.Buttons) != 1 || len(got.Picture) > 0 {
				t.Errorf("%+v", got)
			}
			if warned := strings.Contains(r.logs.String(), "level=WARN"); warned == x.silent {
				t.Errorf("operators read %s", r.logs)
			}
		})
	}
}

func TestSend_AnAlertWithAPhotoWaitsForABusyChat(t *testing.T) {
	r := newRound(t)
	s := r.alarm(sample.Photo)
	busy := fault(pipeline.Transient)
	busy.RateLimited = true
	r.Fail(busy)
	begun := time.Now()
	if again := r.carry(t.Context(), r.says(s)[0]); again.Before(begun.Add(time.Second)) { // the chat doesn't say when
		t.Errorf("it is tried again at %v, %v after", again, again.Sub(begun))
	}
	if all, _ := r.Ours(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}
