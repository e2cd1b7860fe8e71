package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/coder/websocket"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/pipeline"
)

// socket is a page's connection.
type socket struct {
	*websocket.Conn
	t *testing.T
}

func (b *browser) socket(since int64) *socket {
	b.t.Helper()
	c, _, err := websocket.Dial(
		b.t.Context(), b.base+"/web/live?since="+strconv.FormatInt(since, 10),
		&websocket.DialOptions{HTTPClient: &http.Client{Jar: b.Jar}},
	)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = c.CloseNow() }) // it may be closed
	return &socket{c, b.t}
}

// hears waits for the next message.
func (s *socket) hears() (now int64, orders []view.Order) {
	s.t.Helper()
	_, text, err := s.Read(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	var m struct {
		Now    int64
		Orders []view.Order
	}
	if err := json.Unmarshal(text, &m); err != nil {
		s.t.Fatal(err)
	}
	return m.Now, m.Orders
}

// over waits until we close it because there is no session.
func (s *socket) over() {
	s.t.Helper()
	for {
		if _, _, err := s.Read(s.t.Context()); err != nil {
			if websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
				s.t.Errorf("closed with %v", err)
			}
			return
		}
	}
}

// TestLive_TellsAtTheNextConnectionWhatNoProcessTold leaves out what a process that dies between its commit and the
// news of it leaves out.
func TestLive_TellsAtTheNextConnectionWhatNoProcessTold(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	b.orders("새우 파스타")
	first := b.socket(0)
	now, orders := first.hears()
	if len(orders) != 1 || orders[0].Status != "open" {
		t.Fatalf("at first: %+v", orders)
	}
	o := h.newest("7")
	o.Status, o.Reason = pipeline.Failed, pipeline.ReasonTrouble
	if _, err := h.store.Move(t.Context(), o, pipeline.Move{}); err != nil {
		t.Fatal(err)
	}
	_ = first.CloseNow() // its process is dead
	if _, orders = b.socket(now).hears(); len(orders) != 1 || orders[0].Status != "failed" {
		t.Errorf("at the next connection: %+v", orders)
	}
}

func TestLive_ClosesASocketWhoseSessionEnds(t *testing.T) {
	h := open(t)
	h.stranger().socket(0).over()
	b := h.owner("7")
	s := b.socket(0)
	s.hears()
	other := h.stranger()
	other.enter(h.link("7"))
	other.post("/web/shop/off", url.Values{})
	s.over()
	if err := live.Probe(t.Context(), h.URL+"/web/live"); err != nil {
		t.Errorf("whether sockets get through: %v", err)
	}
	if err := live.Probe(t.Context(), h.URL+"/web/shop"); err == nil {
		t.Error("what is no socket passes for one")
	}
}
