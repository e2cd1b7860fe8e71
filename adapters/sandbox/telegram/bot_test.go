package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const limit = 10 * time.Second

// bot is a small client of its own: it knows nothing of the stand-in's types.
type bot struct {
	t    *testing.T
	tg   *Server
	base string
}

func play(t *testing.T, o Options) (*Server, bot) {
	tg := New(o)
	web := httptest.NewServer(tg.Handler())
	t.Cleanup(func() {
		tg.Close()
		web.Close()
	})
	return tg, bot{t, tg, web.URL}
}

type reply struct {
	OK          bool
	Code        int `json:"error_code"`
	Description string
	Result      json.RawMessage
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
}

// call sends JSON.
func (b bot) call(method string, args map[string]any) reply {
	b.t.Helper()
	body, _ := json.Marshal(args)
	resp, err := http.Post(b.base+"/bot"+b.tg.Token()+"/"+method, "application/json", bytes.NewReader(body))
	return b.read(resp, err)
}

// form sends multipart; []byte are files.
func (b bot) form(method string, args map[string]any) reply {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range args {
		if data, ok := v.([]byte); ok {
			w, _ := m.CreateFormFile(k, k+".bin")
			w.Write(data)
			continue
		}
		m.WriteField(k, fmt.Sprint(v))
	}
	m.Close()
	resp, err := http.Post(b.base+"/bot"+b.tg.Token()+"/"+method, m.FormDataContentType(), &body)
	return b.read(resp, err)
}

func (b bot) read(resp *http.Response, err error) (r reply) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		b.t.Fatal(err)
	}
	return r
}

// message is what sends and edits return.
func (r reply) message(t *testing.T) (m struct {
	ID       int             `json:"message_id"`
	Thread   int             `json:"message_thread_id"`
	Reply    json.RawMessage `json:"reply_to_message"`
	Text     string
	Entities []Entity
	Video    struct {
		ID        string `json:"file_id"`
		W         int    `json:"width"`
		H         int    `json:"height"`
		Duration  int
		Thumbnail *struct{ Width, Height int }
	}
}) {
	t.Helper()
	if !r.OK {
		t.Fatalf("refused: %d %s", r.Code, r.Description)
	}
	if err := json.Unmarshal(r.Result, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func (r reply) refused(t *testing.T, code int, why string) {
	t.Helper()
	if r.OK || r.Code != code || !strings.Contains(r.Description, why) {
		t.Errorf("got %d %q, want %d %q", r.Code, r.Description, code, why)
	}
}

type update struct {
	ID      int `json:"update_id"`
	Message *struct {
		ID      int `json:"message_id"`
		Text    string
		Caption string
		Photo   []struct {
			ID     string `json:"file_id"`
			Unique string `json:"file_unique_id"`
			Width  int
			Height int
		}
		Reply *struct {
			ID int `json:"message_id"`
		} `json:"reply_to_message"`
		MigrateTo   int64  `json:"migrate_to_chat_id"`
		MigrateFrom int64  `json:"migrate_from_chat_id"`
		Album       string `json:"media_group_id"`
	}
	Edited *struct {
		Text string
	} `json:"edited_message"`
	Post *struct {
		Text string
		From *struct{}
	} `json:"channel_post"`
	Press *struct {
		ID      string
		Data    string
		Message struct{ Date int }
	} `json:"callback_query"`
	Mine *struct {
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

func (b bot) updates(args map[string]any) (all []update) {
	b.t.Helper()
	r := b.call("getUpdates", args)
	if !r.OK {
		b.t.Fatalf("getUpdates: %d %s", r.Code, r.Description)
	}
	if err := json.Unmarshal(r.Result, &all); err != nil {
		b.t.Fatal(err)
	}
	return all
}

// fresh is all that waits, confirmed.
func (b bot) fresh() []update {
	b.t.Helper()
	all := b.updates(nil)
	if n := len(all); n > 0 {
		b.updates(map[string]any{"offset": all[n-1].ID + 1, "limit": 1})
	}
	return all
}

func picture(w, h int) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h)), nil)
	return b.Bytes()
}
