//go:build certify

package slacktest

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// TestSlacktest_IsUnderstoodByBolt and the one below need node, and certify's packages: script/certify
// brings them.
func TestSlacktest_IsUnderstoodByBolt(t *testing.T) {
	sl, b := play(t, Options{})
	port, wait := b.bolt()
	at := "http://127.0.0.1:" + port + "/slack"
	if err := sl.Subscribe(Endpoints{at, at, at}); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"type":"event_callback","event":{"type":"message","text":"끝"}}`)
	for name, head := range map[string]http.Header{
		"old":   sl.Sign(body, time.Now().Add(-10*time.Minute)),
		"other": (&Server{opts: Options{SigningSecret: "wrong"}}).Sign(body, time.Now()),
	} {
		if r := sl.carry(at, "application/json", body, head); r.status != http.StatusUnauthorized {
			t.Errorf("a signature that is %s: %d %s", name, r.status, r.reason)
		}
	}
	b.certify(wait)
}

func TestSlacktest_IsUnderstoodByBoltsSocketMode(t *testing.T) {
	_, b := play(t, Options{SocketMode: true})
	_, wait := b.bolt(b.sl.AppToken())
	b.certify(wait)
}

// bolt starts the app. It is waited for with wait.
func (b *bot) bolt(more ...string) (port string, wait func() error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	b.t.Cleanup(cancel)
	args := append([]string{"certify.mjs", b.base + "/api/", b.ws.Token(), b.sl.SigningSecret()}, more...)
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = "certify"
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if b.t.Failed() {
			b.t.Log(wrong.String())
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if word, rest, _ := strings.Cut(lines.Text(), " "); word == "listening" {
			return rest, cmd.Wait
		}
	}
	b.t.Fatalf("%v\n%s", cmd.Wait(), &wrong)
	return "", nil
}

// certify is what people do with the app.
func (b *bot) certify(wait func() error) {
	t := b.t
	t.Helper()
	staff, ch := b.place()
	b.ws.Without("users:read")
	dish := ch.Post("새우 파스타 18,000원", Photo(picture(600, 800)))
	thread, err := dish.Wait(limit, func(all []Message) bool { return len(all) == 3 && len(all[2].Files) == 1 })
	if err != nil {
		t.Fatal(err)
	}
	if m := thread[1]; m.Text != "만드는 중이에요" || thread[0].Reactions[0] != "eyes" || thread[2].Files[0].Bytes != 300_000 {
		t.Errorf("the thread shows %+v", thread)
	}
	dish.Edit("크림 파스타")
	if _, err := ch.Press(thread[1].TS, "취소"); err != nil {
		t.Error(err)
	}
	if _, err := ch.Shortcut("make_short", dish); err != nil {
		t.Error(err)
	}
	if _, err := ch.Slash("/sajangpick 상태"); err != nil {
		t.Error(err)
	}
	dish.Reply("<@" + b.ws.Bot() + "> 상태")
	b.sl.Fault(standin.Fault{On: "chat.postEphemeral", Status: 429, RetryAfter: 7})
	staff.DM().Post("한계")
	if _, err := staff.DM().Wait(limit, func(all []Message) bool { return len(all) == 2 }); err != nil {
		t.Error(err)
	}
	_, err = ch.Wait(limit, func(all []Message) bool {
		var b strings.Builder
		for _, m := range all {
			b.WriteString(m.Text + "\n")
		}
		return strings.Contains(b.String(), "cancel했어요") && strings.Contains(b.String(), "상태!") &&
			strings.Contains(b.String(), "네?")
	})
	if err != nil {
		t.Error(err)
	}
	staff.DM().Post("끝")
	if err := wait(); err != nil {
		t.Error(err)
	}
	if n := b.sl.GivenUp() + b.sl.Waiting(); n != 0 {
		t.Errorf("%d events weren't taken", n)
	}
}
