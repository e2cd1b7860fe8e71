package bottest

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// WithOpsChat is Office with an ops chat, "-100", and what tells ops there.
func WithOpsChat(t *testing.T, f func(t *Talk, o *ops.Ops)) {
	t.Helper()
	Office(t, func(t *Talk) {
		t.Configure(func(o *session.Options) { o.OpsChat = "telegram:-100" })
		f(t, t.Ops())
	})
}

// Told gives what ops were told since it was last asked.
func (t *Talk) Told() (says []bot.OutgoingMessage) {
	t.Helper()
	for _, s := range t.Hears() {
		if s.Thread.Chat == "-100" {
			says = append(says, s)
		}
	}
	return says
}

// Tells fails unless ops were told exactly messages that begin so.
func (t *Talk) Tells(want ...string) []bot.OutgoingMessage {
	t.Helper()
	says := t.Told()
	ok := len(says) == len(want)
	for i := range min(len(says), len(want)) {
		ok = ok && strings.HasPrefix(says[i].Text, want[i])
	}
	if !ok {
		t.Errorf("ops were told:")
		for _, s := range says {
			t.Errorf("  %q", s.Text)
		}
		t.Fatalf("want %q", want)
	}
	return says
}

var NoCredits = Ends(
	pipeline.Parked, pipeline.ReasonOutOfCredits, "runway: start clip: 402: you do not have enough credits",
)

// Goes moves an order on.
func (t *Talk) Goes(o pipeline.Order, change func(*pipeline.Order, *pipeline.Move)) pipeline.Order {
	t.Helper()
	time.Sleep(time.Second)
	o, err := t.Store.Order(t.Context(), o.ID)
	t.Check(err)
	var m pipeline.Move
	change(&o, &m)
	o, err = t.Store.Move(t.Context(), o, m)
	t.Check(err)
	return o
}
