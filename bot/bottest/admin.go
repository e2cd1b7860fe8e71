package bottest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Office is a conversation with an admin, "boss", in a chat of their own that is called so.
func Office(t *testing.T, f func(t *Talk)) {
	t.Helper()
	Conversation(t, func(t *Talk) {
		t.Configure(func(o *session.Options) {
			o.Admins = map[string]bool{"telegram:boss": true, "telegram:deputy": true}
		})
		f(t)
	})
}

func Boss(text string) bot.Update {
	return bot.Update{Chat: "boss", User: bot.User{ID: "boss"}, Text: text}
}

// Commands lets the boss write something, and gives what is answered.
func (t *Talk) Commands(text string) string {
	t.Helper()
	t.Does(Boss(text))
	says := t.Hears()
	if len(says) != 1 {
		t.Fatalf("%q is answered by %d messages: %+v", text, len(says), says)
	}
	return says[0].Text
}

// BossPresses lets the boss press a button, and gives all that is said.
func (t *Talk) BossPresses(action string) []bot.OutgoingMessage {
	t.Helper()
	t.Does(bot.Update{
		Chat: "boss", User: bot.User{ID: "boss"}, Kind: bot.Pressed, Action: action, Notice: "press",
		Message: "bot card",
	})
	return t.Hears()
}

// an order of the shop with number 1, moved on as said: each change is a line of its history.
func (t *Talk) Order(menu string, changes ...func(*pipeline.Order, *pipeline.Move)) pipeline.Order {
	t.Helper()
	t.Updates++
	o := pipeline.Accept(pipeline.Order{
		Source: fmt.Sprint("source ", t.Updates), Shop: 1, Photo: pipeline.Photo{Ref: "ref"},
		Thread: pipeline.Thread{Platform: "telegram", Chat: "owner", Message: "m1", User: "kim", Lang: "ko"},
		Cut: pipeline.Cut{
			Words: pipeline.Words{Menu: menu, Price: "18,000원", Won: 18000}, Look: "clean", Music: "calm",
		},
	}, "", 0)
	o, _, err := t.Store.Place(t.Context(), o)
	t.Check(err)
	for _, change := range changes {
		time.Sleep(40 * time.Second)
		var m pipeline.Move
		change(&o, &m)
		o, err = t.Store.Move(t.Context(), o, m)
		t.Check(err)
	}
	return o
}

// The ways of an order in these tests.
func Begins(s pipeline.Step, call string) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Step, o.Phase, o.Call, o.Remote, o.Since = s, pipeline.Begun, call, "", time.Now()
		o.Due = time.Now().Add(time.Minute)
		m.Calls = []pipeline.Call{
			{
				ID: call, Order: o.ID, Cut: o.Cut.N, Step: s, Provider: Providers.Of(s), State: pipeline.CallBegun,
				Begun: time.Now(),
			},
		}
	}
}

func Accepted(cost pipeline.Credits) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Phase, o.Remote, o.Progress, o.Due = pipeline.Waiting, "17f20503-6c24-4c16-946b-35dbbce2af2f", 0.45,
			time.Now().Add(5*time.Second)
		m.Note = "accepted as " + o.Remote
		m.Calls = []pipeline.Call{
			{
				ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, State: pipeline.CallKnown, Remote: o.Remote,
				Estimated: cost, Provider: Providers.Of(o.Step),
			},
		}
	}
}

func Settled(next pipeline.Step, cost pipeline.Credits) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		m.Calls = []pipeline.Call{
			{
				ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, State: pipeline.CallSettled, Settled: cost,
				Ended: time.Now(), Provider: Providers.Of(o.Step),
			},
		}
		o.Step, o.Phase, o.Call, o.Remote, o.ClipKey, o.Since = next, pipeline.Ready, "", "", "clip", time.Now()
		m.Note = "clip is here"
	}
}

func Ends(s pipeline.Status, r pipeline.Reason, detail string) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Status, o.Reason, o.Detail, m.Note = s, r, detail, strings.TrimSpace(string(s)+": "+detail)
		if s == pipeline.Delivered {
			o.Step, o.Phase, o.Shown, o.Cut.ShortKey, o.Cut.Receipt, m.Cut = pipeline.Deliver, pipeline.Begun, 1,
				"short", "bot77 file", true
		}
	}
}

// Busy is a service with orders in every state.
func (t *Talk) Busy() (parked pipeline.Order) {
	t.Helper()
	t.Order("새우 파스타", Begins(pipeline.Animate, "c1"), Accepted(1500), Settled(pipeline.Render, 1500),
		Begins(pipeline.Render, "c2"), Accepted(0),
		Settled(pipeline.Deliver, 125), Ends(pipeline.Delivered, "", ""))
	t.Order("김치찌개", Ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: still failing"))
	t.Order("봉골레", Ends(pipeline.Failed, pipeline.ReasonPhotoSmall, "photo: 200x100"))
	t.Order("냉면", Ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: still failing"))
	t.Order("빙수", Ends(pipeline.Cancelled, "", ""))
	parked = t.Order("아주 맛있는 해물 로제 파스타 2인 세트", Begins(pipeline.Animate, "c3"), func(
		o *pipeline.Order, m *pipeline.Move,
	) {
		o.Phase, m.Note = pipeline.Unknown, "outcome unknown: runway: start: read: connection reset"
		m.Calls = []pipeline.Call{
			{ID: "c3", Order: o.ID, Cut: 1, Step: o.Step, State: pipeline.CallUnknown, Provider: "runway"},
		}
	}, Begins(pipeline.Animate, "c4"), Ends(
		pipeline.Parked, pipeline.ReasonOutOfCredits, "runway: start clip: 402: you do not have enough credits",
	))
	t.Order("갈비탕", Begins(pipeline.Animate, "c5"), Accepted(1500))
	t.Order("라멘")
	t.Order(
		"불고기", Begins(pipeline.Animate, "c6"), Accepted(1500), Settled(pipeline.Render, 1500),
		Begins(pipeline.Render, "c7"),
	)
	_, err := t.Store.OpenIncident(t.Context(), "provider:creatomate", "크리에이토메이트가 자꾸 거절해요\n저절로 다시 해 보고 있어요")
	t.Check(err)
	for _, key := range []string{"parked:6", "parked:7"} {
		_, err = t.Store.OpenIncident(t.Context(), key, "주문이 멈췄어요")
		t.Check(err)
	}
	failing := time.Now()
	t.Health = func() []bot.Provider {
		return []bot.Provider{{Name: "runway", Credits: 123400}, {Name: "creatomate", Failing: failing, Credits: -1}}
	}
	time.Sleep(12 * time.Minute)
	return parked
}

// shown is what a phone shows of a message.
func shown(s bot.OutgoingMessage) string {
	text := strings.ReplaceAll(s.Text, present.FigureSpace, " ")
	for _, row := range s.Buttons {
		text += "\n"
		for _, b := range row {
			text += "[" + b.Label + "] "
		}
	}
	return strings.ReplaceAll(text, " \n", "\n")
}

// Fits checks that each message has a text or is an answer, fits a phone, and that together they have some words.
func (t *Talk) Fits(title string, says []bot.OutgoingMessage, has ...string) {
	t.Helper()
	all := ""
	for _, s := range says {
		all += shown(s) + "\n"
		if s.Text == "" && s.Answer == "" && s.Cut == 0 || strings.ContainsAny(s.Text, "{}") ||
			strings.Contains(s.Text, "\n\n\n") {
			t.Errorf("%s: %q", title, s.Text)
		}
		lines := strings.Split(s.Text, "\n")
		for _, l := range lines {
			if len(lines) > 5 && uniseg.StringWidth(l) > 4*present.ScreenWidth {
				t.Errorf("%s: %q is too wide", title, l)
			}
		}
		if len(lines) > 30 {
			t.Errorf("%s has %d lines", title, len(lines))
		}
		for _, row := range s.Buttons {
			for _, x := range row {
				if x.Label == "" || len(x.Action) > 64 || x.Action == "" {
					t.Errorf("%s has button %+v", title, x)
				}
			}
		}
	}
	for _, part := range has {
		if !strings.Contains(all, part) {
			t.Errorf("%s doesn't say %q:\n%s", title, part, all)
		}
	}
}
