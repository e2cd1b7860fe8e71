package web

import (
	"net/http"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// change does what a button below an order does in a chat: cancel, again, look, music, size.
func (p *Page) change(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	o, ok := p.own(w, r, v)
	if !ok {
		return
	}
	verb := r.PathValue("verb")
	reply, err := p.opts.Orders.ChangeOrder(r.Context(), v.update(), bot.OrderChange{
		Order: o.ID, Verb: verb, To: f.Get("to"), Size: f.Get("size"),
	})
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	p.changed(w, r, v, o, reply)
}

// changed goes on to the order that a change made, or to the one that it changed.
func (p *Page) changed(w http.ResponseWriter, r *http.Request, v *visitor, o pipeline.Order, reply bot.Response) {
	to := o.ID
	if len(reply.Placed) > 0 {
		to = reply.Placed[0].ID
		p.opts.Hub.Changed(v.Shop, to)
	}
	p.opts.Hub.Changed(v.Shop, o.ID)
	p.done(w, r, orderPath(to), reply.Text)
}

// reword gives an order other words: a new cut of the same clip.
func (p *Page) reword(w http.ResponseWriter, r *http.Request, v *visitor) {
	f, ok := p.readForm(w, r, v, "")
	if !ok {
		return
	}
	o, ok := p.own(w, r, v)
	if !ok {
		return
	}
	words := wordsOf(f)
	reply, read, err := p.opts.Orders.Reword(r.Context(), v.update(), o.ID, f.Get("size"), words)
	switch {
	case err != nil: // its files and words may be gone since its form was drawn
		p.failed(w, r, v, err)
	case len(read.Problems) > 0:
		kept := fields{Menu: words.Menu, Price: words.Price, Regular: words.Regular, Seen: read.Shown}
		p.drawOrder(w, r, v, http.StatusUnprocessableEntity, o, kept, read.Problems)
	default:
		p.changed(w, r, v, o, reply)
	}
}
