// Package live tells open pages what happens to their shop's orders, in whatever process it happens. It promises
// nothing: a page asks for what it missed whenever it connects.
package live

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Bus carries short texts between processes: bot.Access.
type Bus interface {
	Notify(ctx context.Context, text string) error
	Listen(ctx context.Context, ready func(), heard func(text string)) error
}

// Event is something that pages of a shop may want to know.
type Event struct {
	Shop   int64  `json:"s"`
	Order  int64  `json:"o,omitempty"` // that changed; 0: none
	Notice string `json:"n,omitempty"` // for the person, as it is
	From   string `json:"f,omitempty"` // the process
	missed bool   // other events may have been: look at all that is recent
}

const (
	queued        = 32   // events that wait for one page: one that is further behind is cut off
	outgoing      = 1024 // events that wait to be told to other processes
	busLimit      = 5 * time.Second
	minRetryPause = time.Second
	maxRetryPause = 30 * time.Second
)

// Hub hands events to the pages of this process. The zero value isn't usable: see NewHub.
type Hub struct {
	log  *slog.Logger
	name string
	out  chan Event

	mu     sync.Mutex
	pages  map[int64]map[*Page]bool // by shop
	open   int
	closed bool
}

// Page is one that is open.
type Page struct {
	Events <-chan Event // closed when the page is cut off
	events chan Event
	hub    *Hub
	shop   int64
}

// NewHub makes a Hub.
func NewHub(log *slog.Logger) *Hub {
	return &Hub{log: log, name: rand.Text(), out: make(chan Event, outgoing), pages: map[int64]map[*Page]bool{}}
}

// Changed says that an order changed in this process. It answers at once.
func (h *Hub) Changed(shop, order int64) { h.tell(Event{Shop: shop, Order: order}) }

// Notice says something to a shop's pages. It answers at once.
func (h *Hub) Notice(shop int64, text string) { h.tell(Event{Shop: shop, Notice: text}) }

func (h *Hub) tell(e Event) {
	if e.Shop == 0 {
		return
	}
	h.give(e)
	select {
	case h.out <- e:
	default: // pages elsewhere see it when they ask next
	}
}

// give hands an event to the pages of its shop that are open here.
func (h *Hub) give(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages[e.Shop] {
		h.push(p, e)
	}
}

// push needs the lock.
func (h *Hub) push(p *Page, e Event) {
	select {
	case p.events <- e:
	default:
		h.drop(p)
	}
}

// Open begins to hand a shop's events to a page. It is nil when there are too many pages, or the process ends.
func (h *Hub) Open(shop int64) *Page {
	const most, maxOfShop = 5000, 50
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.open >= most || len(h.pages[shop]) >= maxOfShop {
		return nil
	}
	events := make(chan Event, queued)
	p := &Page{Events: events, events: events, hub: h, shop: shop}
	if h.pages[shop] == nil {
		h.pages[shop] = map[*Page]bool{}
	}
	h.pages[shop][p] = true
	h.open++
	return p
}

// Close ends it. It may be called again.
func (p *Page) Close() {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	p.hub.drop(p)
}

// drop needs the lock.
func (h *Hub) drop(p *Page) {
	if !h.pages[p.shop][p] {
		return
	}
	delete(h.pages[p.shop], p)
	if len(h.pages[p.shop]) == 0 {
		delete(h.pages, p.shop)
	}
	h.open--
	close(p.events)
}

// Pages is how many are open here.
func (h *Hub) Pages() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open
}

// Run carries events to and from other processes until ctx ends; then it cuts every page off, so that each looks for
// another process.
func (h *Hub) Run(ctx context.Context, bus Bus) {
	var work sync.WaitGroup
	work.Go(func() { h.send(ctx, bus) })
	for pause := minRetryPause; ctx.Err() == nil; pause = min(2*pause, maxRetryPause) {
		err := bus.Listen(ctx, func() { pause = minRetryPause; h.missed() }, h.hear)
		if ctx.Err() != nil {
			break
		}
		h.log.Warn("pages hear of other processes' orders only when they ask", "platform", "web", "err", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	work.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, pages := range h.pages {
		for p := range pages {
			h.drop(p)
		}
	}
}

func (h *Hub) send(ctx context.Context, bus Bus) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-h.out:
			for _, e := range h.gather(ctx, e) {
				e.From = h.name
				text, err := json.Marshal(e)
				if err == nil {
					limited, cancel := context.WithTimeout(ctx, busLimit)
					err = bus.Notify(limited, string(text))
					cancel()
				}
				if err != nil && ctx.Err() == nil {
					h.log.Debug("other processes' pages weren't told", "order", e.Order, "err", err)
				}
			}
		}
	}
}

// gatherFor is how long an event waits for others that say the same: an order changes a few times in a row.
const gatherFor = 100 * time.Millisecond

// gather gives an event with those that come soon after it, each once.
func (h *Hub) gather(ctx context.Context, first Event) []Event {
	all, end := []Event{first}, time.After(gatherFor)
	for len(all) < outgoing {
		select {
		case e := <-h.out:
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		case <-end:
			return all
		case <-ctx.Done():
			return all
		}
	}
	return all
}

func (h *Hub) hear(text string) {
	var e Event
	if err := json.Unmarshal([]byte(text), &e); err == nil && e.From != h.name {
		h.give(e)
	}
}

// missed has every page look for what it missed.
func (h *Hub) missed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for shop, pages := range h.pages {
		for p := range pages {
			h.push(p, Event{Shop: shop, missed: true})
		}
	}
}
