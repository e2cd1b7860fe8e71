package slacktest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// act is the last interaction or command that came.
func (b *bot) act() map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.acts[len(b.acts)-1]
}

// respond uses a response_url.
func (b *bot) respond(link any, body string) (int, string) {
	b.t.Helper()
	resp, err := http.Post(link.(string), "application/json", strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(said)
}

func TestPress_ComesWithItsMessage(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	post := ch.Post("사진")
	m := b.call("chat.postMessage", map[string]any{
		"channel": ch.ID(), "thread_ts": post.TS, "text": "접수했어요", "blocks": buttons("취소", "cancel:1"),
	}).ok(t)
	if a, err := ch.Press(m.text("ts"), "취소"); err != nil || a.Status != http.StatusOK {
		t.Fatal(a, err)
	}
	p := b.act()
	action := p["actions"].([]any)[0].(map[string]any)
	if p["type"] != "block_actions" || action["value"] != "cancel:1" || action["block_id"] != "a" {
		t.Errorf("got %v", p)
	}
	if c := p["container"].(map[string]any); c["message_ts"] != m["ts"] || c["thread_ts"] != post.TS {
		t.Errorf("it stands on %v", c)
	}
	if u := p["user"].(map[string]any); u["id"] != staff.ID {
		t.Errorf("pressed by %v", u)
	}
	if _, err := ch.Press(m.text("ts"), "확인"); err == nil {
		t.Error("a button that isn't there was pressed")
	}
	b.answers(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if _, err := ch.Press(m.text("ts"), "cancel:1"); !errors.Is(err, errUnanswered) {
		t.Errorf("people see %v", err)
	}
}

func TestResponseURL_WorksFiveTimesWithinHalfAnHour(t *testing.T) {
	sl, b := play(t, Options{})
	_, ch := b.place()
	m := b.call("chat.postMessage", map[string]any{
		"channel": ch.ID(), "text": "?", "blocks": buttons("네", "yes"),
	}).ok(t)
	ch.Press(m.text("ts"), "네")
	link := b.act()["response_url"]
	if code, said := b.respond(link, `{"replace_original":true,"text":"했어요"}`); code != http.StatusOK {
		t.Errorf("got %d %s", code, said)
	}
	if got := ch.At(m.text("ts")).Now(); got.Text != "했어요" || got.Buttons != nil {
		t.Errorf("shows %+v", got)
	}
	before := len(ch.Messages())
	for range answerUses - 1 {
		b.respond(link, `{"text":"쉿"}`)
	}
	if code, said := b.respond(link, `{"text":"쉿"}`); code != http.StatusNotFound ||
		!strings.Contains(said, "used_url") {
		t.Errorf("got %d %s", code, said)
	}
	if all := ch.Messages(); len(all) != before+answerUses-1 || !all[before].Ephemeral {
		t.Errorf("shows %v", all[before:])
	}
	b.call("chat.update", map[string]any{
		"channel": ch.ID(), "ts": m["ts"], "text": "?", "blocks": buttons("네", "yes"),
	}).ok(t)
	ch.Press(m.text("ts"), "yes")
	sl.Pass(answerLife + time.Second)
	if code, said := b.respond(b.act()["response_url"], `{"text":"쉿"}`); code != http.StatusNotFound ||
		!strings.Contains(said, "expired_url") {
		t.Errorf("got %d %s", code, said)
	}
}

func TestSlacktest_ACommandIsAnsweredWhereItWasTyped(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	before := len(ch.Messages())
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"text":"두 건 만드는 중이에요"}`)
	})
	if _, err := ch.Slash("/sajangpick status now"); err != nil {
		t.Fatal(err)
	}
	if p := b.act(); p["command"] != "/sajangpick" || p["text"] != "status now" || p["user_id"] != staff.ID ||
		p["channel_id"] != ch.ID() {
		t.Errorf("got %v", p)
	}
	if all := ch.Messages(); len(all) != before+1 || all[before].Text != "두 건 만드는 중이에요" || !all[before].Ephemeral {
		t.Errorf("shows %v", all)
	}
	if _, err := ch.Slash("/status"); err == nil {
		t.Error("Slack keeps /status for itself")
	}
}

func TestSlacktest_AShortcutBringsAnyMessage(t *testing.T) {
	_, b := play(t, Options{})
	staff := b.ws.Member("이직원", "ko-KR")
	ch := b.ws.Channel("쇼츠", staff)
	post := ch.Post("새우 파스타", Photo(picture(9, 9)))
	if _, err := ch.Shortcut("make_short", post); err != nil {
		t.Fatal(err)
	}
	p := b.act()
	if m := p["message"].(map[string]any); p["callback_id"] != "make_short" || p["message_ts"] != post.TS ||
		m["files"] == nil {
		t.Errorf("got %v", p)
	}
}
