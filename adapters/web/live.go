package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// catchUp is how many of a shop's newest orders are looked through for what a page missed, and slack how much earlier
// than it says it looks: clocks differ, and a change is written a little after its time.
const (
	catchUp = 50
	slack   = 5 * time.Second
)

// live tells an open page of its shop's orders: by a socket or, where there can't be one, as an answer.
func (p *Page) live(w http.ResponseWriter, r *http.Request) {
	v, err := p.visitor(r)
	if err != nil {
		p.failed(w, r, nil, err)
		return
	}
	if v == nil && live.IsSocket(r) {
		live.Refuse(w, r)
		return
	}
	if v == nil {
		w.Header().Set("Cache-Control", "no-store")
		p.refuse(w, r, nil, http.StatusUnauthorized, "in.out", nil)
		return
	}
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	src := &source{p, v}
	if live.IsSocket(r) {
		p.opts.Hub.Serve(w, r, v.Shop, since, src)
		return
	}
	now := time.Now().UnixMilli()
	orders, err := src.Since(r.Context(), since)
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	writeJSON(w, http.StatusOK, live.Message{Now: now, Orders: orders})
}

// source is what a page may know.
type source struct {
	*Page
	v *visitor
}

// Holds implements live.Source.
func (s *source) Holds(ctx context.Context) error {
	_, err := s.opts.Access.Credential(ctx, bot.Session, s.v.Hash, time.Now())
	if errors.Is(err, pipeline.ErrNotFound) {
		return live.ErrEnded
	}
	return err
}

// Since implements live.Source.
func (s *source) Since(ctx context.Context, since int64) ([]any, error) {
	recent, err := s.opts.Store.OrdersOf(ctx, s.v.Shop, 0, catchUp)
	if err != nil {
		return nil, err
	}
	from := time.UnixMilli(since).Add(-slack)
	recent = slices.DeleteFunc(recent, func(o pipeline.Order) bool { return o.Changed.Before(from) })
	slices.SortStableFunc(recent, func(a, b pipeline.Order) int { return a.Changed.Compare(b.Changed) })
	var all []any
	for _, o := range recent {
		shown, err := s.opts.Views.Order(ctx, s.v.lang, o)
		if err != nil {
			return nil, err
		}
		all = append(all, shown)
	}
	return all, nil
}

// One implements live.Source.
func (s *source) One(ctx context.Context, id int64) (any, error) {
	o, err := s.opts.Store.Order(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) || err == nil && o.Shop != s.v.Shop {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.opts.Views.Order(ctx, s.v.lang, o)
}
