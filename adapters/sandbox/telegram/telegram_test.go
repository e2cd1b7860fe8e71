package telegram

import (
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

func TestSandboxTelegram_APhotoGoesInAndAVideoComesOut(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	dish := chat.SendPhoto(picture(1500, 2000), "새우 파스타 18,000원")

	in := b.updates(nil)[0].Message
	if in.ID != dish.ID || in.Caption != "새우 파스타 18,000원" || len(in.Photo) != 4 {
		t.Fatalf("got %+v", in)
	}
	if p := in.Photo[3]; p.Width != 960 || p.Height != 1280 {
		t.Errorf("largest is %dx%d", p.Width, p.Height)
	}
	var link struct {
		Path string `json:"file_path"`
	}
	if r := b.call("getfile", map[string]any{"file_id": in.Photo[3].ID}); json.Unmarshal(r.Result, &link) != nil {
		t.Fatal(r)
	}
	resp, err := http.Get(b.base + "/file/bot" + tg.Token() + "/" + link.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if c, _, err := image.DecodeConfig(resp.Body); err != nil || c.Height != 1280 {
		t.Errorf("downloaded %+v, %v", c, err)
	}

	line := b.call("sendMessage", map[string]any{"chat_id": chat.ID(), "text": "접수했어요", "reply_markup": map[string]any{
		"inline_keyboard": [][]any{{map[string]any{"text": "취소", "callback_data": "cancel:1"}}},
	}}).message(t)
	b.form("editMessageText", map[string]any{
		"chat_id": chat.ID(), "message_id": line.ID, "text": "만드는 중이에요",
	}).message(t)
	sent := b.form("sendVideo", map[string]any{
		"chat_id": chat.ID(), "video": []byte("film"), "width": 1080, "height": 1920, "duration": 12,
		"thumbnail": picture(180, 320), "caption": "다 됐어요", "supports_streaming": true,
		"reply_parameters": fmt.Sprintf(`{"message_id":%d}`, dish.ID),
	}).message(t)
	again := b.call("sendVideo", map[string]any{"chat_id": chat.ID(), "video": sent.Video.ID}).message(t)
	if again.Video.Duration != 12 || again.Video.Thumbnail == nil {
		t.Errorf("again: %+v", again.Video)
	}

	all, err := chat.Wait(limit, func(all []Message) bool { return len(all) == 4 })
	if err != nil {
		t.Fatal(err)
	}
	if m := all[1]; m.Text != "만드는 중이에요" || m.Edits != 1 || m.Buttons != nil {
		t.Errorf("line: %+v", m)
	}
	v := all[2]
	if v.ReplyTo != dish.ID || v.File.W != 1080 || v.File.H != 1920 || v.File.Thumb.H != 320 || !v.File.Streaming {
		t.Errorf("video: %+v %+v", v, v.File)
	}
	if string(tg.Bytes(v.File.ID)) != "film" {
		t.Error("the film is another one")
	}
}

func TestSandboxTelegram_APressIsAnswered(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("/start")
	m := b.call("sendMessage", map[string]any{"chat_id": chat.ID(), "text": "?", "reply_markup": map[string]any{
		"inline_keyboard": [][]any{{map[string]any{"text": "네", "callback_data": "yes"}}},
	}}).message(t)
	b.fresh()

	tap, err := chat.Tap(m.ID, "네")
	if err != nil {
		t.Fatal(err)
	}
	press := b.fresh()[0].Press
	if press.Data != "yes" || press.Message.Date == 0 {
		t.Fatalf("got %+v", press)
	}
	answer := map[string]any{"callback_query_id": press.ID, "text": "했어요", "show_alert": true}
	if r := b.call("answerCallbackQuery", answer); !r.OK {
		t.Fatal(r)
	}
	if a, err := tap.Answer(limit); err != nil || a != (Answer{"했어요", true}) {
		t.Errorf("got %+v, %v", a, err)
	}
	b.call("answerCallbackQuery", answer).refused(t, 400, "query is too old")
	if _, err := chat.Press(m.ID, "아니요"); err == nil {
		t.Error("a button that isn't there was pressed")
	}

	chat.Tap(m.ID, "yes")
	tg.Pass(patience + time.Second)
	if all := b.fresh(); len(all) > 0 {
		t.Errorf("an old press arrived: %+v", all)
	}
	tg.Pass(inaccessible)
	chat.Tap(m.ID, "yes")
	if p := b.fresh()[0].Press; p.Message.Date != 0 {
		t.Error("a press of months ago shows its message")
	}
}

func TestSandboxTelegram_TheBodyMayComeInAnyForm(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("안녕하세요")
	url := b.base + "/bot" + tg.Token() + "/"
	form := fmt.Sprintf("chat_id=%d&text=a", chat.ID())
	for _, r := range []reply{
		b.read(http.Get(url + "sendMESSAGE?" + form)),
		b.read(http.Post(url+"sendMessage", "application/x-www-form-urlencoded", strings.NewReader(form))),
		b.read(http.Post(url+"getMe", "", http.NoBody)),
		b.call("getMe", nil),
	} {
		if !r.OK {
			t.Errorf("%+v", r)
		}
	}
	b.read(http.Get(url+"sendPigeon")).refused(t, 404, "Not Found")
	b.read(http.Get(b.base+"/bot1:x/getMe")).refused(t, 401, "Unauthorized")
	b.read(http.Get(b.base+"/botx/getMe")).refused(t, 404, "Not Found")
}

func TestSandboxTelegram_RefusesWhatTelegramWouldRefuse(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	theirs := chat.SendText("안녕하세요")
	mine := b.call("sendMessage", map[string]any{"chat_id": chat.ID(), "text": "그대로"}).message(t)
	question := b.call("sendMessage", map[string]any{
		"chat_id": chat.ID(), "text": "얼마예요?", "reply_markup": map[string]any{"force_reply": true},
	}).message(t)
	button := func(b map[string]any) map[string]any {
		return map[string]any{"text": "x", "reply_markup": map[string]any{"inline_keyboard": [][]any{{b}}}}
	}
	film := []byte("film")
	for _, c := range []struct {
		method string
		args   map[string]any
		code   int
		why    string
	}{
		{"sendMessage", map[string]any{"text": " \n "}, 400, "message text is empty"},
		{"sendMessage", map[string]any{"text": strings.Repeat("😀", 2049)}, 400, "message is too long"},
		{"sendMessage", map[string]any{"text": "x", "chat_id": 5}, 400, "chat not found"},
		{
			"sendMessage", map[string]any{"text": "<b>파스타</b>", "parse_mode": "HTML"}, 400,
			"takes neither parse_mode nor entities",
		},
		{"sendMessage", map[string]any{"text": "x", "message_thread_id": 7}, 400, "message thread not found"},
		{
			"sendMessage", map[string]any{"text": "x", "reply_parameters": map[string]any{"message_id": 99}}, 400,
			"message to be replied not found",
		},
		{
			"sendMessage", button(map[string]any{"text": "x", "callback_data": strings.Repeat("가", 22)}), 400,
			"BUTTON_DATA_INVALID",
		},
		{"sendMessage", button(map[string]any{"text": "x"}), 400, "Text buttons are unallowed"},
		{"sendMessage", button(map[string]any{"text": "x", "url": "nowhere"}), 400, "Wrong HTTP URL"},
		{
			"sendMessage", button(map[string]any{"text": "x", "callback_data": "y", "style": "red"}), 400,
			"style is unknown",
		},
		{
			"sendMessage",
			button(map[string]any{"text": "x", "copy_text": map[string]any{"text": strings.Repeat("x", 257)}}), 400,
			"COPY_TEXT",
		},
		{"editMessageText", map[string]any{"message_id": mine.ID, "text": "그대로"}, 400, "message is not modified"},
		{"editMessageText", map[string]any{"message_id": question.ID, "text": "x"}, 400, "message can't be edited"},
		{
			"editMessageText",
			map[string]any{"message_id": mine.ID, "text": "x", "reply_markup": `{"force_reply":true}`}, 400,
			"inline keyboard expected",
		},
		{"editMessageText", map[string]any{"message_id": theirs.ID, "text": "x"}, 400, "message can't be edited"},
		{"editMessageText", map[string]any{"message_id": 99, "text": "x"}, 400, "message to edit not found"},
		{"sendChatAction", map[string]any{"action": "cook"}, 400, "wrong parameter action"},
		{"getFile", map[string]any{"file_id": "nope"}, 400, "wrong file_id"},
		{
			"setMyCommands", map[string]any{"commands": `[{"command":"도움","description":"x"}]`}, 400,
			"BOT_COMMAND_INVALID",
		},
		{"setWebhook", map[string]any{"url": "ftp://x"}, 400, "HTTPS URL must be provided"},
		{"sendVideo", map[string]any{"video": film, "caption": strings.Repeat("가", 1025)}, 400, "caption is too long"},
		{"sendVideo", map[string]any{"video": film, "thumbnail": picture(321, 10)}, 400, "PHOTO_INVALID_DIMENSIONS"},
		{"sendVideo", map[string]any{"video": film, "thumbnail": make([]byte, 201<<10)}, 400, "file is too big"},
		{"sendVideo", map[string]any{"video": []byte{}}, 400, "file must be non-empty"},
		{"sendVideo", map[string]any{"video": make([]byte, uploadMax+fieldMax+1)}, 413, "Request Entity Too Large"},
	} {
		if c.args["chat_id"] == nil {
			c.args["chat_id"] = chat.ID()
		}
		send := b.call
		if c.args["video"] != nil {
			send = b.form
		}
		t.Run(c.method+" "+c.why, func(t *testing.T) { send(c.method, c.args).refused(t, c.code, c.why) })
	}
}

func TestSandboxTelegram_EntitiesAreCountedInUTF16(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("안녕하세요")
	m := b.call("sendMessage", map[string]any{
		"chat_id": chat.ID(), "text": "\n😀 @sajang https://a.example/?x&y /help",
	}).message(t)
	want := []Entity{
		{Type: "mention", Offset: 3, Length: 7},
		{Type: "url", Offset: 11, Length: 22},
		{Type: "bot_command", Offset: 34, Length: 5},
	}
	if m.Text != "😀 @sajang https://a.example/?x&y /help" || !slices.Equal(m.Entities, want) {
		t.Errorf("got %q %+v", m.Text, m.Entities)
	}
}

func TestSandboxTelegram_ALargeVideoWithoutItsSizeIsASquare(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	chat.SendText("안녕하세요")
	large := b.form("sendVideo", map[string]any{"chat_id": chat.ID(), "video": make([]byte, unread+1)}).message(t).Video
	if large.W != 320 || large.H != 320 || large.Duration != 0 {
		t.Errorf("got %+v", large)
	}
	small := b.form("sendVideo", map[string]any{"chat_id": chat.ID(), "video": film(1080, 1920, 9)}).message(t).Video
	if small.W != 1080 || small.H != 1920 || small.Duration != 9 {
		t.Errorf("got %+v", small)
	}
}

// film is the head of an MP4: as much as Telegram needs to know its size.
func film(w, h uint16, seconds byte) []byte {
	box := func(kind string, body []byte) []byte {
		n := len(body) + 8
		return append([]byte{0, 0, byte(n >> 8), byte(n), kind[0], kind[1], kind[2], kind[3]}, body...)
	}
	mvhd := make([]byte, 100)
	mvhd[15], mvhd[19] = 1, seconds
	tkhd := make([]byte, 84)
	tkhd[76], tkhd[77] = byte(w>>8), byte(w)
	tkhd[80], tkhd[81] = byte(h>>8), byte(h)
	return append(
		box("ftyp", []byte("isom\x00\x00\x02\x00")),
		box("moov", append(box("mvhd", mvhd), box("trak", box("tkhd", tkhd))...))...,
	)
}

func TestSandboxTelegram_ALinkToAFileExpires(t *testing.T) {
	tg, b := play(t, Options{})
	chat := tg.Person("김사장", "ko").Private()
	doc := chat.SendDocument("IMG.HEIC", "image/heic", []byte("heic"), "")
	huge := chat.SendDocument("huge.png", "image/png", make([]byte, downloadMax+1), "")
	b.call("getFile", map[string]any{"file_id": huge.File.ID}).refused(t, 400, "file is too big")
	var link struct {
		Path string `json:"file_path"`
	}
	json.Unmarshal(b.call("getFile", map[string]any{"file_id": doc.File.ID}).Result, &link)
	get := func() (int, string) {
		resp, err := http.Get(b.base + "/file/bot" + tg.Token() + "/" + link.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return 0, string(body)
		}
		return resp.StatusCode, string(body)
	}
	if code, body := get(); code != 200 || body != "heic" {
		t.Errorf("got %d %q", code, body)
	}
	tg.Fault(standin.Fault{On: Downloads, Cut: standin.CutHalf})
	if code, body := get(); code != 0 || body != "he" {
		t.Errorf("broken: got %d %q", code, body)
	}
	tg.Pass(time.Hour)
	if code, _ := get(); code != 404 {
		t.Errorf("after an hour: %d", code)
	}
}
