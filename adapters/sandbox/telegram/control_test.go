package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// do speaks to the controls.
func (b bot) do(verb, path, body string, v any) int {
	b.t.Helper()
	return b.with(verb, path, "application/json", strings.NewReader(body), v)
}

func (b bot) with(verb, path, kind string, body io.Reader, v any) int {
	b.t.Helper()
	req, _ := http.NewRequest(verb, b.base+controlPath+path, body)
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if v == nil {
		v = new(any)
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode
}

func TestControl_APersonMayHaveTheIDOfAnAdmin(t *testing.T) {
	s, b := play(t, Options{})
	var boss struct{ ID int64 }
	if code := b.do("POST", "people", `{"name":"관리자","id":1001}`, &boss); code != 200 || boss.ID != 1001 {
		t.Errorf("%d, %+v", code, boss)
	}
	for _, id := range []int64{1001, -7, s.BotID()} {
		if code := b.do("POST", "people", fmt.Sprintf(`{"name":"다른 사람","id":%d}`, id), nil); code != 400 {
			t.Errorf("somebody else is %d: %d", id, code)
		}
	}
}

func TestControl_PeopleCanActOverHTTP(t *testing.T) {
	_, b := play(t, Options{})
	var owner struct{ ID int64 }
	b.do("POST", "people", `{"name":"김사장","lang":"ko"}`, &owner)
	at := fmt.Sprintf("chats/%d", owner.ID)

	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	m.WriteField("text", "새우 파스타 18,000원")
	for range 2 {
		w, _ := m.CreateFormFile("file", "dish.jpg")
		w.Write(picture(400, 300))
	}
	m.Close()
	var dish Message
	if code := b.with("POST", at+"/messages", m.FormDataContentType(), &form, &dish); code != 200 ||
		dish.File.W != 400 {
		t.Fatalf("got %d %+v", code, dish)
	}
	if all := b.fresh(); len(all) != 2 || all[0].Message.Album == "" || all[1].Message.Caption != "" {
		t.Errorf("album: %+v", all)
	}

	var view struct {
		Revision int64
		Messages []Message
	}
	b.do("GET", at, "", &view)
	if len(view.Messages) != 2 {
		t.Fatalf("got %+v", view)
	}
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		b.do("GET", fmt.Sprintf("%s?wait=50&since=%d", at, view.Revision), "", &view)
	}()
	line := b.call("sendMessage", map[string]any{"chat_id": owner.ID, "text": "?", "reply_markup": map[string]any{
		"inline_keyboard": [][]any{{map[string]any{"text": "네", "callback_data": "yes"}}},
	}}).message(t)
	if <-seen; len(view.Messages) != 1 || view.Messages[0].ID != line.ID {
		t.Errorf("got %+v", view)
	}

	var said Answer
	pressed := make(chan int)
	go func() {
		pressed <- b.do("POST", fmt.Sprintf("%s/messages/%d/press", at, line.ID), `{"button":"네"}`, &said)
	}()
	all := b.updates(map[string]any{"timeout": 30, "offset": 0})
	b.call("answerCallbackQuery", map[string]any{"callback_query_id": all[0].Press.ID, "text": "좋아요"})
	if code := <-pressed; code != 200 || said.Text != "좋아요" {
		t.Errorf("got %d %+v", code, said)
	}

	b.do("PATCH", fmt.Sprintf("%s/messages/%d", at, dish.ID), `{"text":"새우 파스타 19,000원"}`, &dish)
	if dish.Edits != 1 || dish.Text != "새우 파스타 19,000원" {
		t.Errorf("edited: %+v", dish)
	}
	b.do("POST", at+"/bot", `{"status":"kicked"}`, nil)
	b.call("sendMessage", map[string]any{"chat_id": owner.ID, "text": "x"}).refused(t, 403, "blocked by the user")
	var group struct{ ID int64 }
	b.do("POST", "groups", fmt.Sprintf(`{"as":%d,"title":"주방","kind":"forum"}`, owner.ID), &group)
	b.call("sendMessage", map[string]any{"chat_id": group.ID, "text": "x"}).message(t)

	resp, err := http.Get(b.base + controlPath + "files/" + dish.File.ID)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("a photo is %s", resp.Header.Get("Content-Type"))
	}
}

func TestControl_SaysWhatCannotBeDone(t *testing.T) {
	_, b := play(t, Options{})
	var owner struct{ ID int64 }
	b.do("POST", "people", `{"name":"김사장"}`, &owner)
	at := fmt.Sprintf("chats/%d/", owner.ID)
	for _, c := range []struct {
		verb, path, body string
		code             int
	}{
		{"GET", "chats/5", "", 404},
		{"POST", at + "messages", `{"text":" "}`, 400},
		{"POST", at + "messages", `{"as":5,"text":"x"}`, 404},
		{"POST", at + "messages", `{`, 400},
		{"POST", at + "bot", `{"status":"administrator"}`, 400},
		{"POST", at + "messages/9/press", `{"button":"네"}`, 400},
		{"PATCH", at + "messages/9", `{"text":"x"}`, 400},
		{"POST", "groups", `{"title":"주방"}`, 404},
	} {
		var why struct{ Error string }
		if code := b.do(c.verb, c.path, c.body, &why); code != c.code || why.Error == "" {
			t.Errorf("%s %s: %d %q", c.verb, c.path, code, why.Error)
		}
	}
}
