package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestWhatAdminsDidIsListedTheLatestFirstInPages(t *testing.T) {
	office(t, func(t *talk) {
		if got := t.commands("/log"); !strings.Contains(got, "아직 아무도 한 일이 없어요.") {
			t.Error(got)
		}
		for n := range pageDeeds + 1 {
			t.check(t.store.AppendAudit(t.Context(), state.AuditEntry{At: time.Now(), Who: "slack:U0AB", What: fmt.Sprintf("/limit %d 50", n), Then: "30 → 50"}))
		}
		first := t.commands("기록")
		if !strings.Contains(first, "/limit 8 50\n· 30 → 50 · 슬랙 U0AB") || strings.Contains(first, "/limit 0 50") {
			t.Error(first)
		}
		for _, text := range []string{"/log 2", "기록 2쪽"} {
			if got := t.commands(text); !strings.Contains(got, "/limit 0 50") || strings.Contains(got, "/limit 1 50") {
				t.Errorf("%s: %s", text, got)
			}
		}
		if got := t.commands("/log 7"); got != first {
			t.Errorf("past the end: %s", got)
		}
		if says := t.bossPresses("alog:1"); says[1].Edit != "bot card" || !strings.Contains(says[1].Text, "/limit 0 50") {
			t.Errorf("%+v", says)
		}
		t.does(Update{Chat: "owner", User: User{ID: "kim"}, Text: "/log"})
		if says := t.hears(); len(says) != 1 || !strings.Contains(says[0].Text, "관리자만") {
			t.Errorf("somebody reads %+v", says)
		}
	})
}

// TestEveryDeedIsReadInTheAdminsLanguage does all that is written down.
func TestEveryDeedIsReadInTheAdminsLanguage(t *testing.T) {
	office(t, func(t *talk) {
		v := demand{&session{Voice: NewVoice("ko", "telegram", nil, time.Now())}}
		for _, then := range []string{"retried animate", "cancelled", "uncut", "resent 2", "redelivered", "paused", "resumed telegram:1 2026", "invited", "forgotten", "wished", "kept"} {
			if got := v.outcome(then); strings.ContainsAny(got, "abcdefghijklmnopqrstuvwxyz{}") || got == "" {
				t.Errorf("%q is %q", then, got)
			}
		}
	})
}

func TestACardSaysWhyThereIsNoClipAndWhatStandsInTheLedger(t *testing.T) {
	office(t, func(t *talk) {
		t.order("새우 파스타", begins(pipeline.Animate, "c1"), accepted(1500), func(o *pipeline.Order, m *pipeline.Move) {
			settled(pipeline.Render, 1500)(o, m)
			o.Fallback, m.Calls[0].Note = pipeline.ReasonDishChanged, "not used: the dish changed, 0.41"
		})
		got := t.commands("/status 1")
		for _, want := range []string{"🖼 사진으로 만듦 · 음식이 달라 보임", "not used: the dish changed, 0.41"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in %s", want, got)
			}
		}
	})
}
