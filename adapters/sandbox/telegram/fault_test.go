package telegram

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

func TestSandboxTelegram_FailuresComeAsOrdered(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("안녕하세요")
	say := map[string]any{"chat_id": chat.ID(), "text": "x"}

	tg.Fault(standin.Fault{On: "sendMessage", Times: 2, Status: 429, RetryAfter: 7})
	for range 2 {
		r := b.call("sendMessage", say)
		if r.refused(t, 429, "Too Many Requests: retry after 7"); r.Parameters.RetryAfter != 7 {
			t.Errorf("got %+v", r)
		}
	}
	b.call("sendMessage", say).message(t)

	tg.Fault(standin.Fault{Status: 502, Body: "<html>Bad Gateway</html>"})
	post := func() (*http.Response, error) {
		return http.Post(b.base+"/bot"+tg.Token()+"/sendMessage", "application/x-www-form-urlencoded",
			strings.NewReader(fmt.Sprintf("chat_id=%d&text=x", chat.ID())))
	}
	resp, err := post()
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	if resp.Body.Close(); resp.StatusCode != 502 || string(page) != "<html>Bad Gateway</html>" {
		t.Errorf("got %d %s", resp.StatusCode, page)
	}

	before := len(chat.Messages())
	tg.Fault(standin.Fault{On: "sendMessage", Times: -1, Cut: standin.CutBefore})
	if _, err := post(); err == nil || len(chat.Messages()) != before {
		t.Error("reset, but something was done")
	}
	tg.Faults.Clear()
	tg.Fault(standin.Fault{On: "sendMessage", Cut: standin.CutAfter})
	if _, err := post(); err == nil || len(chat.Messages()) != before+1 {
		t.Error("the answer was to be lost, and nothing else")
	}
	tg.Fault(standin.Fault{On: "sendMessage", Status: 500, Chat: "1"})
	b.call("sendMessage", say).message(t)
}

func TestSandboxTelegram_TheRecordShowsWhatWasAsked(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("안녕하세요")
	b.form("sendVideo", map[string]any{"chat_id": chat.ID(), "video": []byte("film")})
	b.call("sendMessage", map[string]any{"chat_id": chat.ID()})
	all := tg.Requests()
	if len(all) != 2 || all[0].Params["video"] != "video.bin (4 bytes)" || all[0].Chat != fmt.Sprint(chat.ID()) {
		t.Fatalf("got %+v", all)
	}
	if all[1].Code != 400 || !strings.Contains(all[1].Error, "text is empty") || len(tg.Requests("sendVideo")) != 1 {
		t.Errorf("got %+v", all[1])
	}
}

func TestSandboxTelegram_ManyMayActAtOnce(t *testing.T) {
	tg, b := play(t, Options{})
	const people, each = 8, 20
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			chat := tg.Person(fmt.Sprint("사장 ", i), "ko").Private()
			for range each {
				chat.SendText("안녕하세요")
				b.call("sendMessage", map[string]any{"chat_id": chat.ID(), "text": "네"})
			}
			if n := len(chat.Messages()); n != 2*each {
				t.Errorf("%d messages", n)
			}
		})
	}
	all.Wait()
	if n := tg.Waiting(); n != people*each {
		t.Errorf("%d updates wait", n)
	}
}
