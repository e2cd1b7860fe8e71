package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/web/api"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
)

const (
	maxTokens = 20 // of a shop
	maxName   = 60 // characters of a token's
)

func (p *Page) newAPI() *api.API {
	return api.New(api.Options{
		Conversation: p.opts.Orders, Store: p.opts.Store, Blobs: p.opts.Blobs, Views: p.opts.Views,
		Forms: p.forms, Looks: p.opts.Looks, Music: p.opts.Music, Base: p.opts.Base, Caller: p.caller,
		Wrong: p.forged.wrong, Changed: p.opts.Hub.Changed, Booker: p.opts.Booker,
		TakesCallback: p.opts.Callbacks.Takes, Log: p.opts.Log,
	})
}

// caller finds whose token it is: nil when it doesn't hold.
func (ss *sessions) caller(ctx context.Context, token string) (*api.Caller, error) {
	v, err := ss.visitorOf(ctx, bot.APIToken, token)
	if v == nil || err != nil {
		return nil, err
	}
	u := v.update()
	u.User.Name = v.Name // of the program
	return &api.Caller{Update: u, Shop: v.shop, Lang: v.lang}, nil
}

// owned lets only those in who may do with the shop whatever its owner may: what programs get outlives a session.
func (p *Page) owned(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request, v *visitor) {
		if !v.Owner {
			drainSome(r)
			p.refuse(w, r, v, http.StatusForbidden, "shop.token.owner", nil)
			return
		}
		h(w, r, v)
	}
}

// newToken makes a token for a program, and shows it once.
func (p *Page) newToken(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	name := f.Get("name")
	if name == "" || utf8.RuneCountInString(name) > maxName {
		p.refuse(w, r, v, http.StatusUnprocessableEntity, "shop.token.unnamed", nil)
		return
	}
	now := time.Now()
	there, err := p.opts.Access.Credentials(r.Context(), v.Shop, bot.APIToken, now)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	if len(there) >= maxTokens {
		p.refuse(w, r, v, http.StatusConflict, "shop.token.most", nil)
		return
	}
	token, hash := bot.NewToken()
	_, err = p.opts.Access.AddCredential(r.Context(), bot.Credential{ // of the shop's own chat: see bot.Credential
		Kind: bot.APIToken, Hash: hash, Shop: v.Shop, User: v.User, Lang: v.lang, Name: name, Made: now, Used: now,
	})
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.drawShop(w, r, v, onceShown{Token: token})
}

// newWebhook makes another secret that callbacks are signed with, and shows it once.
func (p *Page) newWebhook(w http.ResponseWriter, r *http.Request, v *visitor) {
	drainSome(r)
	webhook := rand.Text()
	if err := p.opts.Settings.SetWebhook(r.Context(), v.update(), webhook); err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.drawShop(w, r, v, onceShown{Secret: p.opts.Callbacks.Secret(webhook)})
}

// setTrack makes a file the shop's own music.
func (p *Page) setTrack(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	if f.Track == "" {
		p.refuse(w, r, v, http.StatusUnprocessableEntity, "shop.track.none", nil)
		return
	}
	reply, err := p.opts.Settings.SetTrackFile(r.Context(), v.update(), f.Track)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	if reply.Text == "" {
		reply.Text = present.Fill(v.lang, "shop.track.wait", nil)
	}
	p.done(w, r, "/web/shop", reply.Text)
}
