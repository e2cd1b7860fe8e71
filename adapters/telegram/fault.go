package telegram

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Whether a request may be sent twice without a person noticing.
const (
	once       = false
	repeatable = true
)

// limitPause is how long a chat is left alone after a 429 that doesn't say.
const limitPause = 5 * time.Second

// fault makes a Fault of what a call to the API came back with, and nothing of nil. chat is left alone
// when it is over its limit.
func (c *conn) fault(chat, method string, again bool, err error) error {
	if err == nil {
		return nil
	}
	f := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	f.Err = fmt.Errorf("telegram: %s: %w", method, c.told(err))
	var no *refusal
	var lost *httpx.NoResponseError
	switch {
	case errors.As(err, &no):
		c.refused(f, chat, again, no)
	case errors.As(err, &lost):
		if lost.Sent && !again {
			f.Kind = pipeline.Indeterminate
		}
	}
	return f
}

// refused classifies an answer that says no.
func (c *conn) refused(f *pipeline.Fault, chat string, again bool, no *refusal) {
	cantDeliver := func() { f.Kind, f.Reason = pipeline.Rejected, pipeline.ReasonCantDeliver }
	switch {
	case no.moved != 0:
		f.Err = fmt.Errorf("%w: %w", f.Err, &bot.RenamedChat{To: strconv.FormatInt(no.moved, 10)})
	case no.code == http.StatusTooManyRequests:
		f.RateLimited, f.RetryAfter = true, cmp.Or(no.after, limitPause)
		c.pace.Hold(chat, f.RetryAfter)
	case no.code == http.StatusBadRequest && no.says(noFiles...):
		cantDeliver()
		f.Err = fmt.Errorf("%w: %w", f.Err, bot.ErrNoVideo)
	case no.code == http.StatusForbidden, no.code == http.StatusRequestEntityTooLarge,
		no.code == http.StatusBadRequest && no.says(unreachable...):
		cantDeliver()
	case no.code == http.StatusGatewayTimeout && !again:
		f.Kind = pipeline.Indeterminate
	case no.code >= 500, no.code == http.StatusRequestTimeout, no.code == http.StatusConflict:
		f.RetryAfter = no.after
	case no.code == http.StatusBadRequest:
		f.Kind, f.Reason = pipeline.Misconfigured, pipeline.ReasonTrouble
	default: // 401 and 404 are the token, 3xx is the address
		f.Kind, f.Reason = pipeline.Misconfigured, pipeline.ReasonSetup
	}
}

// What Telegram says in a 400 about a chat or a file that no other try will change.
var unreachable = []string{
	"chat not found", "user not found", "peer_id_invalid", "chat_write_forbidden", "not enough rights",
	"have no rights", "need administrator rights", "group chat was deactivated", "too large", "too big",
	"user_is_blocked", "input_user_deactivated", "chat_restricted", "chat_send_", "is restricted",
}

// What it says in a 400 of a group whose members may write, but not send such files.
var noFiles = []string{
	"rights to send photos", "rights to send videos", "chat_send_photos", "chat_send_videos", "chat_send_media",
}

// says reports whether a refusal has one of the given words, which are in lower case.
func (r *refusal) says(words ...string) bool {
	text := strings.ToLower(r.text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// refuses reports whether err is a refusal with one of the given words.
func refuses(err error, words ...string) bool {
	var no *refusal
	return errors.As(err, &no) && no.code == http.StatusBadRequest && no.says(words...)
}

// told is err for operators: without the library's words around it, and clean.
func (c *conn) told(err error) error {
	var no *refusal
	var lost *httpx.NoResponseError
	switch {
	case errors.As(err, &no):
		return &refusal{code: no.code, text: c.withoutSecrets(no.text), after: no.after, moved: no.moved}
	case errors.As(err, &lost):
		return &httpx.NoResponseError{Sent: lost.Sent, Err: errors.New(c.withoutSecrets(lost.Err.Error()))}
	}
	return errors.New(c.withoutSecrets(err.Error()))
}

// tokens are bot tokens in the form that they have in addresses, ours or not.
var tokens = regexp.MustCompile(`bot[0-9]+(:|%3[Aa])[A-Za-z0-9_-]{8,}`)

// withoutSecrets makes words fit for errors and logs: one line without the token and the webhook's secret.
func (c *conn) withoutSecrets(text string) string {
	for _, s := range c.masked {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return httpx.OneLine(tokens.ReplaceAllString(text, "bot***"))
}
