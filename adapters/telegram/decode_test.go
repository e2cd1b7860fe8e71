package telegram

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var us = Self{ID: 4242, Name: "SajangpickBot"}

const (
	dm     = `"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"김","last_name":"사장","language_code":"ko"},"date":1700000000`
	group  = `"chat":{"id":-100,"type":"supergroup"},"from":{"id":7,"first_name":"김","last_name":"사장","language_code":"ko"},"date":1700000000`
	sizes  = `"photo":[{"file_id":"big","file_unique_id":"B","width":1280,"height":960,"file_size":90000},{"file_id":"small","file_unique_id":"S","width":90,"height":67}]`
	orders = `"caption":"새우 파스타 18,000원"`
)

// update decodes an update of one part.
func update(t *testing.T, part string) (bot.Update, bool) {
	t.Helper()
	u, means, err := decode([]byte(`{"update_id":11,`+part+`}`), us)
	if err != nil {
		t.Fatalf("%s: %v", part, err)
	}
	return u, means
}

// read decodes a new message.
func read(t *testing.T, body string) (bot.Update, bool) {
	t.Helper()
	return update(t, msg(body))
}

func msg(body string) string { return `"message":{"message_id":3,` + body + `}` }

func picture(message, ref, unique, name string, bytes int64, text string) []bot.Image {
	return []bot.Image{
		{Message: message, Text: text, Photo: pipeline.Photo{Ref: ref, Unique: unique, Name: name, Bytes: bytes}},
	}
}

func TestTelegramDecode_ReadsAPhotoWithItsWords(t *testing.T) {
	const words = "새우 파스타 18,000원"
	got, means := read(t, dm+`,`+sizes+`,`+orders)
	want := bot.Update{
		Key: "telegram:11", Kind: bot.Wrote, Platform: "telegram", Chat: "7",
		User: bot.User{ID: "7", Name: "김 사장", Lang: "ko"}, Message: "3",
		At: time.Unix(1700000000, 0), Text: words, ToUs: true, Pictures: picture("3", "big", "B", "", 90000, words),
	}
	if !means || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestTelegramDecode_ReadsPicturesOfEveryForm(t *testing.T) {
	for name, x := range map[string]struct {
		body, ref, other string
	}{
		"photo":            {sizes, "big", ""},
		"live photo":       {sizes + `,"live_photo":{"file_id":"movie"}`, "big", ""},
		"live photo alone": {`"live_photo":{"file_id":"movie"}`, "", "live_photo"},
		"file by its kind": {`"document":{"file_id":"d","mime_type":"Image/HEIC"}`, "d", ""},
		"file by its name": {
			`"document":{"file_id":"d","mime_type":"application/octet-stream","file_name":"메뉴.JPG"}`, "d", "",
		},
		"music as a file": {
			`"document":{"file_id":"d","mime_type":"audio/mpeg","file_name":"song.mp3"}`, "", "audio",
		},
		"music by its name": {
			`"document":{"file_id":"d","mime_type":"application/octet-stream","file_name":"SONG.MP3"}`, "", "audio",
		},
		"file that is none": {
			`"document":{"file_id":"d","mime_type":"application/pdf","file_name":"menu.pdf"}`, "", "file",
		},
		"moving picture": {
			`"animation":{"file_id":"a"},"document":{"file_id":"d","mime_type":"image/gif"}`, "", "animation",
		},
		"video":                   {`"video":{"file_id":"v"}`, "", "video"},
		"voice":                   {`"voice":{"file_id":"v"}`, "", "voice"},
		"sticker":                 {`"sticker":{"file_id":"v"}`, "", "sticker"},
		"place":                   {`"venue":{},"location":{"latitude":1}`, "", "location"},
		"sizes without their own": {`"photo":[{"file_id":"only"}]`, "only", ""},
	} {
		got, means := read(t, dm+`,`+x.body)
		ref := ""
		if len(got.Pictures) > 0 {
			ref = got.Pictures[0].Photo.Ref
		}
		if !means || ref != x.ref || got.Other != x.other {
			t.Errorf("%s: got %q, %q, %t", name, ref, got.Other, means)
		}
	}
}

func TestTelegramDecode_WhatIsNotForUsMeansNothing(t *testing.T) {
	for name, part := range map[string]string{
		"channel post":         `"channel_post":{"message_id":3,"chat":{"id":-5,"type":"channel"},"text":"x"}`,
		"message of a channel": msg(`"chat":{"id":-5,"type":"channel"},"text":"x"`),
		"channel's mailbox": msg(
			`"chat":{"id":-5,"type":"supergroup","is_direct_messages":true},"from":{"id":7},"text":"x"`,
		),
		"post in its group":     msg(`"is_automatic_forward":true,"sender_chat":{"id":-5},` + group + `,"text":"x"`),
		"another bot":           msg(`"chat":{"id":-100,"type":"group"},"from":{"id":9,"is_bot":true},` + sizes),
		"nobody":                msg(`"chat":{"id":-100,"type":"group"},"text":"x"`),
		"somebody came":         msg(group + `,"new_chat_members":[{"id":8}]`),
		"chat without an id":    msg(`"from":{"id":7},"text":"x"`),
		"command to another":    msg(group + `,"text":"/status@OtherBot 3"`),
		"kind that nobody knew": `"guest_message":{"message_id":3,"text":"x"}`,
		"twin of a move":        msg(group + `,"migrate_from_chat_id":-7`),
		"location that moves":   `"edited_message":{"message_id":3,` + dm + `,"location":{"latitude":1}}`,
		"press without message": `"callback_query":{"id":"q","from":{"id":7},"inline_message_id":"i","data":"x"}`,
		"promoted without news": `"my_chat_member":{"chat":{"id":7,"type":"private"},"old_chat_member":{"status":"member"},"new_chat_member":{"status":"member"}}`,
	} {
		if u, means := update(t, part); means {
			t.Errorf("%s became %+v", name, u)
		}
	}
}

func TestTelegramDecode_AReplyBringsWhatItAnswers(t *testing.T) {
	reply := func(inner string) *bot.Reply {
		u, _ := read(t, group+`,"text":"18,000원","reply_to_message":{`+inner+`}`)
		if ours := u.Reply != nil && u.Reply.Ours; u.ToUs != ours {
			t.Errorf("addressed to us: %t, though the reply is %+v", u.ToUs, u.Reply)
		}
		return u.Reply
	}
	for inner, want := range map[string]*bot.Reply{
		`"message_id":2,"from":{"id":7},"caption":"@sajangpickbot 새우",` + sizes +
			`,"caption_entities":[{"type":"mention","offset":0,"length":14}]`: {
			Message: "2", Pictures: picture("2", "big", "B", "", 90000, "새우"),
		},
		`"message_id":2,"from":{"id":4242,"is_bot":true},"text":"메뉴와 가격을 알려 주세요"`:            {Message: "2", Ours: true},
		`"message_id":2,"from":{"id":4242,"is_bot":true},"forum_topic_created":{"name":"x"}`: nil,
	} {
		if got := reply(inner); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTelegramDecode_ATopicIsOneOnlyWhenTelegramSaysSo(t *testing.T) {
	for body, want := range map[string]string{
		`"message_thread_id":5,"is_topic_message":true`: "5",
		`"message_thread_id":5`:                         "",
	} {
		if u, _ := read(t, group+`,"text":"x",`+body); u.Topic != want {
			t.Errorf("%s: topic %q", body, u.Topic)
		}
	}
}

func TestTelegramDecode_AnAnonymousAdminIsUnknown(t *testing.T) {
	u, means := read(t, `"sender_chat":{"id":-100,"type":"supergroup"},"chat":{"id":-100,"type":"supergroup"},"from":{"id":1087968824,"is_bot":true},"text":"/status"`)
	if want := (bot.User{ID: "-100", Anonymous: true}); !means || u.User != want {
		t.Errorf("got %+v, %t", u.User, means)
	}
}

func TestTelegramDecode_AnEditIsAnUpdateOfItsOwn(t *testing.T) {
	u, means := update(
		t,
		`"edited_message":{"message_id":3,"edit_date":1700000009,`+dm+`,`+sizes+`,"media_group_id":"77",`+orders+`}`,
	)
	if !means || u.Kind != bot.Edited || u.Key != "telegram:11" || u.Message != "3" || u.At.Unix() != 1700000009 ||
		u.Album != "77" || len(u.Pictures) != 1 {
		t.Errorf("got %+v, %t", u, means)
	}
}

func TestTelegramDecode_ReadsAPressOnAnOldMessageToo(t *testing.T) {
	for _, on := range []string{
		`{"message_id":9,"date":1700000000,"chat":{"id":-100,"type":"supergroup"},"message_thread_id":5,"is_topic_message":true,"from":{"id":4242,"is_bot":true}}`,
		`{"message_id":9,"date":0,"chat":{"id":-100,"type":"supergroup"}}`,
	} {
		u, means := update(
			t, `"callback_query":{"id":"q1","from":{"id":7,"language_code":"en"},"data":"cancel:12","message":`+on+`}`,
		)
		u.Topic = ""
		want := bot.Update{
			Key: "telegram:11", Kind: bot.Pressed, Platform: "telegram", Chat: "-100", Group: true,
			User:    bot.User{ID: "7", Lang: "en"},
			Message: "9", ToUs: true, Action: "cancel:12", Notice: "q1",
		}
		if !means || !reflect.DeepEqual(u, want) {
			t.Errorf("got %+v, %t", u, means)
		}
	}
}

func TestTelegramDecode_ReadsComingAndGoing(t *testing.T) {
	for name, x := range map[string]struct {
		chat, old, new string
		self           Self
		want           bot.Kind // 0: nothing
		sees           bool
	}{
		"unblocked":                {"private", "kicked", "member", us, bot.Joined, true},
		"blocked":                  {"private", "member", "kicked", us, bot.Left, false},
		"added, privacy on":        {"group", "left", "member", us, bot.Joined, false},
		"added, privacy off":       {"group", "left", "member", Self{ID: 4242, SeesAll: true}, bot.Joined, true},
		"added as admin":           {"group", "left", "administrator", us, bot.Joined, true},
		"made admin":               {"group", "member", "administrator", us, bot.Joined, true},
		"made admin, privacy off":  {"group", "member", "administrator", Self{ID: 4242, SeesAll: true}, 0, false},
		"not admin any more":       {"group", "administrator", "member", us, 0, false},
		"removed":                  {"supergroup", "administrator", "left", us, bot.Left, false},
		"restricted and put out":   {"supergroup", "member", "restricted", us, bot.Left, false},
		"added to a channel":       {"channel", "left", "administrator", us, 0, false},
		"standing that nobody had": {"group", "member", "sleeping", us, bot.Left, false},
	} {
		u, means, err := decode(
			[]byte(
				`{"update_id":1,"my_chat_member":{"chat":{"id":-3,"type":"`+x.chat+
					`"},"from":{"id":7},"date":1,"old_chat_member":{"status":"`+x.old+
					`"},"new_chat_member":{"status":"`+x.new+`"}}}`,
			),
			x.self,
		)
		if err != nil || means != (x.want != 0) || u.Kind != x.want || u.SeesAll != x.sees ||
			means && (u.At.Unix() != 1 || u.User.ID != "7" || u.Chat != "-3") {
			t.Errorf("%s: got %+v, %t, %v", name, u, means, err)
		}
	}
}

func TestTelegramDecode_AGroupThatMovesIsRenamed(t *testing.T) {
	u, means := read(t, `"chat":{"id":-7,"type":"group"},"from":{"id":7},"migrate_to_chat_id":-1007`)
	if !means || u.Kind != bot.Renamed || u.Chat != "-7" || u.NewChat != "-1007" {
		t.Errorf("got %+v, %t", u, means)
	}
}

func TestTelegramDecode_AFieldOfAnotherKindSpoilsNoOrder(t *testing.T) {
	u, means := read(t, dm+`,`+sizes+`,`+orders+`,"sticker":"?","reply_to_message":7,"media_group_id":5`)
	if !means || u.Text == "" || len(u.Pictures) != 1 {
		t.Errorf("got %+v, %t", u, means)
	}
}

func TestTelegramDecode_WhatIsNoUpdateIsAnErrorWithoutItsWords(t *testing.T) {
	for body, want := range map[string]string{
		``: "update: no JSON from byte 0 on", `{"x" 새우}`: "update: no JSON from byte 6 on",
		`{"update_id":1,"message":{"text":"새우`: "update: no JSON from byte 40 on", `[]`: "update: of another shape",
		`{"message":{"text":"새우"}}`: "update without an id", `{"update_id":"새우"}`: "update: of another shape",
	} {
		if _, means, err := decode([]byte(body), us); means || err == nil || err.Error() != "telegram: "+want {
			t.Errorf("%s: %t, %v", body, means, err)
		}
	}
}

// TestTelegramDecode_NoneIsUsWhileWeDontKnowOurselves has a token that begins with no id.
func TestTelegramDecode_NoneIsUsWhileWeDontKnowOurselves(t *testing.T) {
	for from, self := range map[string]Self{`{"id":0}`: {}, `{"id":1}`: {ID: 2}} {
		u, means, err := decode([]byte(`{"update_id":1,`+
			msg(group+`,"text":"x","reply_to_message":{"message_id":2,"from":`+
				from+`,`+sizes+`,"caption":"`+strings.Repeat("x", maxWords+1)+`"}`)+`}`), self)
		if err != nil || !means || u.ToUs || u.Reply == nil || u.Reply.Ours ||
			len(u.Reply.Pictures[0].Text) != maxWords {
			t.Errorf("%s: %+v, %v", from, u.Reply, err)
		}
	}
}

func FuzzTelegramDecode_AnUpdateIsBounded(f *testing.F) {
	for _, s := range []string{
		`{"update_id":1,"message":{"message_id":3,` + group + `,` + sizes + `,` + orders +
			`,"caption_entities":[{"type":"mention","offset":1,"length":99}]}}`,
		`{"update_id":1,"edited_message":{"message_id":3,` + dm + `,"text":"a\u0000b"}}`,
		`{"update_id":1,"callback_query":{"id":"q","from":{"id":1},"data":"x","message":{"message_id":1,"chat":{"id":1,"type":"private"}}}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":1,"type":"group"},"old_chat_member":{"status":"left"},"new_chat_member":{"status":"member"}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		u, means, err := decode(b, us)
		if err != nil || !means {
			return
		}
		if u.Chat == "" || u.Kind == 0 || len(u.Text) > maxWords || len(u.Action) > maxData || len(u.Notice) > maxID ||
			len(u.Album) > maxID {
			t.Errorf("%+v", u)
		}
		for _, p := range u.Pictures {
			if p.Photo.Ref == "" || len(p.Photo.Ref) > maxID || len(p.Photo.Name) > maxName || p.Photo.Bytes < 0 {
				t.Errorf("%+v", p)
			}
		}
		all, err := json.Marshal(u)
		if err != nil || !utf8.Valid(all) || strings.Contains(string(all), `\u0000`) {
			t.Errorf("%s, %v", all, err)
		}
	})
}

func TestTelegramDecode_APictureInAnotherChatIsAnswered(t *testing.T) {
	const text = dm + `,"text":"새우 파스타 18,000원",`
	for name, c := range map[string]struct{ external, ref string }{
		"photo":      {sizes, "big"},
		"live photo": {`"live_photo":{"file_id":"film","file_unique_id":"F",` + sizes + `}`, "big"},
		"file":       {`"document":{"file_id":"D","file_unique_id":"U","mime_type":"image/heic"}`, "D"},
		"film":       {`"video":{"file_id":"V"}`, ""},
	} {
		u, means := read(
			t,
			text+`"external_reply":{"origin":{"type":"channel"},"chat":{"id":-200,"type":"channel"},"message_id":77,`+
				c.external+`}`,
		)
		got := ""
		if u.Reply != nil && len(u.Reply.Pictures) == 1 {
			got = u.Reply.Pictures[0].Photo.Ref
		}
		if !means || got != c.ref ||
			u.Reply != nil && (u.Reply.Message != "" || u.Reply.Ours || u.Reply.Pictures[0].Message != "") {
			t.Errorf("%s: %+v", name, u.Reply)
		}
	}
}
