package slack

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	sdk "github.com/slack-go/slack"
)

// maxBody is what one request of Slack's may weigh.
const maxBody = 1 << 20

// Handle takes an update in: nil means that all it leads to is kept, and Slack may forget it.
type Handle func(context.Context, bot.Update) error

// receiver takes updates in, over HTTP or a socket. It sends nothing into chats.
type receiver struct {
	*identity
	signing  string                                                    // Options.SigningSecret
	appToken string                                                    // for the socket
	gone     func(ctx context.Context, team string, t time.Time) error // see Options
	bodies   *httpx.Intake
	odd      sync.Map // kinds of event that were logged as unknown
}

// Events is for POST /webhooks/slack/events. A request that was tried before is looked at like any other:
// the first may never have arrived.
func (rcv *receiver) Events(handle Handle) http.Handler {
	return rcv.signed(func(ctx context.Context, raw []byte) (string, error) { return rcv.event(ctx, raw, handle) })
}

// Commands is for POST /webhooks/slack/commands.
func (rcv *receiver) Commands(handle Handle) http.Handler {
	return rcv.form(func(ctx context.Context, form url.Values) error {
		return rcv.command(ctx, command{
			Text: form.Get("text"), Team: form.Get("team_id"), Channel: form.Get("channel_id"),
			User: form.Get("user_id"), Name: form.Get("user_name"), Trigger: form.Get("trigger_id"),
		}, handle)
	})
}

// Interactions is for POST /webhooks/slack/interactions.
func (rcv *receiver) Interactions(handle Handle) http.Handler {
	return rcv.form(func(ctx context.Context, form url.Values) error {
		return rcv.interaction(ctx, []byte(form.Get("payload")), handle)
	})
}

// form lets signed forms in.
func (rcv *receiver) form(take func(context.Context, url.Values) error) http.Handler {
	return rcv.signed(func(ctx context.Context, raw []byte) (string, error) {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return "", errUnreadable
		}
		return "", take(ctx, form)
	})
}

// errUnreadable is what nothing can be made of, however often it comes.
var errUnreadable = errors.New("slack: the request can't be read")

// signed lets signed requests in, and answers once what they bring is kept. Its answers are empty, since
// Slack would show what a body says.
func (rcv *receiver) signed(take func(ctx context.Context, raw []byte) (answer string, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			httpx.Refuse(w, http.StatusMethodNotAllowed)
			return
		}
		// This checks shape and time, and refuses all while there is no secret.
		signed, err := sdk.NewSecretsVerifier(r.Header, rcv.signing)
		if err != nil {
			rcv.unsigned(w, err)
			return
		}
		raw, release, no := rcv.bodies.Read(w, r)
		if no != 0 {
			httpx.Refuse(w, no)
			return
		}
		defer release()
		if _, err = signed.Write(raw); err == nil {
			err = signed.Ensure()
		}
		if err != nil {
			rcv.unsigned(w, err)
			return
		}
		var answer string
		err = rcv.guarded(func() (err error) { answer, err = take(r.Context(), raw); return err })
		switch {
		case errors.Is(err, errUnreadable):
			rcv.log.Error("update can't be read", "platform", Platform, "err", err)
		case err != nil:
			rcv.log.Warn("update not handled", "platform", Platform, "err", err)
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
func (rcv *receiver) unsigned(w http.ResponseWriter, err error) {
	rcv.log.Warn(
		"request without a valid Slack signature", "platform", Platform, "err", rcv.withoutSecrets(err.Error()),
	)
	httpx.Refuse(w, http.StatusUnauthorized)
}

// event takes in what the Events API sends, over HTTP or the socket.
func (rcv *receiver) event(ctx context.Context, raw []byte, handle Handle) (answer string, err error) {
	var e envelope
	if err := parse(raw, &e); err != nil {
		return "", errors.Join(errUnreadable, err)
	}
	switch e.Type {
	case "url_verification":
		return httpx.Storable(e.Challenge, maxName), nil
	case "app_rate_limited":
		rcv.log.Warn("Slack sends no more events for now: too many came", "platform", Platform, "workspace", e.Team)
		return "", nil
	case "event_callback":
	default:
		rcv.once("envelope " + e.Type)
		return "", nil
	}
	team := e.team()
	switch {
	case e.Event.Type == "app_uninstalled", e.Event.Type == "tokens_revoked" && len(e.Event.Tokens.Bot) > 0:
		return "", rcv.leave(ctx, team)
	case !slices.Contains(events, e.Event.Type):
		rcv.once("event " + e.Event.Type)
		return "", nil
	}
	self := ours(cmp.Or(e.self(), rcv.known(team)))
	if self == "" {
		go rcv.learn(team)
	}
	u, means := updateOf(&e, self)
	if !means {
		return "", nil
	}
	return "", rcv.take(ctx, team, u, handle)
}

// events are the types of events that we read.
var events = []string{
	"message", "app_mention", "app_home_opened", "member_joined_channel", "member_left_channel", "channel_left",
	"group_left", "channel_id_changed", "tokens_revoked",
}

// once logs an unknown kind of thing, the first time.
func (rcv *receiver) once(kind string) {
	if _, seen := rcv.odd.LoadOrStore(httpx.Storable(kind, 64), true); !seen {
		rcv.log.Warn(
			"Slack sends what is unknown here", "platform", Platform,
			"kind", rcv.withoutSecrets(httpx.Storable(kind, 64)),
		)
	}
}

// What Slack says of the token of an app that was removed.
var removed = []string{"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}

// leave is for a workspace that has thrown us out, if Slack doesn't take our token any more. The word of it
// may come minutes late, and then the app may be installed again.
func (rcv *receiver) leave(ctx context.Context, team string) error {
	asked := time.Now()
	token, err := rcv.tokens(ctx, team)
	if err != nil {
		return err
	}
	if token != "" {
		_, err := rcv.library(token).AuthTestContext(ctx)
		switch {
		case err == nil:
			rcv.log.Info("workspace removed us, and let us in again", "platform", Platform, "workspace", team)
			return nil
		case !refuses(err, removed...):
			return rcv.fault("", "auth.test", repeatable, err)
		}
	}
	rcv.log.Info("workspace has removed us", "platform", Platform, "workspace", team)
	rcv.at(team).self.Store(nil)
	if rcv.gone == nil {
		return nil
	}
	return rcv.gone(ctx, team, asked)
}

func (rcv *receiver) command(ctx context.Context, cmd command, handle Handle) error {
	u, means := commanded(cmd)
	if !means {
		return nil
	}
	return rcv.take(ctx, cmd.Team, u, handle)
}

func (rcv *receiver) interaction(ctx context.Context, raw []byte, handle Handle) error {
	var i interaction
	if err := parse(raw, &i); err != nil {
		return errors.Join(errUnreadable, err)
	}
	u, means := interacted(&i)
	if !means {
		return nil
	}
	team, _ := split(u.Chat)
	return rcv.take(ctx, team, u, handle)
}

// take hands an update on, if it comes from a workspace that we belong to.
func (rcv *receiver) take(ctx context.Context, team string, u bot.Update, handle Handle) error {
	token, err := rcv.tokens(ctx, team)
	if err != nil {
		return err
	}
	if token == "" {
		rcv.once("workspace " + team)
		return nil
	}
	if u.At.IsZero() {
		u.At = time.Now()
	}
	return handle(ctx, u)
}
