package admin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestConsole_EveryScreenFitsAPhone(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		bottest.Office(t, func(t *bottest.Talk) {
			t.Busy()
			t.Does(bot.Update{Chat: "boss", User: bot.User{ID: "boss"}, Text: "/language " + lang})
			t.Hears()
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
				t.Does(bottest.Boss(c.text))
				t.Fits(c.text, t.Hears(), c.has...)
			}
			t.Fits("history of 6", t.BossPresses("aorder:6:0"), "#6", "connection reset")
			t.Fits("cancel 6?", t.BossPresses("acancel:6:card"), "6")
		})
	}
}

func TestVoice_EveryReasonHasAFewWordsForAdmins(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		for _, r := range pipeline.Reasons() {
			if text := present.Fill(lang, "admin.why."+string(r), nil); text == "" || uniseg.StringWidth(text) > 26 {
				t.Errorf("%s: %s is %q", lang, r, text)
			}
		}
	}
}

func TestColumn_AlignsFiguresBelowEachOther(t *testing.T) {
	plain := func(all []string) string { return strings.ReplaceAll(strings.Join(all, "|"), present.FigureSpace, " ") }
	for want, got := range map[string]string{
		"   45|1,230":               plain(present.Column(4500, 123000)),
		"       45.00|1,234,567.05": plain(present.Column(4500, 123456705)),
		"0":                         plain(present.Column(0)),
		" #7|#12":                   plain(present.Tags([]pipeline.Order{{ID: 7}, {ID: 12}})),
		"▁▁▅█":                      present.Spark([]int64{-5, 0, 4, 7}),
		"▁▁":                        present.Spark([]int64{0, 0}),
		"▱▱▱▱▱▰▱▱▱▱▰▰▰▰▰": present.Bar(0, 9, present.ShortBar) + present.Bar(
			1, 900, present.ShortBar,
		) + present.Bar(12, 9, present.ShortBar),
		"새우 파…":         present.TruncateColumns("새우 파스타", 8),
		"새우 파스타":        present.TruncateColumns("새우 파스타", 11),
		"-1,234.5 0.05": present.Credits(-123450) + " " + present.Credits(5),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	v := bottest.Guide().Voice("en", "telegram", nil, time.Now())
	for d, want := range map[time.Duration]string{
		-time.Hour: "0s", 0: "0s", 61 * time.Second: "1m 1s", time.Hour: "1h", time.Hour + 5*time.Second: "1h",
		50 * time.Hour: "2d 2h",
	} {
		if got := v.Span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
