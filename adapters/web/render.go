package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// pages are the templates of one language, by name.
type pages map[string]*template.Template

// icons are drawn in a square of 24.
var icons = map[string]string{
	"plus": "M12 5v14M5 12h14", "back": "M15 5l-7 7 7 7", "check": "M5 12l5 5 9-10",
	"grid":   "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
	"shop":   "M4 10v10h16V10M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM9 20v-5h6v5",
	"camera": "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
	"down":   "M12 4v11M7 11l5 5 5-5M5 20h14",
	"share":  "M12 15V4M8 7l4-4 4 4M6 11H5v9h14v-9h-1", "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
	"pen": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
}

func parsePages(lang string) pages {
	funcs := template.FuncMap{
		"lang":  func() string { return lang },
		"t":     func(key string) string { return present.Fill(lang, key, present.Args{"menu": "{menu}"}) },
		"asset": func(name string) string { return "/web/" + name },
		"icon": func(name string) template.HTML {
			return template.HTML(`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="` + icons[name] + `"/></svg>`)
		},
	}
	all := pages{}
	for _, name := range []string{"entry", "form", "orders", "order", "shop"} {
		t := template.New(name).Funcs(funcs)
		names := []string{"page/layout.html", "page/" + name + ".html"}
		if name == "order" { // which has the fields of the form
			names = []string{"page/layout.html", "page/form.html", "page/order.html"}
		}
		all[name] = template.Must(t.ParseFS(files, names...))
	}
	return all
}

// screen is what every page has.
type screen struct {
	Name, Title, Place string
	In                 bool
	Back, Aside, Month string
	Used, Limit        int
	Flash              string
	Refresh            bool // something goes on: a browser without scripts asks again
	Now                int64
	Body               any
}

// screens answer with pages and sentences. They read nothing of the store.
type screens struct {
	looks  map[string]pages
	used   func(ctx context.Context, s bot.Shop) (used, limit int, err error) // in this month
	chat   func(lang string) (address, name string)                           // see Options
	secure bool
	log    *slog.Logger
}

// show answers with a page.
func (d *screens) show(w http.ResponseWriter, r *http.Request, v *visitor, status int, s screen) {
	lang := intake.Language(r)
	if v != nil {
		lang, s.In = v.lang, true
		used, limit, err := d.used(r.Context(), v.shop)
		if err != nil {
			d.log.Warn("page without its month", "platform", Platform, "err", err)
		}
		s.Used, s.Limit, s.Month = min(used, limit), limit, month(lang, "page.month", used, limit)
		s.Flash = d.takeFlash(w, r)
	}
	s.Now = time.Now().UnixMilli()
	var out bytes.Buffer
	if err := d.looks[lang][s.Name].ExecuteTemplate(&out, "layout", s); err != nil {
		d.log.Error("page can't be drawn", "platform", Platform, "err", err)
		http.Error(w, present.Fill(lang, "page.trouble", nil), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	h.Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the browser is gone, so the error can't be told
}

func month(lang, key string, used, limit int) string {
	if limit == 0 {
		return present.Fill(lang, "page.month.free", present.Args{"n": strconv.Itoa(used)})
	}
	return present.Fill(lang, key, present.Args{"n": strconv.Itoa(used), "limit": strconv.Itoa(limit)})
}

// wantsJSON reports whether a request comes from a script of ours, not from a person's click.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// answer is what a script of ours gets.
type answer struct {
	Location string            `json:"location,omitempty"`
	Detail   string            `json:"detail,omitempty"`
	Problems []present.Problem `json:"problems,omitempty"`
	Shown    string            `json:"shown,omitempty"`
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the browser is gone, so the error can't be told
}

// done sends a browser on after a form was taken, with a sentence that the next page shows.
func (d *screens) done(w http.ResponseWriter, r *http.Request, to, text string) {
	if text != "" {
		d.setFlash(w, text)
	}
	if wantsJSON(r) {
		writeJSON(w, http.StatusOK, answer{Location: to})
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// refuse says in a sentence why something wasn't done.
func (d *screens) refuse(
	w http.ResponseWriter, r *http.Request, v *visitor, status int, key string, args present.Args,
) {
	lang := intake.Language(r)
	if v != nil {
		lang = v.lang
	}
	text := present.Fill(lang, key, args)
	if wantsJSON(r) {
		writeJSON(w, status, answer{Detail: text})
		return
	}
	body := entryPage{Title: text}
	switch {
	case status == http.StatusUnauthorized:
		body.Text = present.Fill(lang, "in.out.how", nil)
	case v == nil && status == http.StatusGone:
		body.Text = present.Fill(lang, "in.over.how", nil)
	}
	if body.Text != "" { // then there is a way to a chat with us, too
		address, name := d.chat(lang)
		body.Chat, body.ChatLabel = address, present.Fill(lang, "in.chat", present.Args{"name": name})
	}
	d.show(w, r, v, status, screen{Name: "entry", Title: present.Fill(lang, "page.brand", nil), Body: body})
}

// failed says that what is asked for isn't there, or that something is wrong on our side.
func (d *screens) failed(w http.ResponseWriter, r *http.Request, v *visitor, err error) {
	switch {
	case errors.Is(err, pipeline.ErrPurged):
		d.refuse(w, r, v, http.StatusGone, "order.gone", nil)
		return
	case errors.Is(err, pipeline.ErrNotFound):
		d.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
		return
	}
	if r.Context().Err() == nil {
		d.log.Error("page request failed", "platform", Platform, "err", err)
	}
	w.Header().Set("Retry-After", "5")
	d.refuse(w, r, v, http.StatusServiceUnavailable, "page.trouble", nil)
}

func (ss *sessions) missing(w http.ResponseWriter, r *http.Request) {
	v, err := ss.visitor(r)
	if err != nil {
		ss.failed(w, r, nil, err)
		return
	}
	ss.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
}

const flashCookie = "sajangpick_flash"

// setFlash keeps a sentence for the next page. It is text that stands on a page of the same browser, never markup.
func (d *screens) setFlash(w http.ResponseWriter, text string) {
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: url.QueryEscape(text), Path: "/", MaxAge: 60, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: d.secure,
	})
}

func (d *screens) takeFlash(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: d.secure})
	text, err := url.QueryUnescape(c.Value)
	if err != nil || len(text) > 600 {
		return ""
	}
	return text
}
