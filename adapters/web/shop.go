package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// key is a session or a token in a list.
type key struct {
	ID         int64
	Name, Used string
	This       bool
}

type shopPage struct {
	Name, Initial, Logo, Key string
	Month, Next              string
	Used, Limit              int
	Choices                  []choiceOf
	Sessions, Tokens         []key
	Owner, Signs, Own        bool   // may make tokens; callbacks can be signed; it has a piece of music of its own
	QR                       qrCode // of Link
	Forgetting               string
	onceShown
}

// onceShown is what a page shows that was just made, and nothing shows again.
type onceShown struct{ Link, Token, Secret string }

// shop shows the shop and what is set for it.
func (p *Page) shop(w http.ResponseWriter, r *http.Request, v *visitor) {
	p.drawShop(w, r, v, onceShown{})
}

// drawShop shows what was just made as well.
func (p *Page) drawShop(w http.ResponseWriter, r *http.Request, v *visitor, made onceShown) {
	b := shopPage{
		Name: v.shop.Name, Logo: v.shop.Logo, Key: strings.ToLower(rand.Text()), onceShown: made,
		Owner: v.Owner, Signs: v.shop.Webhook != "" || made.Secret != "", Own: v.shop.Track != "",
	}
	first, _ := utf8.DecodeRuneInString(shopName(v))
	b.Initial = string(first)
	var err error
	if made.Link != "" {
		b.QR, err = qrOf(made.Link)
	}
	if err == nil {
		b.Used, b.Limit, err = p.opts.Orders.UsedThisMonth(r.Context(), v.shop)
	}
	if err == nil {
		b.Sessions, err = p.keys(r, v, bot.Session)
	}
	if err == nil {
		b.Tokens, err = p.keys(r, v, bot.APIToken)
	}
	if err == nil {
		b.Forgetting, err = p.opts.Members.Forgetting(r.Context(), v.update())
	}
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	b.Month = month(v.lang, "shop.month.of", b.Used, b.Limit)
	if b.Limit > 0 {
		b.Next = present.Fill(v.lang, "shop.month.next", present.Args{
			"date": p.date(v, p.opts.Orders.NextMonth(time.Now())),
		})
	}
	b.Choices = []choiceOf{
		{Title: present.Fill(v.lang, "new.look", nil), Verb: "look", Options: p.lookOptions(v, "")},
		{Title: present.Fill(v.lang, "new.music", nil), Verb: "music", Options: p.musicOptions(v, "")},
		{Title: present.Fill(v.lang, "shop.language", nil), Verb: "language", Options: []option{
			{Name: "ko", Label: "한국어", Now: v.lang == "ko"}, {Name: "en", Label: "English", Now: v.lang == "en"},
		}},
	}
	for i := range b.Choices {
		for _, x := range b.Choices[i].Options {
			if x.Now {
				b.Choices[i].Now = x.Label
			}
		}
	}
	p.show(w, r, v, http.StatusOK, screen{
		Name: "shop", Title: present.Fill(v.lang, "shop.title", nil), Place: "shop", Body: b,
	})
}

func (p *Page) keys(r *http.Request, v *visitor, kind bot.CredentialKind) (all []key, err error) {
	found, err := p.opts.Access.Credentials(r.Context(), v.Shop, kind, time.Now())
	for _, c := range found {
		used := present.Fill(v.lang, "shop.used", present.Args{"date": p.date(v, c.Used)})
		all = append(all, key{c.ID, c.Name, used, c.ID == v.ID})
	}
	return all, err
}

// date is a day as people say it.
func (p *Page) date(v *visitor, t time.Time) string {
	t = t.In(p.opts.Zone)
	return present.Fill(v.lang, "date", present.Args{
		"month": present.Fill(v.lang, "month."+strconv.Itoa(int(t.Month())), nil), "day": strconv.Itoa(t.Day()),
	})
}

// setShop does one thing of the shop's page.
func (p *Page) setShop(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	ctx, u := r.Context(), v.update()
	var reply bot.Response
	var err error
	switch r.PathValue("verb") {
	case "name":
		reply, err = p.opts.Settings.SetShopName(ctx, u, f.Get("name"))
	case "look":
		reply, err = p.opts.Settings.SetLook(ctx, u, f.Get("to"))
	case "music":
		reply, err = p.opts.Settings.SetMusic(ctx, u, f.Get("to"))
	case "language":
		reply, err = p.opts.Settings.SetLanguage(ctx, u, f.Get("to"))
	case "forget":
		if f.Get("sure") == "" {
			p.refuse(w, r, v, http.StatusUnprocessableEntity, "page.form", nil)
			return
		}
		reply, err = p.opts.Members.Forget(ctx, u)
	case "unforget":
		reply, err = p.opts.Members.Unforget(ctx, u)
	case "link":
		p.newLink(w, r, v)
		return
	case "end":
		id, _ := strconv.ParseInt(f.Get("id"), 10, 64)
		if err = p.opts.Access.EndCredential(ctx, v.Shop, id); errors.Is(err, pipeline.ErrNotFound) {
			err = nil // it has ended
		}
		p.opts.Hub.Changed(v.Shop, 0)
	case "off":
		if err = p.opts.Members.EndSessions(ctx, u); err == nil {
			p.opts.Hub.Changed(v.Shop, 0)
			p.setCookie(w, "", -time.Second)
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
	default:
		p.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
		return
	}
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.done(w, r, "/web/shop", reply.Text)
}

func (p *Page) setLogo(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	if f.Photo.Ref == "" {
		p.refuse(w, r, v, http.StatusUnprocessableEntity, "new.nophoto", nil)
		return
	}
	if err := p.opts.Settings.SetLogo(r.Context(), v.update(), f.Photo); err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.done(w, r, "/web/shop", present.Fill(v.lang, "shop.logo.wait", nil))
}

// newLink shows a link that signs the next device in, with the rights of this one.
func (p *Page) newLink(w http.ResponseWriter, r *http.Request, v *visitor) {
	secret, hash := bot.NewSecret()
	now := time.Now()
	_, err := p.opts.Access.AddCredential(r.Context(), bot.Credential{
		Kind: bot.SignInLink, Hash: hash, Shop: v.Shop, Chat: v.Chat, User: v.User, Maker: v.Maker, Lang: v.lang,
		Made: now, Used: now, Ends: now.Add(bot.LinkLife), Owner: v.Owner,
	})
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.drawShop(w, r, v, onceShown{Link: p.opts.Base + SignInPath + secret})
}
