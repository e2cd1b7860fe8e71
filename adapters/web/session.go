package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	sessionLife = 90 * 24 * time.Hour // from its last use
	useEvery    = time.Hour           // how often a use is written down
)

// visitor is a browser that is signed in to a shop.
type visitor struct {
	bot.Credential
	shop bot.Shop
	lang string
}

// update is the beginning of what the conversation is asked for a visitor.
func (v *visitor) update() bot.Update {
	return bot.Update{
		Platform: Platform, Chat: v.Chat, Shop: v.Shop, ToUs: true, At: time.Now(),
		User: bot.User{ID: v.User, Name: v.Maker, Lang: v.lang, Limited: !v.Owner},
	}
}

// sessions know who a request comes from.
type sessions struct {
	*screens
	store  Store
	access Access
	enter  func(ctx context.Context, u bot.Update, name string, c bot.Credential) error // the sample shop
	sample string                                                                       // its name
}

func (ss *sessions) cookieName() string {
	if ss.secure {
		return "__Host-sajangpick"
	}
	return "sajangpick_session"
}

func (ss *sessions) setCookie(w http.ResponseWriter, secret string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: ss.cookieName(), Value: secret, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: ss.secure,
	})
}

// visitor finds who a request comes from: nil when it has no session that holds.
func (ss *sessions) visitor(r *http.Request) (*visitor, error) {
	c, err := r.Cookie(ss.cookieName())
	if err != nil || len(c.Value) < 20 || len(c.Value) > 64 {
		return nil, nil
	}
	return ss.visitorOf(r.Context(), bot.Session, c.Value)
}

func (ss *sessions) visitorOf(ctx context.Context, kind bot.CredentialKind, secret string) (*visitor, error) {
	cred, err := ss.access.Credential(ctx, kind, bot.HashSecret(secret), time.Now())
	if errors.Is(err, pipeline.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := &visitor{Credential: cred, lang: cred.Lang}
	if v.shop, err = ss.store.Shop(ctx, cred.Shop); errors.Is(err, pipeline.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	chat, err := ss.store.Chat(ctx, Platform, cred.Chat)
	if err != nil {
		return nil, err
	}
	if chat.Version != 0 {
		v.lang = chat.Lang
	}
	if now := time.Now(); now.Sub(cred.Used) > useEvery {
		ends := cred.Ends
		if kind == bot.Session {
			ends = now.Add(sessionLife)
		}
		if err := ss.access.UseCredential(ctx, cred.ID, now, ends); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// handler answers a visitor.
type handler func(w http.ResponseWriter, r *http.Request, v *visitor)

// signed lets only those in who have a session; the others are asked to sign in.
func (ss *sessions) signed(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := ss.visitor(r)
		switch {
		case err != nil:
			ss.failed(w, r, nil, err)
		case v == nil:
			drainSome(r)
			ss.refuse(w, r, nil, http.StatusUnauthorized, "in.out", nil)
		default:
			if c, err := r.Cookie(ss.cookieName()); err == nil && time.Since(v.Used) > useEvery {
				ss.setCookie(w, c.Value, sessionLife)
			}
			h(w, r, v)
		}
	}
}

// drainSome reads what a browser without a session sends only as far as a form without a picture goes.
func drainSome(r *http.Request) {
	r.Body = http.MaxBytesReader(nil, r.Body, 1<<20)
	drain(r)
}

// sampleVisitor signs a browser in to the sample shop of the sandbox, which is made when it is missing.
func (ss *sessions) sampleVisitor(w http.ResponseWriter, r *http.Request) (*visitor, error) {
	secret, cred := newSession(r)
	err := ss.enter(r.Context(), bot.Update{
		Platform: Platform, Chat: "sample", User: bot.User{ID: "sample", Lang: intake.Language(r)},
	}, ss.sample, cred)
	if err != nil {
		return nil, err
	}
	ss.setCookie(w, secret, sessionLife)
	return ss.visitorOf(r.Context(), bot.Session, secret)
}

// newSession makes a session for the browser that sent a request, and the secret that it is to show.
func newSession(r *http.Request) (string, bot.Credential) {
	secret, hash := bot.NewSecret()
	now := time.Now()
	return secret, bot.Credential{
		Kind: bot.Session, Hash: hash, Lang: intake.Language(r), Name: device(r.UserAgent()), Made: now, Used: now,
		Ends: now.Add(sessionLife), Owner: true,
	}
}

// device is how a person recognises a browser.
func device(agent string) string {
	where, what := "", ""
	for _, d := range [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"},
		{"CrOS", "Chromebook"}, {"Linux", "Linux"},
	} {
		if where == "" && strings.Contains(agent, d[0]) {
			where = d[1]
		}
	}
	for _, b := range [][2]string{
		{"KAKAOTALK", "KakaoTalk"}, {"Whale/", "Whale"}, {"SamsungBrowser", "Samsung Internet"}, {"Edg", "Edge"},
		{"Firefox", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	} {
		if what == "" && strings.Contains(agent, b[0]) {
			what = b[1]
		}
	}
	return cmp.Or(strings.TrimSpace(where+" "+what), "Browser")
}
