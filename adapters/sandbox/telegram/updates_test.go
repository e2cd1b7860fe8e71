package telegram

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestGetUpdates_UpdatesStayUntilTheyAreConfirmed(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	for _, text := range []string{"하나", "둘", "셋"} {
		chat.SendText(text)
	}
	first := b.updates(map[string]any{"limit": 2})
	if len(first) != 2 || first[0].Message.Text != "하나" || first[1].ID != first[0].ID+1 {
		t.Fatalf("got %+v", first)
	}
	if again := b.updates(nil); len(again) != 3 || again[0].ID != first[0].ID {
		t.Errorf("unconfirmed: %+v", again)
	}
	if rest := b.updates(map[string]any{"offset": first[1].ID + 1}); len(rest) != 1 || rest[0].Message.Text != "셋" {
		t.Errorf("rest: %+v", rest)
	}
	chat.SendText("넷")
	if last := b.updates(map[string]any{"offset": -1}); len(last) != 1 || last[0].Message.Text != "넷" {
		t.Errorf("last: %+v", last)
	}
	tg.Pass(25 * time.Hour)
	if n := tg.Waiting(); n != 0 {
		t.Errorf("%d updates outlived their day", n)
	}
}

func TestGetUpdates_ALongPollEndsWithAnUpdateOrAnotherPoller(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	poll := func() chan reply {
		got := make(chan reply, 1)
		before := tg.poller()
		go func() { got <- b.call("getUpdates", map[string]any{"timeout": 30}) }()
		if !tg.Until(limit, func() bool { return tg.poller() != before }) {
			t.Fatal("nobody polls")
		}
		return got
	}
	first := poll()
	chat.SendText("안녕하세요")
	if r := <-first; !strings.Contains(string(r.Result), "안녕하세요") {
		t.Errorf("got %s", r.Result)
	}
	b.fresh()
	first = poll()
	b.updates(nil)
	r := <-first
	r.refused(t, 409, "terminated by other getUpdates request")
}

// poller is another number with each poll.
func (s *Server) poller() int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.mail.poller
}

func TestGetUpdates_OnlyTheWantedUpdatesAreKept(t *testing.T) {
	tg, b := play(t, Options{})
	owner := tg.Person("김사장", "ko")
	b.updates(map[string]any{"allowed_updates": `["message"]`})
	m := owner.Private().SendText("하나")
	owner.Private().Edit(m.ID, "둘")
	owner.Block()
	if all := b.updates(nil); len(all) != 1 || all[0].Message == nil {
		t.Errorf("got %+v", all)
	}
	b.updates(map[string]any{"allowed_updates": `[]`})
	owner.Unblock()
	if all := b.updates(nil); len(all) != 2 || all[1].Mine.New.Status != "member" {
		t.Errorf("got %+v", all)
	}
}

// door is a webhook that answers what it is told to.
type door struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []update
	secret []string
	codes  []int // of the next answers; then 200
	after  string
	body   string
}

func open(t *testing.T, codes ...int) *door {
	d := &door{codes: codes}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var u update
		json.Unmarshal(raw, &u)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.heard = append(d.heard, u)
		d.secret = append(d.secret, r.Header.Get("X-Telegram-Bot-Api-Secret-Token"))
		if len(d.codes) > 0 {
			code := d.codes[0]
			d.codes = d.codes[1:]
			w.Header().Set("Retry-After", d.after)
			w.WriteHeader(code)
			return
		}
		io.WriteString(w, d.body)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *door) texts() (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range d.heard {
		if u.Message != nil {
			all = append(all, u.Message.Text)
		}
	}
	return all
}

func TestSetWebhook_AWebhookGetsAllInTheOrderOfEachChat(t *testing.T) {
	tg, b := play(t, Options{Second: time.Millisecond})
	d := open(t, 503, 500, 302)
	if r := b.call("setWebhook", map[string]any{
		"url": d.URL, "secret_token": "s3cret",
	}); r.Description != "Webhook was set" {
		t.Fatalf("%+v", r)
	}
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("하나")
	chat.SendText("둘")
	if !tg.Until(limit, func() bool { return tg.Waiting() == 0 }) {
		t.Fatal("not delivered")
	}
	if got := d.texts(); !slices.Equal(got, []string{"하나", "하나", "하나", "하나", "둘"}) {
		t.Errorf("heard %q", got)
	}
	if d.secret[0] != "s3cret" {
		t.Errorf("secret %q", d.secret[0])
	}
	var info struct {
		Pending int    `json:"pending_update_count"`
		Why     string `json:"last_error_message"`
		URL     string
	}
	json.Unmarshal(b.call("getWebhookInfo", nil).Result, &info)
	if info.Pending != 0 || info.URL != d.URL || !strings.Contains(info.Why, "Wrong response from the webhook: 302") {
		t.Errorf("info %+v", info)
	}
	b.call("getUpdates", nil).refused(t, 409, "while webhook is active")
	for _, line := range tg.Requests("setWebhook") {
		if line.Params["secret_token"] != "***" {
			t.Error("the secret is in the record")
		}
	}
}

func TestSetWebhook_AWebhookIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	tg, b := play(t, Options{})
	d := open(t, 429)
	d.after = "600"
	b.call("setWebhook", map[string]any{"url": d.URL})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("하나")
	if !tg.Until(limit, func() bool { return tg.failed() }) {
		t.Fatal("not tried")
	}
	if tg.Waiting() != 1 || len(d.texts()) != 1 {
		t.Error("it was tried again at once")
	}
	tg.Pass(600 * time.Second)
	if !tg.Until(limit, func() bool { return tg.Waiting() == 0 }) {
		t.Error("not tried again")
	}
}

func (s *Server) failed() bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.mail.err != ""
}

func TestSetWebhook_WhatAWebhookAnswersIsDone(t *testing.T) {
	tg, b := play(t, Options{})
	d := open(t)
	chat := tg.Person("김사장", "ko").Private()
	d.body = `{"method":"sendMessage","chat_id":` + itoa(chat.ID()) + `,"text":"앗"}`
	b.call("setWebhook", map[string]any{"url": d.URL})
	chat.SendText("안녕하세요")
	_, err := chat.Wait(limit, func(all []Message) bool { return len(all) == 2 && all[1].Text == "앗" })
	if err != nil {
		t.Error(err)
	}
}

func TestDeleteWebhook_MayDropWhatWaits(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("하나")
	b.call("deleteWebhook", nil)
	if tg.Waiting() != 1 {
		t.Fatal("dropped without being asked to")
	}
	b.call("deleteWebhook", map[string]any{"drop_pending_updates": true})
	if tg.Waiting() != 0 {
		t.Error("not dropped")
	}
}
