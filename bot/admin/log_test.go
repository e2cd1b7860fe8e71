package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestLog_ListsWhatAdminsDidTheLatestFirstInPages(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		if got := t.Commands("/log"); !strings.Contains(got, "아직 아무도 한 일이 없어요.") {
			t.Error(got)
		}
		for n := range admin.PageAudit + 1 {
			what := fmt.Sprintf("/limit %d 50", n)
			_, err := t.Store.Commit(t.Context(), bot.Change{
				Key: what, Chat: bot.Chat{Platform: "slack", ID: what, Lang: "ko"},
				Audit: &bot.AuditEntry{At: time.Now(), Who: "slack:U0AB", What: what, Then: "30 → 50"},
			})
			t.Check(err)
		}
		first := t.Commands("기록")
		if !strings.Contains(first, "/limit 8 50\n· 30 → 50 · 슬랙 U0AB") || strings.Contains(first, "/limit 0 50") {
			t.Error(first)
		}
		for _, text := range []string{"/log 2", "기록 2쪽"} {
			if got := t.Commands(text); !strings.Contains(got, "/limit 0 50") || strings.Contains(got, "/limit 1 50") {
				t.Errorf("%s: %s", text, got)
			}
		}
		if got := t.Commands("/log 7"); got != first {
			t.Errorf("past the end: %s", got)
		}
		if says := t.BossPresses("alog:1"); says[1].Edit != "bot card" ||
			!strings.Contains(says[1].Text, "/limit 0 50") {
			t.Errorf("%+v", says)
		}
		t.Does(bot.Update{Chat: "owner", User: bot.User{ID: "kim"}, Text: "/log"})
		if says := t.Hears(); len(says) != 1 || !strings.Contains(says[0].Text, "관리자만") {
			t.Errorf("somebody reads %+v", says)
		}
	})
}

// TestLog_IsReadInTheAdminsLanguage does all that is written down.
func TestLog_IsReadInTheAdminsLanguage(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		v := admin.Demand{&session.Session{Voice: bottest.Guide().Voice("ko", "telegram", nil, time.Now())}}
		for _, then := range []string{
			"retried animate", "cancelled", "uncut", "resent 2", "redelivered", "paused", "resumed telegram:1 2026",
			"invited", "forgotten", "wished", "kept",
		} {
			if got := v.Outcome(then); strings.ContainsAny(got, "abcdefghijklmnopqrstuvwxyz{}") || got == "" {
				t.Errorf("%q is %q", then, got)
			}
		}
	})
}

func TestCard_SaysWhyThereIsNoClipAndWhatTheLedgerHolds(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		t.Order("새우 파스타", bottest.Begins(pipeline.Animate, "c1"), bottest.Accepted(1500), func(
			o *pipeline.Order, m *pipeline.Move,
		) {
			bottest.Settled(pipeline.Render, 1500)(o, m)
			o.Fallback, m.Calls[0].Note = pipeline.ReasonDishChanged, "not used: the dish changed, 0.41"
		})
		got := t.Commands("/status 1")
		for _, want := range []string{"🖼 사진으로 만듦 · 음식이 달라 보임", "not used: the dish changed, 0.41"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in %s", want, got)
			}
		}
	})
}
