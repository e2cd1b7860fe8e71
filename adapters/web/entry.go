package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// entryPage is a page with one sentence and, for a link, its button.
type entryPage struct {
	Title, Text string
	Token       string // of a link that holds
	Chat        string // where a link can be asked for
	ChatLabel   string
}

// home is the form of a new short for who is signed in, and how to sign in for the others.
func (p *Page) home(w http.ResponseWriter, r *http.Request) {
	v, err := p.visitor(r)
	if err == nil && v == nil && p.opts.Sample != "" {
		v, err = p.sampleVisitor(w, r)
	}
	switch {
	case err != nil:
		p.failed(w, r, nil, err)
	case v == nil:
		p.refuse(w, r, nil, http.StatusOK, "in.out", nil)
	default:
		p.form(w, r, v)
	}
}

// entry shows a link's button. Opening the page does nothing, since chats open links to show a preview.
func (p *Page) entry(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	if p.guess.often(r) {
		p.tooOften(w, r)
		return
	}
	lang, token := intake.Language(r), r.PathValue("token")
	body := entryPage{
		Title: present.Fill(lang, "in.title.noshop", nil), Text: present.Fill(lang, "in.sub", nil), Token: token,
	}
	link, err := p.opts.Access.Credential(r.Context(), bot.SignInLink, bot.HashSecret(token), time.Now())
	switch {
	case errors.Is(err, pipeline.ErrNotFound):
		ok, err := p.opts.Members.InviteHolds(r.Context(), token)
		if err != nil {
			p.failed(w, r, nil, err)
			return
		}
		if !ok {
			p.linkOver(w, r)
			return
		}
		body.Title = present.Fill(lang, "in.title.new", nil)
	case err != nil:
		p.failed(w, r, nil, err)
		return
	default:
		shop, err := p.opts.Store.Shop(r.Context(), link.Shop)
		if err != nil {
			p.failed(w, r, nil, err)
			return
		}
		if shop.Name != "" {
			body.Title = present.Fill(lang, "in.title", present.Args{"shop": shop.Name})
		}
	}
	p.show(w, r, nil, http.StatusOK, screen{Name: "entry", Title: body.Title, Body: body})
}

func (p *Page) linkOver(w http.ResponseWriter, r *http.Request) {
	if p.guess.wrong(r) {
		p.tooOften(w, r)
		return
	}
	p.refuse(w, r, nil, http.StatusGone, "in.over", nil)
}

func (p *Page) tooOften(w http.ResponseWriter, r *http.Request) {
	const wait = time.Minute
	w.Header().Set("Retry-After", "60")
	p.refuse(w, r, nil, http.StatusTooManyRequests, "page.often", present.Args{
		"time": present.Duration(intake.Language(r), wait),
	})
}

// signIn uses a link up and gives the browser its session.
func (p *Page) signIn(w http.ResponseWriter, r *http.Request) {
	if p.guess.often(r) {
		p.tooOften(w, r)
		return
	}
	f, ok := p.readForm(w, r, nil, "")
	if !ok {
		return
	}
	token := f.Get("token")
	secret, session := newSession(r)
	_, err := p.opts.Access.RedeemLink(r.Context(), bot.HashSecret(token), session)
	if errors.Is(err, pipeline.ErrNotFound) {
		err = p.opts.Members.EnterInvite(r.Context(), bot.Update{
			Platform: Platform, Chat: "invite-" + session.Hash[:16],
			User: bot.User{ID: "invite", Lang: intake.Language(r)},
		}, token, session)
	}
	switch {
	case errors.Is(err, pipeline.ErrNotFound):
		p.linkOver(w, r)
	case err != nil:
		p.failed(w, r, nil, err)
	default:
		p.setCookie(w, secret, sessionLife)
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

func (p *Page) signOut(w http.ResponseWriter, r *http.Request, v *visitor) {
	if err := p.opts.Access.EndCredential(r.Context(), v.Shop, v.ID); err != nil &&
		!errors.Is(err, pipeline.ErrNotFound) {
		p.failed(w, r, v, err)
		return
	}
	p.opts.Hub.Changed(v.Shop, 0) // its open pages look whether they may stay
	p.setCookie(w, "", -time.Second)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
