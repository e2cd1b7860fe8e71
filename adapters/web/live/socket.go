package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

const (
	writeLimit = 5 * time.Second  // a page that takes nothing for so long is cut off
	pingEvery  = 45 * time.Second // less than what proxies take for silence
	pongLimit  = 10 * time.Second
)

// ErrEnded says that a page's session is over.
var ErrEnded = errors.New("session is over")

// Message is what a page gets.
type Message struct {
	Now    int64  `json:"now"` // our clock in milliseconds, to be shown at the next connection
	Orders []any  `json:"orders,omitempty"`
	Notice string `json:"notice,omitempty"`
}

// Source is what a socket asks for one page.
type Source interface {
	// Holds is ErrEnded when the page's session is over.
	Holds(ctx context.Context) error
	// Since lists the shop's orders that changed since a time in milliseconds, the oldest change first; a few.
	Since(ctx context.Context, since int64) ([]any, error)
	// One is an order of the shop as the page shows it; nil when it isn't there.
	One(ctx context.Context, order int64) (any, error)
}

// IsSocket reports whether a request wants to become a socket.
func IsSocket(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") }

// Serve makes a socket of a request and tells it what happens to a shop's orders until either end has enough.
// A browser of another origin is refused.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, shop, since int64, src Source) {
	page := h.Open(shop)
	if page == nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer page.Close()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // it has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(512) // pages say nothing
	ctx := conn.CloseRead(context.WithoutCancel(r.Context()))
	s := &socket{conn: conn, src: src, since: since}
	if err := s.run(ctx, page); errors.Is(err, ErrEnded) {
		_ = conn.Close(websocket.StatusPolicyViolation, "session is over")
	} else {
		_ = conn.Close(websocket.StatusGoingAway, "")
	}
}

// Refuse makes a socket of a request only to say that there is no session: a page isn't told why else it can't have
// one. A page that wants to know whether sockets get through needs no session either: see Probe.
func Refuse(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // it has answered
	}
	// the browser is gone, so the error can't be told
	_ = conn.Close(websocket.StatusPolicyViolation, "session is over")
}

// Probe asks an address for a socket as a page without a session does, and reports what is in the way.
func Probe(ctx context.Context, address string) error {
	conn, res, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}})
	switch {
	case err != nil && res != nil:
		return fmt.Errorf("HTTP %d instead of 101", res.StatusCode)
	case err != nil:
		return err
	}
	defer conn.CloseNow()
	if _, _, err = conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		return fmt.Errorf("it is upgraded, and something else answers: %w", err)
	}
	return nil
}

type socket struct {
	conn  *websocket.Conn
	src   Source
	since int64
}

func (s *socket) run(ctx context.Context, page *Page) error {
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e, open := <-page.Events:
			if !open {
				return nil
			}
			if err := s.event(ctx, e); err != nil {
				return err
			}
		case <-tick.C:
			if err := s.src.Holds(ctx); err != nil {
				return err
			}
			limited, cancel := context.WithTimeout(ctx, pongLimit)
			err := s.conn.Ping(limited)
			cancel()
			if err != nil {
				return err
			}
		}
	}
}

// catchUp tells a page what changed since it was told last.
func (s *socket) catchUp(ctx context.Context) error {
	now := time.Now().UnixMilli()
	orders, err := s.src.Since(ctx, s.since)
	if err != nil {
		return err
	}
	s.since = now
	return s.send(ctx, Message{Now: now, Orders: orders})
}

func (s *socket) event(ctx context.Context, e Event) error {
	if err := s.src.Holds(ctx); err != nil {
		return err
	}
	switch {
	case e.missed:
		return s.catchUp(ctx)
	case e.Notice != "":
		return s.send(ctx, Message{Now: time.Now().UnixMilli(), Notice: e.Notice})
	case e.Order == 0:
		return nil
	}
	now := time.Now().UnixMilli()
	o, err := s.src.One(ctx, e.Order)
	if err != nil || o == nil {
		return err
	}
	return s.send(ctx, Message{Now: now, Orders: []any{o}})
}

func (s *socket) send(ctx context.Context, m Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, text)
}
