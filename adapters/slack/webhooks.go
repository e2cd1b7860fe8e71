package slack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	sdk "github.com/slack-go/slack"
)

// maxBody is what one request of Slack's may weigh.
const maxBody = 1 << 20

// Handle takes an update in: nil means that all it leads to is kept, and Slack may forget it.
type Handle func(context.Context, bot.Update) error

// Events is for POST /webhooks/slack/events. A request that was tried before is looked at like any other:
// the first may never have arrived.
func (c *Client) Events(handle Handle) http.Handler {
	return c.signed(func(ctx context.Context, raw []byte) (string, error) { return c.event(ctx, raw, handle) })
}

// Commands is for POST /webhooks/slack/commands.
func (c *Client) Commands(handle Handle) http.Handler {
	return c.signed(func(ctx context.Context, raw []byte) (string, error) {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return "", errUnreadable
		}
		return "", c.command(ctx, command{
			Text: form.Get("text"), Team: form.Get("team_id"), Channel: form.Get("channel_id"),
			User: form.Get("user_id"),
			Name: form.Get("user_name"), Trigger: form.Get("trigger_id"),
		}, handle)
	})
}

// Interactions is for POST /webhooks/slack/interactions.
func (c *Client) Interactions(handle Handle) http.Handler {
	return c.signed(func(ctx context.Context, raw []byte) (string, error) {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return "", errUnreadable
		}
		return "", c.interaction(ctx, []byte(form.Get("payload")), handle)
	})
}

// errUnreadable is what nothing can be made of, however often it comes.
var errUnreadable = errors.New("slack: the request can't be read")

// signed lets signed requests in, and answers once what they bring is kept. Its answers are empty, since
// Slack would show what a body says.
func (c *Client) signed(take func(ctx context.Context, raw []byte) (answer string, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			httpx.Refuse(w, http.StatusMethodNotAllowed)
			return
		}
		// This checks shape and time, and refuses all while there is no secret.
		signed, err := sdk.NewSecretsVerifier(r.Header, c.opts.SigningSecret)
		if err != nil {
			c.unsigned(w, err)
			return
		}
		raw, release, no := c.bodies.Read(w, r)
		if no != 0 {
			httpx.Refuse(w, no)
			return
		}
		defer release()
		if _, err = signed.Write(raw); err == nil {
			err = signed.Ensure()
		}
		if err != nil {
			c.unsigned(w, err)
			return
		}
		answer, err := take(r.Context(), raw)
		switch {
		case errors.Is(err, errUnreadable):
			c.opts.Log.Error("update can't be read", "platform", Platform, "err", err)
		case err != nil:
			c.opts.Log.Warn("update not handled", "platform", Platform, "err", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if answer != "" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, answer)
		}
	})
}

// unsigned turns a request away that isn't Slack's, or is old.
func (c *Client) unsigned(w http.ResponseWriter, err error) {
	c.opts.Log.Warn(
		"request without a valid Slack signature", "platform", Platform, "err", c.withoutSecrets(err.Error()),
	)
	httpx.Refuse(w, http.StatusUnauthorized)
}

// event takes in what the Events API sends, over HTTP or the socket.
func (c *Client) event(ctx context.Context, raw []byte, handle Handle) (answer string, err error) {
	var e envelope
	if err := parse(raw, &e); err != nil {
		return "", errors.Join(errUnreadable, err)
	}
	switch e.Type {
	case "url_verification":
		return httpx.Storable(e.Challenge, maxName), nil
	case "app_rate_limited":
		c.opts.Log.Warn("Slack sends no more events for now: too many came", "platform", Platform, "workspace", e.Team)
		return "", nil
	case "event_callback":
	default:
		c.once("envelope " + e.Type)
		return "", nil
	}
	team := e.team()
	switch {
	case e.Event.Type == "app_uninstalled", e.Event.Type == "tokens_revoked" && len(e.Event.Tokens.Bot) > 0:
		return "", c.leave(ctx, team)
	case !knows(e.Event.Type):
		c.once("event " + e.Event.Type)
		return "", nil
	}
	self := ours(e.self())
	if self == "" {
		if self = ours(c.known(team)); self == "" {
			go c.learn(team)
		}
	}
	u, means := updateOf(&e, self)
	if !means {
		return "", nil
	}
	return "", c.take(ctx, team, u, handle)
}

// knows reports whether we read events of a type.
func knows(kind string) bool {
	switch kind {
	case "message", "app_mention", "app_home_opened", "member_joined_channel", "member_left_channel", "channel_left",
		"group_left",
		"channel_id_changed", "tokens_revoked":
		return true
	}
	return false
}

// once logs an unknown kind of thing, the first time.
func (c *Client) once(kind string) {
	if _, seen := c.odd.LoadOrStore(httpx.Storable(kind, 64), true); !seen {
		c.opts.Log.Warn(
			"Slack sends what is unknown here", "platform", Platform,
			"kind", c.withoutSecrets(httpx.Storable(kind, 64)),
		)
	}
}

// What Slack says of the token of an app that was removed.
var removed = []string{"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}

// leave is for a workspace that has thrown us out, if Slack doesn't take our token any more. The word of it
// may come minutes late, and then the app may be installed again.
func (c *Client) leave(ctx context.Context, team string) error {
	asked := time.Now()
	token, err := c.opts.Tokens(ctx, team)
	if err != nil {
		return err
	}
	if token != "" {
		_, err := c.library(token).AuthTestContext(ctx)
		switch {
		case err == nil:
			c.opts.Log.Info("workspace removed us, and let us in again", "platform", Platform, "workspace", team)
			return nil
		case !refuses(err, removed...):
			return c.fault("", "auth.test", repeatable, err)
		}
	}
	c.opts.Log.Info("workspace has removed us", "platform", Platform, "workspace", team)
	c.selves.Delete(team)
	if c.opts.Gone == nil {
		return nil
	}
	return c.opts.Gone(ctx, team, asked)
}

func (c *Client) command(ctx context.Context, cmd command, handle Handle) error {
	u, means := commanded(cmd)
	if !means {
		return nil
	}
	return c.take(ctx, cmd.Team, u, handle)
}

func (c *Client) interaction(ctx context.Context, raw []byte, handle Handle) error {
	var i interaction
	if err := parse(raw, &i); err != nil {
		return errors.Join(errUnreadable, err)
	}
	u, means := interacted(&i)
	if !means {
		return nil
	}
	team, _ := split(u.Chat)
	return c.take(ctx, team, u, handle)
}

// take hands an update on, if it comes from a workspace that we belong to. One that is too much for us is logged
// and let go: it would come again and again.
func (c *Client) take(ctx context.Context, team string, u bot.Update, handle Handle) (err error) {
	defer bot.RecoverUpdate(c.opts.Log, Platform, &err)
	token, err := c.opts.Tokens(ctx, team)
	if err != nil {
		return err
	}
	if token == "" {
		c.once("workspace " + team)
		return nil
	}
	if u.At.IsZero() {
		u.At = time.Now()
	}
	return handle(ctx, u)
}
