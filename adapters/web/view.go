package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// recent is how much of a chat the page shows.
const recent = 30

// view is an order as the page shows it. All of it is text, never markup.
type view struct {
	ID       int64   `json:"id"`
	Message  string  `json:"message"` // the page's own name for it
	Placed   int64   `json:"placed"`  // unix milliseconds
	Said     string  `json:"said"`    // the person's line
	Head     string  `json:"head"`    // what was understood of it
	Line     string  `json:"line"`    // how it stands
	Progress float64 `json:"progress"`
	Until    float64 `json:"until"` // where Progress stands when the present step is over
	Open     bool    `json:"open"`
	Failed   bool    `json:"failed"`
	Photo    string  `json:"photo"`
	Video    string  `json:"video,omitempty"`
	File     string  `json:"file,omitempty"` // the name under which the short is saved
}

// list answers what the browser's chat looks like now, oldest first.
func (p *Page) list(w http.ResponseWriter, r *http.Request) {
	views := []view{}
	if v, ok := known(r); ok {
		orders, err := p.Store.Recent(r.Context(), Platform, v.Chat, recent)
		if err != nil {
			p.failed(w, language(r), fmt.Errorf("list orders: %w", err))
			return
		}
		takes := usual(orders)
		for _, o := range slices.Backward(orders) {
			views = append(views, p.view(language(r), o, takes))
		}
	}
	answer(w, http.StatusOK, map[string]any{"orders": views})
}

func (p *Page) view(lang string, o pipeline.Order, takes time.Duration) view {
	address := fmt.Sprintf("/web/orders/%d/", o.ID)
	from, until := reach(o)
	v := view{
		ID: o.ID, Message: o.Thread.Message, Placed: o.Placed.UnixMilli(),
		Said: said(o.Cut.Words), Head: head(o.Cut.Words), Line: line(lang, o, takes),
		Progress: from + (until-from)*min(max(o.Progress, 0), 1), Until: until,
		Open:   o.Status == pipeline.Open,
		Failed: o.Status == pipeline.Failed || o.Status == pipeline.Parked,
		Photo:  address + "photo",
	}
	if plays(o) {
		v.Video = fmt.Sprintf("%svideo?cut=%d", address, o.Cut.N)
		v.File = shortName(o)
	}
	return v
}

func plays(o pipeline.Order) bool { return o.Status == pipeline.Delivered && o.Cut.ShortKey != "" }

// reach is the part of an order's way that its present step is, 0..1. A clip takes about as long as
// a render.
func reach(o pipeline.Order) (from, until float64) {
	if o.Status == pipeline.Delivered {
		return 1, 1
	}
	switch o.Step {
	case pipeline.Animate:
		return 0.05, 0.5
	case pipeline.Render:
		return 0.5, 0.95
	case pipeline.Deliver:
		return 0.95, 1
	}
	return 0, 0.05
}

// usual is how long an order takes: the median of the delivered ones among those, 0 if there are none.
func usual(orders []pipeline.Order) time.Duration {
	var times []time.Duration
	for _, o := range orders {
		if o.Status == pipeline.Delivered {
			times = append(times, o.Changed.Sub(o.Placed))
		}
	}
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[len(times)/2]
}
