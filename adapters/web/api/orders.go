package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// own finds the order that the address names, if it is the shop's. pipeline.ErrNotFound, pipeline.ErrPurged.
func (a *API) own(r *http.Request, c *Caller) (pipeline.Order, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return pipeline.Order{}, pipeline.ErrNotFound
	}
	o, err := a.opts.Store.Order(r.Context(), id)
	switch {
	case err == nil && (o.Shop == 0 || o.Shop != c.Shop.ID):
		err = pipeline.ErrNotFound
	case err == nil && present.IsPurged(o):
		err = pipeline.ErrPurged
	}
	return o, err
}

func (a *API) read(w http.ResponseWriter, r *http.Request, c *Caller) error {
	o, err := a.own(r, c)
	if err != nil {
		return err
	}
	shown, err := a.opts.Views.Order(r.Context(), c.Lang, o)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, shown)
}

type list struct {
	Orders []view.Order `json:"orders"`
	Next   string       `json:"next_cursor,omitempty"` // empty: these are the last
}

// list gives the shop's orders, newest first, from whatever chat they came.
func (a *API) list(w http.ResponseWriter, r *http.Request, c *Caller) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	at, ok := readPlace(q.Get("cursor"), q.Get("limit"))
	if err != nil || !ok {
		return problem(c.Lang, http.StatusBadRequest, "list", nil)
	}
	orders, err := a.opts.Store.OrdersOf(r.Context(), c.Shop.ID, at.before, at.limit+1)
	if err != nil {
		return err
	}
	l := list{Orders: []view.Order{}}
	if len(orders) > at.limit {
		orders = orders[:at.limit]
		l.Next = writeCursor(orders[at.limit-1].ID)
	}
	for _, o := range orders {
		shown, err := a.opts.Views.Order(r.Context(), c.Lang, o)
		if err != nil {
			return err
		}
		l.Orders = append(l.Orders, shown)
	}
	return answer(w, http.StatusOK, l)
}

// change is what a new cut is to have: words, or one of the others.
type change struct {
	Menu      string `json:"menu"`
	Price     string `json:"price"`
	Regular   string `json:"regular"`
	Charged   bool   `json:"regular_charged"`
	Confirmed string `json:"confirmed"`
	Look      string `json:"look"`
	Music     string `json:"music"`
	Size      string `json:"size"`
	Of        string `json:"of_size"`
}

// verb is what a change asks for, and how it is to be; ok is false unless it is one thing.
func (ch change) verb() (verb, to string, ok bool) {
	n := 0
	for _, x := range [][2]string{
		{"words", ch.Menu + ch.Price}, {intent.DoLook, ch.Look}, {intent.DoMusic, ch.Music}, {intent.DoSize, ch.Size},
	} {
		if x[1] != "" {
			verb, to = x[0], x[1]
			n++
		}
	}
	return verb, to, n == 1
}

// cut makes a new cut of an order, from the clip that is there.
func (a *API) cut(w http.ResponseWriter, r *http.Request, c *Caller) error {
	var ch change
	switch err := readJSON(w, r, &ch); {
	case errors.Is(err, errType):
		return problem(c.Lang, http.StatusUnsupportedMediaType, "json", nil)
	case errors.Is(err, errLong):
		return problem(c.Lang, http.StatusRequestEntityTooLarge, "large", nil)
	case err != nil:
		return problem(c.Lang, http.StatusBadRequest, "unread", nil)
	}
	o, err := a.own(r, c)
	if err != nil {
		return err
	}
	verb, to, ok := ch.verb()
	if !ok {
		return problem(c.Lang, http.StatusUnprocessableEntity, "change", nil)
	}
	sizes := present.Sizes()
	all := append(oneOf(c.Lang, "look", ch.Look, a.opts.Looks), oneOf(c.Lang, "music", ch.Music, a.pieces(c))...)
	all = append(append(all, oneOf(c.Lang, "size", ch.Size, sizes)...), oneOf(c.Lang, "of_size", ch.Of, sizes)...)
	if len(all) > 0 {
		return wrong(c.Lang, http.StatusUnprocessableEntity, present.Reading{}, all...)
	}
	if verb != "words" {
		return a.changed(w, r, c, o, http.StatusAccepted, bot.OrderChange{Verb: verb, To: to, Size: ch.Of})
	}
	reply, read, err := a.opts.Conversation.Reword(r.Context(), c.Update, o.ID, ch.Of, present.Form{
		Menu: ch.Menu, Price: ch.Price, Regular: ch.Regular, Real: ch.Charged, Seen: ch.Confirmed,
	})
	if err == nil && len(read.Problems) > 0 {
		err = wrong(c.Lang, http.StatusUnprocessableEntity, read, read.Problems...)
	}
	if err != nil {
		return err
	}
	return a.became(w, r, c, o.ID, http.StatusAccepted, reply)
}

// cancel takes an order back; one that is taken back already stays so.
func (a *API) cancel(w http.ResponseWriter, r *http.Request, c *Caller) error {
	o, err := a.own(r, c)
	if err == nil && o.Status == pipeline.Cancelled {
		return a.read(w, r, c)
	}
	if err != nil {
		return err
	}
	return a.changed(w, r, c, o, http.StatusOK, bot.OrderChange{Verb: intent.DoCancel})
}

// usePhoto lets an order go on with the photo that was asked about.
func (a *API) usePhoto(w http.ResponseWriter, r *http.Request, c *Caller) error {
	o, err := a.own(r, c)
	if err != nil {
		return err
	}
	return a.changed(w, r, c, o, http.StatusOK, bot.OrderChange{Verb: intent.DoAnyway})
}

// changed does what a button below an order does in a chat.
func (a *API) changed(
	w http.ResponseWriter, r *http.Request, c *Caller, o pipeline.Order, status int, ch bot.OrderChange,
) error {
	ch.Order = o.ID
	reply, err := a.opts.Conversation.ChangeOrder(r.Context(), c.Update, ch)
	if err != nil {
		return err
	}
	return a.became(w, r, c, o.ID, status, reply)
}

// became answers with the order as it is now, or says why it wasn't changed.
func (a *API) became(
	w http.ResponseWriter, r *http.Request, c *Caller, id int64, status int, reply bot.Response,
) error {
	if !reply.Changed {
		return impossible(c.Lang, reply.Text)
	}
	a.opts.Changed(c.Shop.ID, id)
	shown, err := a.show(r.Context(), c, id)
	if err != nil {
		return err
	}
	return answer(w, status, shown)
}

func (a *API) show(ctx context.Context, c *Caller, id int64) (view.Order, error) {
	o, err := a.opts.Store.Order(ctx, id)
	if err != nil {
		return view.Order{}, err
	}
	return a.opts.Views.Order(ctx, c.Lang, o)
}

// short sends the newest short, with ranges.
func (a *API) short(w http.ResponseWriter, r *http.Request, c *Caller) error {
	o, err := a.own(r, c)
	if err == nil && !view.Plays(o) {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", view.Attachment(view.FileName(o)))
	return a.send(w, r, o.Cut.ShortKey, view.FileType(o))
}

func (a *API) photo(w http.ResponseWriter, r *http.Request, c *Caller) error {
	o, err := a.own(r, c)
	if err != nil {
		return err
	}
	key, contentType := view.Photo(o)
	return a.send(w, r, key, contentType)
}

func (a *API) send(w http.ResponseWriter, r *http.Request, key, contentType string) error {
	err := view.ServeBlob(w, r, a.opts.Blobs, key, contentType)
	if err != nil {
		w.Header().Del("Content-Disposition")
	}
	return err
}
