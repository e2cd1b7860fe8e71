package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// fields of a new order, beside its photo.
var fields = []string{"menu", "price", "regular", "regular_charged", "confirmed", "look", "music", "callback_url"}

// create takes an order in. One key is one order of the shop: a program that doesn't know whether it was taken asks
// again.
func (a *API) create(w http.ResponseWriter, r *http.Request, c *Caller) error {
	key, ok := idempotencyKey(r.Header)
	if !ok {
		return problem(c.Lang, http.StatusBadRequest, "key", nil)
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return problem(c.Lang, http.StatusUnsupportedMediaType, "form", nil)
	}
	// Its photo lies under a name of this request, so that another one of the same key can't change it meanwhile.
	f, err := a.opts.Forms.Read(w, r, c.Shop.ID, strings.ToLower(rand.Text()))
	if err != nil {
		_, _ = io.Copy(io.Discard, r.Body) // bounded by Read: who is cut off while it sends doesn't read the answer
		a.drop(r.Context(), f.Photo.Ref, f.Track)
		return refusal(c.Lang, err)
	}
	a.drop(r.Context(), f.Track)
	words, problems := a.wordsOf(c, f)
	if f.Photo.Ref == "" {
		problems = append(problems, present.Problem{Field: "photo", Text: present.Fill(c.Lang, "new.nophoto", nil)})
	}
	if len(problems) > 0 {
		a.drop(r.Context(), f.Photo.Ref)
		return wrong(c.Lang, http.StatusUnprocessableEntity, present.Reading{}, problems...)
	}
	o, err := a.place(r.Context(), c, key, f, words)
	refused := errors.As(err, new(*Problem))
	if refused || err == nil && o.Photo.Ref != f.Photo.Ref { // else it may be an order's, though that isn't known here
		a.drop(r.Context(), f.Photo.Ref)
	}
	if err != nil {
		return err
	}
	a.opts.Changed(c.Shop.ID, o.ID)
	shown, err := a.opts.Views.Order(r.Context(), c.Lang, o)
	if err != nil {
		return err
	}
	w.Header().Set("Location", a.opts.Base+Orders+strconv.FormatInt(o.ID, 10))
	return answer(w, http.StatusCreated, shown)
}

// place has the conversation take the order, or finds the one that it made of the same key before.
func (a *API) place(
	ctx context.Context, c *Caller, key string, f intake.Form, words present.Form,
) (pipeline.Order, error) {
	photo, u := f.Photo, c.Update
	photo.Unique = fingerprint(f)
	u.Message, u.Callback = key, f.Get("callback_url")
	u.Pictures = []bot.Image{{Photo: photo, Message: key}}
	reply, read, err := a.opts.Conversation.Order(ctx, u, words)
	switch {
	case err != nil:
		return pipeline.Order{}, err
	case len(read.Problems) == 0 && len(reply.Placed) == 0 && reply.Text != "":
		// e.g. the key is of an order that is kept no longer
		return pipeline.Order{}, wrong(c.Lang, http.StatusUnprocessableEntity, read, present.Problem{
			Field: "photo", Text: reply.Text,
		})
	case len(read.Problems) > 0 || len(reply.Placed) == 0:
		return pipeline.Order{}, wrong(c.Lang, http.StatusUnprocessableEntity, read, read.Problems...)
	case reply.Placed[0].Photo.Unique != photo.Unique:
		return pipeline.Order{}, problem(c.Lang, http.StatusUnprocessableEntity, "reused", nil)
	}
	return reply.Placed[0], nil
}

// wordsOf reads what doesn't depend on how captions are understood, and says what is wrong with it.
func (a *API) wordsOf(c *Caller, f intake.Form) (present.Form, []present.Problem) {
	var all []present.Problem
	for _, name := range f.Names() {
		if !slices.Contains(fields, name) {
			text := present.Fill(c.Lang, "api.field", present.Args{"names": strings.Join(fields, ", ")})
			all = append(all, present.Problem{Field: quoted(name), Text: text})
		}
	}
	words := present.Form{
		Menu: f.Get("menu"), Price: f.Get("price"), Regular: f.Get("regular"), Real: f.Get("regular_charged") == "true",
		Seen: f.Get("confirmed"), Look: f.Get("look"), Music: f.Get("music"),
	}
	all = append(all, oneOf(c.Lang, "look", words.Look, a.opts.Looks)...)
	all = append(all, oneOf(c.Lang, "music", words.Music, a.pieces(c))...)
	switch address := f.Get("callback_url"); {
	case address == "":
	case !a.opts.TakesCallback(address):
		all = append(all, present.Problem{Field: "callback_url", Text: present.Fill(c.Lang, "api.callback", nil)})
	case c.Shop.Webhook == "":
		all = append(all, present.Problem{
			Field: "callback_url", Text: present.Fill(c.Lang, "api.callback.secret", nil),
		})
	}
	return words, all
}

// pieces are the names of the music that a shop may choose.
func (a *API) pieces(c *Caller) []string {
	if c.Shop.Track == "" {
		return a.opts.Music
	}
	return append(slices.Clone(a.opts.Music), "own")
}

// oneOf is a problem when a field has something else than one of the names.
func oneOf(lang, field, value string, names []string) []present.Problem {
	if value == "" || slices.Contains(names, value) {
		return nil
	}
	text := present.Fill(lang, "api.choice", present.Args{"names": strings.Join(names, ", ")})
	return []present.Problem{{Field: field, Text: text}}
}

// fingerprint tells requests apart that have the same key.
func fingerprint(f intake.Form) string {
	all := []string{f.Sum}
	for _, name := range fields {
		if name != "confirmed" { // who asks again may say it or not
			all = append(all, f.Get(name))
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return f.Sum // strings can always be written
	}
	sum := sha256.Sum256(text)
	return "api:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// drop deletes uploads that nothing came of.
func (a *API) drop(ctx context.Context, refs ...string) {
	for _, ref := range refs {
		if err := a.opts.Forms.Drop(context.WithoutCancel(ctx), ref); err != nil {
			a.opts.Log.Warn("an upload that no order has is left behind", "platform", "web", "err", err)
		}
	}
}

// refusal words what can't be read.
func refusal(lang string, err error) error {
	status, phrase := intake.Refusal(err)
	text := present.Fill(lang, phrase, nil)
	switch status {
	case 0:
		return err
	case http.StatusUnprocessableEntity:
		return wrong(lang, status, present.Reading{}, present.Problem{Field: "photo", Text: text})
	case http.StatusRequestEntityTooLarge:
		p := problem(lang, status, "large", nil)
		p.Detail = text
		return p
	}
	return problem(lang, status, "unread", nil)
}

// quoted bounds what is quoted of a request.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}
