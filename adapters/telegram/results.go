package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"github.com/sajangpick/sajangpick/internal/httpx"
)

// lenient is a RecordingTransport that leaves of an answer what is used here. The library decodes all of it, and one
// field of another kind than it knows would make an error of what was done, which would then be done again.
type lenient struct {
	*httpx.RecordingTransport
	log *slog.Logger
}

// sent is what is used of a message.
type sent struct {
	ID    int64      `json:"message_id"`
	Video *sentFile  `json:"video,omitempty"`
	Photo []sentFile `json:"photo,omitempty"`
}

type sentFile struct {
	ID     string `json:"file_id"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
}

// Do is the library's way out.
func (l lenient) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	res, err := l.RecordingTransport.Do(req)
	if err != nil || strings.HasPrefix(method, "get") { // these may be asked again
		return res, err
	}
	body, err := io.ReadAll(res.Body) // which is in memory
	if err != nil {
		return nil, &httpx.NoResponseError{Sent: true, Err: err}
	}
	result, err := used(method, body)
	if err != nil {
		l.log.Warn("done, but the answer can't be read", "platform", Platform, "method", method, "err", shape(err))
	}
	res.Body = io.NopCloser(bytes.NewReader(result))
	return res, nil
}

// used is an answer that says yes with what is used of its result. An error says that not all could be read.
func used(method string, body []byte) ([]byte, error) {
	saysMessage := strings.HasPrefix(method, "send") && method != "sendChatAction" || strings.HasPrefix(method, "edit")
	if !saysMessage {
		return []byte(`{"ok":true,"result":true}`), nil
	}
	var answer struct {
		OK     bool `json:"ok"`
		Result sent `json:"result"`
	}
	err := json.Unmarshal(body, &answer)
	if m := &answer.Result; m.ID < 0 || m.ID > 1<<53 {
		m.ID = 0
	}
	answer.OK = true
	result, marshal := json.Marshal(answer)
	return result, errors.Join(err, marshal)
}

// isDone reports whether an answer says yes, even if the rest of it can't be read.
func isDone(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false
		}
		if key == "ok" {
			yes, err := d.Token()
			return err == nil && yes == true
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}
