package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var thread = pipeline.Thread{Platform: "telegram", Chat: "7", Topic: "5", Message: "3"}

const sentText = `{"message_id":21,"date":1,"chat":{"id":7,"type":"private"}}`

const sentVideo = `{"message_id":22,"date":1,"chat":{"id":7,"type":"private"},"video":{"file_id":"FILE","file_unique_id":"U","width":1,"height":1,"duration":1}}`

func TestTelegramSend_AMessageGoesToItsPlace(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"sendMessage": ok(sentText)})
	m := bot.Message{Thread: thread, Text: "접수했어요 <b>", Ask: true, Buttons: [][]bot.Button{
		{{Label: "취소", Action: "cancel:1"}, {Label: "복사", Copy: "글"}}, {{Label: "보기", Link: "https://example.com/"}},
	}}
	got, err := a.client().Send(t.Context(), m)
	if err != nil || got != "21" {
		t.Fatalf("got %q, %v", got, err)
	}
	want := map[string]string{
		"chat_id": "7", "message_thread_id": "5", "text": "접수했어요 <b>", "link_preview_options": `{"is_disabled":true}`,
		"reply_parameters": `{"message_id":3,"allow_sending_without_reply":true}`,
		"reply_markup":     `{"inline_keyboard":[[{"text":"취소","callback_data":"cancel:1"},{"text":"복사","copy_text":{"text":"글"}}],[{"text":"보기","url":"https://example.com/"}]]}`,
	}
	if args := a.of("sendMessage")[0].args; !reflect.DeepEqual(args, want) {
		t.Errorf("sent %q, want %q", args, want)
	}
}

func TestTelegramSend_AQuestionOpensItsAnswer(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"sendMessage": ok(sentText)})
	if _, err := a.client().Send(t.Context(), bot.Message{
		Thread: pipeline.Thread{Chat: "-7"}, Text: "메뉴는요?", Ask: true,
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"chat_id": "-7", "text": "메뉴는요?", "link_preview_options": `{"is_disabled":true}`,
		"reply_markup": `{"force_reply":true,"selective":true}`,
	}
	if args := a.of("sendMessage")[0].args; !reflect.DeepEqual(args, want) {
		t.Errorf("sent %q, want %q", args, want)
	}
}

func TestTelegramSend_GoesWithoutAReplyOrTopicThatIsGone(t *testing.T) {
	noMessage, noThread := no(
		400, "Bad Request: message to be replied not found",
	), no(400, "Bad Request: message thread not found")
	for name, x := range map[string]struct {
		answer       http.HandlerFunc
		reply, topic bool // in the last request
		requests     int
	}{
		"both there":   {ok(sentText), true, true, 1},
		"no message":   {then(noMessage, ok(sentText)), false, true, 2},
		"no topic":     {then(noThread, ok(sentText)), false, false, 2},
		"neither":      {then(noMessage, noThread, ok(sentText)), false, false, 3},
		"topic closed": {then(no(400, "Bad Request: TOPIC_CLOSED"), ok(sentText)), false, false, 2},
	} {
		a := serve(t, map[string]http.HandlerFunc{"sendMessage": x.answer})
		if _, err := a.client().Send(t.Context(), bot.Message{Thread: thread, Text: "x"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		calls := a.of("sendMessage")
		last := calls[len(calls)-1].args
		if len(calls) != x.requests || (last["reply_parameters"] != "") != x.reply ||
			(last["message_thread_id"] != "") != x.topic {
			t.Errorf("%s: %d requests, the last is %q", name, len(calls), last)
		}
	}
	a := serve(t, map[string]http.HandlerFunc{"sendMessage": noMessage})
	_, err := a.client().Send(t.Context(), bot.Message{Thread: thread, Text: "x"})
	wantFault(t, err, pipeline.Misconfigured, pipeline.ReasonTrouble)
	if n := len(a.of("sendMessage")); n != 2 {
		t.Errorf("%d requests to a server that never has enough", n)
	}
}

func TestTelegramEdit_WhatHasNotChangedOrIsGoneIsNoError(t *testing.T) {
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		gone   bool
	}{
		"changed": {ok(sentText), false},
		"unchanged": {
			no(400, "Bad Request: message is not modified: specified new message content and reply markup are "+
				"exactly the same"),
			false,
		},
		"deleted":     {no(400, "Bad Request: message to edit not found"), true},
		"too old":     {no(400, "Bad Request: message can't be edited"), true},
		"is a video":  {no(400, "Bad Request: there is no text in the message to edit"), true},
		"no such one": {no(400, "Bad Request: MESSAGE_ID_INVALID"), true},
	} {
		a := serve(t, map[string]http.HandlerFunc{"editMessageText": x.answer})
		err := a.client().Edit(t.Context(), "21 FILE", bot.Message{
			Thread: thread, Text: "만들고 있어요", Buttons: [][]bot.Button{{{Label: "취소", Action: "cancel:1"}}},
		})
		if errors.Is(err, bot.ErrGone) != x.gone || err != nil && !x.gone {
			t.Errorf("%s: %v", name, err)
		}
		want := map[string]string{
			"chat_id": "7", "message_id": "21", "text": "만들고 있어요", "link_preview_options": `{"is_disabled":true}`,
			"reply_markup": `{"inline_keyboard":[[{"text":"취소","callback_data":"cancel:1"}]]}`,
		}
		if args := a.of("editMessageText")[0].args; !reflect.DeepEqual(args, want) {
			t.Errorf("%s: sent %q, want %q", name, args, want)
		}
	}
}

func TestTelegramAnswer_ALatePressIsNoError(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"answerCallbackQuery": then(
			ok("true"), no(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
		),
	})
	c := a.client()
	for range 2 {
		if err := c.Answer(t.Context(), "q1", "취소했어요", true); err != nil {
			t.Error(err)
		}
	}
	want := map[string]string{"callback_query_id": "q1", "text": "취소했어요", "show_alert": "true"}
	if args := a.of("answerCallbackQuery")[0].args; !reflect.DeepEqual(args, want) {
		t.Errorf("sent %q", args)
	}
}

func TestTelegramVideo_IsUploadedWhole(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"sendVideo": ok(sentVideo), "sendChatAction": ok("true")})
	short := strings.NewReader("MOVIE")
	short.Seek(3, 0)
	got, err := a.client().Media(t.Context(), bot.Media{
		Thread: thread, Text: "새우 파스타", Title: "x/../y", Data: short, W: 1080, H: 1920,
		Duration: 6600 * time.Millisecond,
		Posters: func(context.Context) bot.Posters {
			return bot.Posters{Thumb: []byte("JPEG"), Cover: []byte("COVER")}
		},
		Buttons: [][]bot.Button{{{Label: "다시", Action: "again:1"}}},
	})
	if err != nil || got != "22 FILE" {
		t.Fatalf("got %q, %v", got, err)
	}
	want := map[string]string{
		"chat_id": "7", "message_thread_id": "5", "video": "MOVIE", "thumbnail": "JPEG", "cover": "COVER",
		"caption": "새우 파스타",
		"width":   "1080", "height": "1920", "duration": "7", "supports_streaming": "true",
		"reply_parameters": `{"message_id":3,"allow_sending_without_reply":true}`,
		"reply_markup":     `{"inline_keyboard":[[{"text":"다시","callback_data":"again:1"}]]}`,
	}
	if args := a.of("sendVideo")[0].args; !reflect.DeepEqual(args, want) {
		t.Errorf("sent %q, want %q", args, want)
	}
	if c := a.of("sendVideo")[0]; !c.last {
		t.Error("a connection that may have died is used again")
	}
	if shown := a.of("sendChatAction"); len(shown) == 0 ||
		!reflect.DeepEqual(shown[0].args, map[string]string{
			"chat_id": "7", "message_thread_id": "5", "action": "upload_video",
		}) {
		t.Errorf("the chat showed %+v", shown)
	}
}

// TestTelegramVideo_TheChatShowsItComingUntilItIsThere takes ten seconds over an upload.
func TestTelegramVideo_TheChatShowsItComingUntilItIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &api{t: t, logs: new(logs), answers: map[string]http.HandlerFunc{
			"sendChatAction": then(ok("true"), raw(502, "<html>"), ok("true")),
			"sendVideo": func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(10 * time.Second)
				ok(sentVideo)(w, r)
			},
		}}
		c, stop := overPipes(t, token, a, a.logs)
		defer stop()
		if _, err := c.Media(t.Context(), bot.Media{Thread: thread, Data: strings.NewReader("MOVIE")}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if n := len(a.of("sendChatAction")); n != 3 {
			t.Errorf("shown %d times in ten seconds", n)
		}
		if n := strings.Count(a.logs.String(), "upload not announced"); n != 1 {
			t.Errorf("operators read %s", a.logs)
		}
	})
}

func TestTelegramVideo_APicturesReceiptNamesItsLargestSize(t *testing.T) {
	sent := `{"message_id":22,"date":1,"chat":{"id":7,"type":"private"},"photo":[{"file_id":"L","width":1024,"height":1280},{"file_id":"S","width":90,"height":112}]}`
	a := serve(t, map[string]http.HandlerFunc{"sendPhoto": ok(sent), "sendChatAction": ok("true")})
	got, err := a.client().Media(t.Context(), bot.Media{
		Still: true, Thread: thread, Text: "새우 파스타", Data: strings.NewReader("PICTURE"),
		Buttons: [][]bot.Button{{{Label: "다시", Action: "again:1"}}},
	})
	if err != nil || got != "22 L" {
		t.Fatalf("got %q, %v", got, err)
	}
	want := map[string]string{
		"chat_id": "7", "message_thread_id": "5", "photo": "PICTURE", "caption": "새우 파스타",
		"reply_parameters": `{"message_id":3,"allow_sending_without_reply":true}`,
		"reply_markup":     `{"inline_keyboard":[[{"text":"다시","callback_data":"again:1"}]]}`,
	}
	if args := a.of("sendPhoto")[0].args; !reflect.DeepEqual(args, want) {
		t.Errorf("sent %q, want %q", args, want)
	}
	if shown := a.of("sendChatAction"); len(shown) == 0 || shown[0].args["action"] != "upload_photo" {
		t.Errorf("the chat showed %+v", shown)
	}
}

func TestTelegramVideo_ThatTelegramHasIsNotUploaded(t *testing.T) {
	badID := no(400, "Bad Request: wrong file identifier/HTTP URL specified")
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		sent   []string
	}{
		"it has it":    {ok(sentVideo), []string{"OLD"}},
		"not any more": {then(badID, ok(sentVideo)), []string{"OLD", "MOVIE"}},
		"and no reply": {
			then(no(400, "Bad Request: message to be replied not found"), badID, ok(sentVideo)),
			[]string{"OLD", "OLD", "MOVIE"},
		},
		"reply is late": {
			then(badID, no(400, "Bad Request: message to be replied not found"), ok(sentVideo)),
			[]string{"OLD", "MOVIE", "MOVIE"},
		},
	} {
		a := serve(t, map[string]http.HandlerFunc{"sendVideo": x.answer, "sendChatAction": ok("true")})
		got, err := a.client().Media(t.Context(), bot.Media{
			Thread: thread, File: "OLD", Data: strings.NewReader("MOVIE"),
		})
		if err != nil || got != "22 FILE" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		var sent []string
		for _, c := range a.of("sendVideo") {
			sent = append(sent, c.args["video"])
		}
		if !reflect.DeepEqual(sent, x.sent) {
			t.Errorf("%s: sent %q", name, sent)
		}
	}
}

func TestTelegramVideo_NoMoreAreInMemoryThanFit(t *testing.T) {
	began, let := make(chan string, 10), make(chan struct{})
	a := serve(t, map[string]http.HandlerFunc{"sendChatAction": ok("true"), "sendVideo": func(
		w http.ResponseWriter, r *http.Request,
	) {
		began <- "one"
		<-let
		ok(sentVideo)(w, r)
	}})
	c := a.client()
	done := make(chan error, 3)
	for _, chat := range []string{"1", "2", "3"} {
		go func() {
			_, err := c.Media(t.Context(), bot.Media{
				Thread: pipeline.Thread{Chat: chat}, Data: strings.NewReader("MOVIE"),
			})
			done <- err
		}()
	}
	<-began
	<-began
	if n := len(c.uploads); n != maxUploads {
		t.Errorf("%d uploads at once", n)
	}
	close(let)
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(began); n != 1 {
		t.Errorf("%d videos began after the first two had ended", n)
	}
}

func TestTelegramCommands_AreSetForEachLanguageAndKindOfChat(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"setMyCommands": ok("true"), "getMyCommands": ok("[]")})
	err := a.client().Commands(t.Context(), map[string][]Command{
		"": {{"help", "How it works"}}, "ko": {{"help", "사용법"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range a.of("setMyCommands") {
		got[c.args["language_code"]+c.args["scope"]] = c.args["commands"]
	}
	ko, en := `[{"command":"help","description":"사용법"}]`, `[{"command":"help","description":"How it works"}]`
	private, group := `{"type":"all_private_chats"}`, `{"type":"all_group_chats"}`
	if want := map[string]string{
		private: en, group: en, "ko" + private: ko, "ko" + group: ko,
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("set %q, want %q", got, want)
	}
}

func TestTelegramRegister_SetsTheWebhook(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"getMe": ok(`{"id":4242,"is_bot":true,"username":"SajangpickBot"}`), "setWebhook": ok("true"),
		"getUserProfilePhotos": ok(`{"photos":[]}`),
		"getWebhookInfo":       ok(`{"url":"https://shop.example/webhooks/telegram","pending_update_count":3,"last_error_message":"Wrong response from the webhook: 503"}`),
	})
	if err := a.client().Register(t.Context(), "https://shop.example/webhooks/telegram"); err != nil {
		t.Fatal(err)
	}
	args := a.of("setWebhook")[0].args
	var asked []string
	if err := json.Unmarshal([]byte(args["allowed_updates"]), &asked); err != nil || !reflect.DeepEqual(asked, kinds) {
		t.Errorf("asked for %q, %v", asked, err)
	}
	delete(args, "allowed_updates")
	if want := map[string]string{
		"url": "https://shop.example/webhooks/telegram", "secret_token": vow, "max_connections": "20",
	}; !reflect.DeepEqual(args, want) {
		t.Errorf("set %q", args)
	}
	if logs := a.logs.String(); !strings.Contains(logs, "503") || !strings.Contains(logs, "count=3") {
		t.Errorf("operators read %q", logs)
	}
}

// TestSend_WhatWasDoneIsNeverDoneAgain answers with fields that nobody could know, and with less than an answer.
func TestSend_WhatWasDoneIsNeverDoneAgain(t *testing.T) {
	for answer, want := range map[string]string{
		`{"ok":true,"result":{"message_id":21,"date":"now","link_preview_options":"[object Object]","chat":7}}`: "21",
		`{"description":1,"ok":true,"parameters":"none","result":{"message_id":21}}`:                            "21",
		`{"ok":true,"result":{"message_id":"21"}}`:                                                              "0",
		`{"ok":true,"result":true}`:                   "0",
		`{"ok":true}`:                                 "0",
		`{"ok":true,"result":{"message_id":21,"date"`: "0",
		`{"ok":"true","result":{"message_id":21}}`:    "",
		`{"result":{"message_id":21}`:                 "",
		`["ok",true]`:                                 "",
		`{"a":1,`:                                     "",
	} {
		a := serve(t, map[string]http.HandlerFunc{"sendMessage": raw(200, answer)})
		got, err := a.client().Send(t.Context(), bot.Message{Thread: thread, Text: "x"})
		if got != want || len(a.of("sendMessage")) != 1 {
			t.Errorf("%s: got %q, %v", answer, got, err)
		}
		if want == "" {
			wantFault(t, err, pipeline.Indeterminate, pipeline.ReasonBusy)
		} else if err != nil {
			t.Errorf("%s: %v", answer, err)
		}
		wantNoSecret(t, a.logs.String())
	}
	bare := serve(t, map[string]http.HandlerFunc{
		"sendVideo": ok(`{"message_id":22}`),
		"sendPhoto": ok(`{"message_id":23,"photo":[{"file_id":"S"},{"file_id":"L"}]}`),
	}).client()
	if got, err := bare.Media(t.Context(), bot.Media{Thread: thread, File: "F"}); got != "22" || err != nil {
		t.Errorf("a video without a name: %q, %v", got, err)
	}
	if got, err := bare.Media(t.Context(), bot.Media{Still: true, Thread: thread, File: "F"}); got != "23 L" ||
		err != nil {
		t.Errorf("a picture without measures: %q, %v", got, err)
	}
	odd := `{"ok":true,"result":{"message_id":22,"date":{},"video":{"file_id":"FILE","duration":"long"}}}`
	c := serve(t, map[string]http.HandlerFunc{
		"sendVideo": raw(200, odd), "sendChatAction": raw(200, `{"ok":true,"result":{}}`),
		"answerCallbackQuery": raw(200, `{"ok":true,"result":"yes"}`),
	}).client()
	if got, err := c.Media(t.Context(), bot.Media{
		Thread: thread, Data: strings.NewReader("MOVIE"),
	}); got != "22 FILE" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := c.Answer(t.Context(), "q", "x", false); err != nil {
		t.Error(err)
	}
	if err := c.Edit(t.Context(), "0", bot.Message{Thread: thread, Text: "x"}); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a message whose number was never told: %v", err)
	}
}
