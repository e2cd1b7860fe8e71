package slack

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
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

// limitPause is how long a channel is left alone after a 429 that doesn't say.
const limitPause = 5 * time.Second

// What Slack says of a channel that can't be posted to any more, at all or by us.
var unreachable = []string{
	"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "restricted_action",
	"restricted_action_read_only_channel", "restricted_action_thread_only_channel",
	"restricted_action_non_threadable_channel", "restricted_action_thread_locked", "posting_to_general_channel_denied",
	"posting_to_channel_denied", "user_not_in_channel", "user_not_found", "user_disabled", "user_not_visible",
	"cannot_dm_bot", "messages_tab_disabled", "as_user_not_supported", "access_denied",
}

// What Slack says of a token.
var locked = []string{
	"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope",
	"no_permission", "not_allowed_token_type", "org_login_required", "ekm_access_denied", "team_access_not_granted",
	"app_missing_action_url",
}

// What Slack says of a workspace that takes no such files.
var noVideos = []string{
	"file_uploads_disabled", "file_uploads_except_images_disabled", "file_type_not_allowed",
	"file_upload_size_restricted", "file_upload_size_exceeded", "storage_limit_reached", "over_file_size_limit",
	"slack_connect_file_upload_sharing_blocked", "slack_connect_blocked_file_type",
}

var (
	gone     = []string{"message_not_found", "cant_update_message", "edit_window_closed"}
	limited  = []string{"ratelimited", "rate_limited", "message_limit_exceeded"}
	unsure   = []string{"internal_error", "fatal_error"} // some of it may have been done, says Slack
	restless = []string{
		"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited", "posting_failed",
		"update_failed",
	}
)

// fault makes a Fault of what a call to the API came back with, and nothing of nil. chat is left alone
// when it is over its limit.
func (c *conn) fault(chat, method string, again bool, err error) error {
	if err == nil {
		return nil
	}
	var f *pipeline.Fault
	if errors.As(err, &f) {
		return err
	}
	f = &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	f.Err = fmt.Errorf("slack: %s: %w", method, c.told(err))
	var no *refusal
	var lost *httpx.NoResponseError
	switch {
	case errors.As(err, &no):
		c.refused(f, chat, again, no)
	case errors.As(err, &lost) && !lost.Sent:
	case !again: // it was done, or the answer can't be read
		f.Kind = pipeline.Indeterminate
	}
	return f
}

// refused classifies an answer that says no.
func (c *conn) refused(f *pipeline.Fault, chat string, again bool, no *refusal) {
	switch {
	case no.status == http.StatusTooManyRequests, no.is(limited...):
		f.RateLimited, f.RetryAfter = true, cmp.Or(no.after, limitPause)
		c.pace.Hold(chat, f.RetryAfter)
	case no.is(unreachable...), no.status == http.StatusRequestEntityTooLarge:
		f.Kind, f.Reason = pipeline.Rejected, pipeline.ReasonCantDeliver
	case no.is(noVideos...):
		f.Kind, f.Reason = pipeline.Rejected, pipeline.ReasonCantDeliver
		f.Err = fmt.Errorf("%w: %w", f.Err, bot.ErrNoVideo)
	case no.is(locked...):
		f.Kind, f.Reason = pipeline.Misconfigured, pipeline.ReasonSetup
	case (no.status == http.StatusGatewayTimeout || no.is(unsure...)) && !again:
		f.Kind = pipeline.Indeterminate
	case no.status >= 500, no.status == http.StatusRequestTimeout, no.is(unsure...), no.is(restless...):
		f.RetryAfter = no.after
	case no.status == http.StatusOK:
		f.Kind, f.Reason = pipeline.Misconfigured, pipeline.ReasonTrouble
	default: // the address
		f.Kind, f.Reason = pipeline.Misconfigured, pipeline.ReasonSetup
	}
}

func (r *refusal) is(codes ...string) bool {
	return r.status == http.StatusOK && slices.Contains(codes, r.code)
}

// refuses reports whether err is a refusal with one of the given codes.
func refuses(err error, codes ...string) bool {
	var no *refusal
	return errors.As(err, &no) && no.is(codes...)
}

// told is err for operators: without the library's words around it, and clean.
func (c *conn) told(err error) error {
	var no *refusal
	var lost *httpx.NoResponseError
	switch {
	case errors.As(err, &no):
		return &refusal{
			status: no.status, code: c.withoutSecrets(no.code), why: c.withoutSecrets(no.why), after: no.after,
		}
	case errors.As(err, &lost):
		return &httpx.NoResponseError{Sent: lost.Sent, Err: errors.New(c.withoutSecrets(lost.Err.Error()))}
	}
	return errors.New(c.withoutSecrets(err.Error()))
}

// secrets are tokens, ours or not, and addresses, which may hold a ticket.
var secrets = regexp.MustCompile(`\b(xox[a-zA-Z]|xapp)[-.][A-Za-z0-9._-]+|\b(https?|wss?)://[^\s"'<>]+`)

// withoutSecrets makes words fit for errors and logs: one line without a secret.
func (c *conn) withoutSecrets(text string) string {
	for _, s := range c.masked {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return httpx.OneLine(secrets.ReplaceAllString(text, "***"))
}
