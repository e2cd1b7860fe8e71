package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// office is a conversation with an admin, "boss", in a chat of their own that is called so.
func office(t *testing.T, f func(t *talk)) {
	t.Helper()
	conversation(t, func(t *talk) {
		t.desk.Admins = map[string]bool{"telegram:boss": true, "telegram:deputy": true}
		f(t)
	})
}

func boss(text string) Update { return Update{Chat: "boss", User: User{ID: "boss"}, Text: text} }

// commands lets the boss write something, and gives what is answered.
func (t *talk) commands(text string) string {
	t.Helper()
	t.does(boss(text))
	says := t.hears()
	if len(says) != 1 {
		t.Fatalf("%q is answered by %d messages: %+v", text, len(says), says)
	}
	return says[0].Text
}

// bossPresses lets the boss press a button, and gives all that is said.
func (t *talk) bossPresses(action string) []state.OutgoingMessage {
	t.Helper()
	t.does(Update{Chat: "boss", User: User{ID: "boss"}, Kind: Pressed, Action: action, Notice: "press", Message: "bot card"})
	return t.hears()
}

// an order of the shop with number 1, moved on as said: each change is a line of its history.
func (t *talk) order(menu string, changes ...func(*pipeline.Order, *pipeline.Move)) pipeline.Order {
	t.Helper()
	t.updates++
	o := (&pipeline.Pipeline{}).Accept(pipeline.Order{
		Source: fmt.Sprint("source ", t.updates), Shop: 1, Photo: pipeline.Photo{Ref: "ref"},
		Thread: pipeline.Thread{Platform: "telegram", Chat: "owner", Message: "m1", User: "kim", Lang: "ko"},
		Cut:    pipeline.Cut{Words: pipeline.Words{Menu: menu, Price: "18,000원", Won: 18000}, Look: "clean", Music: "calm"},
	})
	o, _, err := t.store.Place(t.Context(), o)
	t.check(err)
	for _, change := range changes {
		time.Sleep(40 * time.Second)
		var m pipeline.Move
		change(&o, &m)
		o, err = t.store.Move(t.Context(), o, m)
		t.check(err)
	}
	return o
}

// The ways of an order in these tests.
func begins(s pipeline.Step, call string) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Step, o.Phase, o.Call, o.Remote, o.Since = s, pipeline.Begun, call, "", time.Now()
		o.Due = time.Now().Add(time.Minute)
		m.Calls = []pipeline.Call{{ID: call, Order: o.ID, Cut: o.Cut.N, Step: s, Provider: providerOf(s), State: pipeline.CallBegun, Begun: time.Now()}}
	}
}

func accepted(cost pipeline.Credits) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Phase, o.Remote, o.Progress, o.Due = pipeline.Waiting, "17f20503-6c24-4c16-946b-35dbbce2af2f", 0.45, time.Now().Add(5*time.Second)
		m.Note = "accepted as " + o.Remote
		m.Calls = []pipeline.Call{{ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, State: pipeline.CallKnown, Remote: o.Remote, Estimated: cost, Provider: providerOf(o.Step)}}
	}
}

func settled(next pipeline.Step, cost pipeline.Credits) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		m.Calls = []pipeline.Call{{ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, State: pipeline.CallSettled, Settled: cost, Ended: time.Now(), Provider: providerOf(o.Step)}}
		o.Step, o.Phase, o.Call, o.Remote, o.ClipKey, o.Since = next, pipeline.Ready, "", "", "clip", time.Now()
		m.Note = "clip is here"
	}
}

func ends(s pipeline.Status, r pipeline.Reason, detail string) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		o.Status, o.Reason, o.Detail, m.Note = s, r, detail, strings.TrimSpace(string(s)+": "+detail)
		if s == pipeline.Delivered {
			o.Step, o.Phase, o.Shown, o.Cut.ShortKey, o.Cut.Receipt, m.Cut = pipeline.Deliver, pipeline.Begun, 1, "short", "bot77 file", true
		}
	}
}

// busy is a service with orders in every state.
func (t *talk) busy() (parked pipeline.Order) {
	t.Helper()
	t.order("새우 파스타", begins(pipeline.Animate, "c1"), accepted(1500), settled(pipeline.Render, 1500), begins(pipeline.Render, "c2"), accepted(0),
		settled(pipeline.Deliver, 125), ends(pipeline.Delivered, "", ""))
	t.order("김치찌개", ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: still failing"))
	t.order("봉골레", ends(pipeline.Failed, pipeline.ReasonPhotoSmall, "photo: 200x100"))
	t.order("냉면", ends(pipeline.Failed, pipeline.ReasonPhotoText, "runway: still failing"))
	t.order("빙수", ends(pipeline.Cancelled, "", ""))
	parked = t.order("아주 맛있는 해물 로제 파스타 2인 세트", begins(pipeline.Animate, "c3"), func(o *pipeline.Order, m *pipeline.Move) {
		o.Phase, m.Note = pipeline.Unknown, "outcome unknown: runway: start: read: connection reset"
		m.Calls = []pipeline.Call{{ID: "c3", Order: o.ID, Cut: 1, Step: o.Step, State: pipeline.CallUnknown, Provider: "runway"}}
	}, begins(pipeline.Animate, "c4"), ends(pipeline.Parked, pipeline.ReasonOutOfCredits, "runway: start clip: 402: you do not have enough credits"))
	t.order("갈비탕", begins(pipeline.Animate, "c5"), accepted(1500))
	t.order("라멘")
	t.order("불고기", begins(pipeline.Animate, "c6"), accepted(1500), settled(pipeline.Render, 1500), begins(pipeline.Render, "c7"))
	_, err := t.store.OpenIncident(t.Context(), "provider:creatomate", "크리에이토메이트가 자꾸 거절해요\n저절로 다시 해 보고 있어요")
	t.check(err)
	for _, key := range []string{"parked:6", "parked:7"} {
		_, err = t.store.OpenIncident(t.Context(), key, "주문이 멈췄어요")
		t.check(err)
	}
	failing := time.Now()
	t.console.Health = func() []Provider {
		return []Provider{{Name: "runway", Credits: 123400}, {Name: "creatomate", Failing: failing, Credits: -1}}
	}
	time.Sleep(12 * time.Minute)
	return parked
}

// shown is what a phone shows of a message.
func shown(s state.OutgoingMessage) string {
	text := strings.ReplaceAll(s.Text, figureSpace, " ")
	for _, row := range s.Buttons {
		text += "\n"
		for _, b := range row {
			text += "[" + b.Label + "] "
		}
	}
	return strings.ReplaceAll(text, " \n", "\n")
}

func TestEveryScreenFitsAPhone(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		office(t, func(t *talk) {
			t.busy()
			t.does(Update{Chat: "boss", User: User{ID: "boss"}, Text: "/language " + lang})
			t.hears()
			for _, c := range []struct {
				text string
				has  []string
			}{
				{"/status", []string{"#7", "#8", "#9", "1,234"}},
				{"/status 6", []string{"#6", "해물 로제 파스타", "402: you do not have enough credits", "kim"}},
				{"/status 7", []string{"#7", "갈비탕", "45%", "17f20503"}},
				{"/status 9", []string{"#9", "불고기"}},
				{"/status 1", []string{"#1", "새우 파스타"}},
				{"/status 2", []string{"#2", "김치찌개", "still failing"}},
				{"/stuck", []string{"#6"}},
				{"/spend", []string{"45", "1.25"}},
				{"/shops", []string{"바다식당"}},
				{"/shops 2", nil},
				{"/limit 1 50", []string{"50"}},
				{"/pause", nil},
				{"/status", []string{"⏸"}},
				{"/retry 6", []string{"6"}},
				{"/cancel 7", []string{"7"}},
				{"/resend 1", []string{"1"}},
				{"/log", []string{"/resend 1", "/pause", "0 → 50"}},
			} {
				t.does(boss(c.text))
				t.fits(c.text, t.hears(), c.has...)
			}
			t.fits("history of 6", t.bossPresses("aorder:6:0"), "#6", "connection reset")
			t.fits("cancel 6?", t.bossPresses("acancel:6:card"), "6")
		})
	}
}

// fits checks that each message has a text or is an answer, fits a phone, and that together they have some words.
func (t *talk) fits(title string, says []state.OutgoingMessage, has ...string) {
	t.Helper()
	all := ""
	for _, s := range says {
		all += shown(s) + "\n"
		if s.Text == "" && s.Answer == "" && s.Cut == 0 || strings.ContainsAny(s.Text, "{}") || strings.Contains(s.Text, "\n\n\n") {
			t.Errorf("%s: %q", title, s.Text)
		}
		lines := strings.Split(s.Text, "\n")
		for _, l := range lines {
			if len(lines) > 5 && uniseg.StringWidth(l) > 4*screenWidth {
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

func TestEveryReasonHasAFewWordsForAdmins(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		for _, r := range pipeline.Reasons() {
			if text := phrase.Fill(lang, "admin.why."+string(r), nil); text == "" || uniseg.StringWidth(text) > 26 {
				t.Errorf("%s: %s is %q", lang, r, text)
			}
		}
	}
}

func TestFiguresStandBelowEachOther(t *testing.T) {
	plain := func(all []string) string { return strings.ReplaceAll(strings.Join(all, "|"), figureSpace, " ") }
	for want, got := range map[string]string{
		"   45|1,230":               plain(column(4500, 123000)),
		"       45.00|1,234,567.05": plain(column(4500, 123456705)),
		"0":                         plain(column(0)),
		" #7|#12":                   plain(tags([]pipeline.Order{{ID: 7}, {ID: 12}})),
		"▁▁▅█":                      spark([]int64{-5, 0, 4, 7}),
		"▁▁":                        spark([]int64{0, 0}),
		"▱▱▱▱▱▰▱▱▱▱▰▰▰▰▰": bar(0, 9) + bar(1, 900) + bar(12, 9),
		"새우 파…":         fit("새우 파스타", 8),
		"새우 파스타":        fit("새우 파스타", 11),
		"-1,234.5 0.05": credits(-123450) + " " + credits(5),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	v := NewVoice("en", "telegram", nil, time.Now())
	for d, want := range map[time.Duration]string{-time.Hour: "0s", 0: "0s", 61 * time.Second: "1m 1s", time.Hour: "1h", time.Hour + 5*time.Second: "1h", 50 * time.Hour: "2d 2h"} {
		if got := v.span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
