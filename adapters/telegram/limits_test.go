package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestTelegramDecode_KeepsEachFieldUpToItsLimit sends each field as long as it may be, and a byte longer.
func TestTelegramDecode_KeepsEachFieldUpToItsLimit(t *testing.T) {
	text := func(field, value string) bot.Update {
		raw := fmt.Sprintf(`{"update_id":1,"message":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},
			"from":{"id":7,"language_code":"ko"},"text":"t",%q:%q}}`, field, value)
		u, means, err := decode([]byte(raw), us)
		if err != nil || !means {
			t.Fatalf("%s of %d bytes: %t, %v", field, len(value), means, err)
		}
		return u
	}
	press := func(id, data string) (bot.Update, bool) {
		raw := fmt.Sprintf(`{"update_id":1,"callback_query":{"id":%q,"from":{"id":7},"data":%q,
			"message":{"message_id":5,"chat":{"id":7,"type":"private"}}}}`, id, data)
		u, means, err := decode([]byte(raw), us)
		if err != nil {
			t.Fatal(err)
		}
		return u, means
	}
	pressed := func(id, data string) bot.Update { u, _ := press(id, data); return u }
	for name, x := range map[string]struct {
		most int
		got  func(value string) string
	}{
		"words":  {maxWords, func(v string) string { return text("text", v).Text }},
		"album":  {maxID, func(v string) string { return text("media_group_id", v).Album }},
		"action": {maxData, func(v string) string { return pressed("1", v).Action }},
		"notice": {maxID, func(v string) string { return pressed(v, "a").Notice }},
	} {
		whole := strings.Repeat("x", x.most)
		if got := x.got(whole); got != whole {
			t.Errorf("%s of %d bytes became %d", name, x.most, len(got))
		}
		if got := x.got(whole + "x"); len(got) > x.most || got == whole+"x" {
			t.Errorf("%s of %d bytes became %d", name, x.most+1, len(got))
		}
	}
	for id, want := range map[string]bool{
		"": false, "1": true, strings.Repeat("1", maxID): true, strings.Repeat("1", maxID+1): false,
	} {
		if _, means := press(id, "a"); means != want {
			t.Errorf("a press whose id has %d bytes means something: %t", len(id), means)
		}
	}
	long := strings.Repeat("가", maxWords)
	if got := text("text", long).Text; !strings.HasPrefix(long, got) || len(got) < maxWords-2 {
		t.Errorf("a letter was cut in two: %d bytes", len(got))
	}
}

func TestUsed_KeepsNumbersThatAreExact(t *testing.T) {
	for number, want := range map[string]int64{
		"1": 1, "9007199254740992": 1 << 53, "9007199254740993": 0, "-1": 0, "0": 0,
	} {
		got, err := used("sendMessage", []byte(`{"ok":true,"result":{"message_id":`+number+`,"chat":{"id":[]}}}`))
		var a struct{ Result sent }
		if err != nil || json.Unmarshal(got, &a) != nil || a.Result.ID != want {
			t.Errorf("%s became %s, %v", number, got, err)
		}
	}
	if got, err := used("sendMessage", []byte(`{"ok":true,"result":{"message_id":"x"}}`)); err == nil || !isDone(got) {
		t.Errorf("an odd one became %s, %v", got, err)
	}
	got, err := used("setWebhook", []byte(`{"ok":true,"result":"odd"}`))
	if err != nil || string(got) != `{"ok":true,"result":true}` {
		t.Errorf("of another method: %s, %v", got, err)
	}
}

func TestIsName_HasTheFormThatTelegramAllows(t *testing.T) {
	for name, want := range map[string]bool{
		"azAZ09_": true, "a0_9": true, strings.Repeat("n", 32): true,
		"abc": false, strings.Repeat("n", 33): false, "": false, "이름이름": false,
		"name/": false, "name:": false, "name@": false, "name[": false, "name`": false, "name{": false,
	} {
		if isName(name) != want {
			t.Errorf("%q is a name: %t", name, !want)
		}
	}
}

// TestTexts_AreCutOnlyWhereTelegramWould says each text as long as it may be, and a letter longer.
func TestTexts_AreCutOnlyWhereTelegramWould(t *testing.T) {
	at := pipeline.Thread{Chat: "7"}
	for field, x := range map[string]struct {
		most int
		say  func(c *Client, text string) error
	}{
		"sendMessage text": {maxMessage, func(c *Client, text string) error {
			_, err := c.Send(t.Context(), bot.Message{Thread: at, Text: text})
			return err
		}},
		"editMessageText text": {maxMessage, func(c *Client, text string) error {
			return c.Edit(t.Context(), "5", bot.Message{Thread: at, Text: text})
		}},
		"sendVideo caption": {maxCaption, func(c *Client, text string) error {
			_, err := c.Media(t.Context(), bot.Media{Thread: at, Text: text, File: "F"})
			return err
		}},
		"sendPhoto caption": {maxCaption, func(c *Client, text string) error {
			_, err := c.Media(t.Context(), bot.Media{Still: true, Thread: at, Text: text, File: "F"})
			return err
		}},
		"answerCallbackQuery text": {maxNotice, func(c *Client, text string) error {
			return c.Answer(t.Context(), "q", text, false)
		}},
	} {
		method, name, _ := strings.Cut(field, " ")
		for _, units := range []int{x.most, x.most + 1} {
			a := serve(t, map[string]http.HandlerFunc{method: ok(`{"message_id":21}`)})
			if err := x.say(a.client(), strings.Repeat("가", units)); err != nil {
				t.Fatal(err)
			}
			said := a.of(method)[0].args
			text := said[name]
			if n := len([]rune(text)); n != x.most || strings.HasSuffix(text, "…") != (units > x.most) {
				t.Errorf("%s: %d letters became %d", field, units, n)
			}
		}
	}
}

func TestTurn_AFullChatHasDeliveriesWait(t *testing.T) {
	for _, chat := range []string{"7", "-7"} {
		synctest.Test(t, func(t *testing.T) {
			c := sender{&conn{pace: testPace()}}
			if d := c.Turn(chat); d != 0 {
				t.Errorf("a chat at rest has one wait %v", d)
			}
			for range 30 {
				go c.pace.Take(t.Context(), chat, 0)
			}
			synctest.Wait()
			first := c.Turn(chat)
			if second := c.Turn(chat); first <= 0 || second <= first {
				t.Errorf("a full chat %s has them wait %v and %v", chat, first, second)
			}
			time.Sleep(2 * pace.Patience)
		})
	}
}

// TestWebhook_GivesItsPlaceBack sends more updates one after the other than may be read at once.
func TestWebhook_GivesItsPlaceBack(t *testing.T) {
	c := serve(t, nil).client()
	c.self.Store(&us)
	h := c.Webhook(func(context.Context, bot.Update) error { return nil })
	for n := range 100 {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text(n+1, "7")))
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", vow)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatalf("number %d: %d", n, w.Code)
		}
	}
}
