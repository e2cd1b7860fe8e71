package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
)

// pencil is a messenger with marks, which it writes down.
type pencil struct {
	*messengertest.Memory
	marks []string
	err   error
}

func (p *pencil) Mark(_ context.Context, t pipeline.Thread, m bot.Mark) error {
	p.marks = append(p.marks, fmt.Sprint(t.Message, ":", m))
	return p.err
}

func TestMark_APhotoBearsThatOfItsOrderOnce(t *testing.T) {
	r := newRound(t)
	p := &pencil{Memory: r.Memory}
	r.with(func(o *outbox.Options) { o.Messengers["memory"] = p })
	o := r.order(r.Thread(t))
	for _, s := range []pipeline.Status{
		pipeline.Open, pipeline.Open, pipeline.Delivered, pipeline.Open, pipeline.Failed, pipeline.Cancelled,
	} {
		o = r.move(o, func(o *pipeline.Order) { o.Status = s })
		r.tell(o)
	}
	want := ""
	for _, m := range []bot.Mark{bot.Seen, bot.Done, bot.Seen, bot.NotDone, bot.Unmarked} {
		want += fmt.Sprint(o.Thread.Message, ":", m, " ")
	}
	if got := strings.Join(p.marks, " "); got != strings.TrimSpace(want) {
		t.Errorf("marks %s, want %s", got, want)
	}
}

func TestMark_OneThatFailsDisturbsNothing(t *testing.T) {
	r := newRound(t)
	r.with(func(o *outbox.Options) {
		o.Messengers["memory"] = &pencil{Memory: r.Memory, err: errors.New("no such emoji")}
	})
	r.tell(r.order(r.Thread(t)))
	if s := r.only(); s.Text == "" || !strings.Contains(r.logs.String(), "reaction to a photo not set") {
		t.Errorf("%+v, %s", s, r.logs)
	}
}
