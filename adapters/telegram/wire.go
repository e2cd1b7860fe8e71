package telegram

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// maxAnswer is what an answer may weigh: a hundred updates of the largest kind fit in.
const maxAnswer = 8 << 20

// newWire is what our library speaks through. Its errors are *refusal and *httpx.NoResponseError.
func newWire(via *http.Client) *httpx.RecordingTransport {
	return &httpx.RecordingTransport{Via: via, Most: maxAnswer, Read: readAnswer}
}

// refusal is an answer that says no.
type refusal struct {
	code  int
	text  string
	after time.Duration // 0: it doesn't say
	moved int64         // the chat's new id; 0: it has none
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.code, r.text) }

// readAnswer tells a success from everything else.
func readAnswer(res *http.Response, body []byte) error {
	var a struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int64 `json:"retry_after"`
			Migrate    int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	err := json.Unmarshal(body, &a)
	switch {
	case isDone(body):
		return nil
	case err != nil && res.StatusCode/100 == 2:
		return &httpx.NoResponseError{Sent: true, Err: fmt.Errorf("HTTP %d that isn't an answer", res.StatusCode)}
	case err != nil, a.Code == 0: // of something in front of the API
		a.Code, a.Description = res.StatusCode, "without an explanation"
	}
	r := &refusal{code: a.Code, text: a.Description, moved: a.Parameters.Migrate}
	r.after = seconds(a.Parameters.RetryAfter)
	if n, err := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 64); err == nil && r.after == 0 {
		r.after = seconds(n)
	}
	return r
}

// seconds is how long Telegram sends us away for; at most an hour is believed.
func seconds(n int64) time.Duration { return time.Duration(min(max(n, 0), 3600)) * time.Second }

// conn is the way to Telegram's API that all parts of a Client share. Its errors are Faults.
type conn struct {
	api    *tg.Bot
	base   string // of the API's addresses
	token  string
	masked []string // appears in no error and no log
	pace   *pace.Pace
	log    *slog.Logger
}

func (c *conn) library(via *http.Client) (*tg.Bot, error) {
	b, err := tg.New(c.token, tg.WithServerURL(c.base), tg.WithSkipGetMe(),
		tg.WithHTTPClient(callLimit, lenient{newWire(via), c.log}),
		tg.WithErrorsHandler(func(err error) {
			c.log.Warn("Telegram client error", "platform", Platform, "err", c.withoutSecrets(err.Error()))
		}))
	if err != nil {
		return nil, fmt.Errorf("telegram: %s", c.withoutSecrets(err.Error()))
	}
	return b, nil
}
