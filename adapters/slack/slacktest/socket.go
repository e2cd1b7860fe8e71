package slacktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// pingEvery is how often a websocket hears that we are there: clients leave after 30 s of silence.
const pingEvery = 5 * time.Second

// links are the websockets of Socket Mode.
type links struct {
	tickets map[string]bool // not used yet
	open    []*link
	turn    int
	waiting map[string]chan Ack
}

func newLinks() links {
	return links{tickets: map[string]bool{}, waiting: map[string]chan Ack{}}
}

// link is one websocket.
type link struct {
	conn  *websocket.Conn
	write sync.Mutex
}

func (l *link) send(v any) error {
	l.write.Lock()
	defer l.write.Unlock()
	l.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	return l.conn.WriteJSON(v)
}

// Ack is what the app answered to an envelope.
type Ack struct {
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
}

// connectionsOpen gives the URL of a websocket. It is good for one connection.
func connectionsOpen(s *Server, _ caller, p params) (map[string]any, error) {
	switch {
	case p.token == "":
		return nil, refused("not_authed")
	case strings.HasPrefix(p.token, "xoxb-"):
		return nil, refused("not_allowed_token_type")
	case p.token != s.opts.AppToken:
		return nil, refused("invalid_auth")
	}
	ticket := s.id("ticket")
	s.links.tickets[ticket] = true
	return map[string]any{
		"url": fmt.Sprintf("ws%s/link/?ticket=%s&app_id=%s", strings.TrimPrefix(s.url, "http"), ticket, appID),
	}, nil
}

// connect opens a websocket, and keeps it until either side ends it.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.Mu.Lock()
	good := s.links.tickets[ticket]
	delete(s.links.tickets, ticket)
	s.Mu.Unlock()
	if !good {
		http.Error(w, "ticket is invalid", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &link{conn: conn}
	defer conn.Close()
	s.Mu.Lock()
	n := len(s.links.open) + 1
	s.Mu.Unlock()
	hello := map[string]any{
		"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": appID},
		"debug_info": map[string]any{
			"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060,
		},
	}
	if l.send(hello) != nil {
		return
	}
	gone := make(chan struct{})
	s.Mu.Lock()
	s.links.open = append(s.links.open, l)
	s.Go(func() { s.ping(l, gone) })
	s.Touch()
	s.Mu.Unlock()
	s.listen(l)
	close(gone)
	s.Mu.Lock()
	s.links.open = slices.DeleteFunc(s.links.open, func(o *link) bool { return o == l })
	s.Touch()
	s.Mu.Unlock()
}

// ping keeps a websocket alive, and ends it with the stand-in.
func (s *Server) ping(l *link, gone chan struct{}) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-sandbox"), time.Now().Add(time.Second))
		case <-gone:
			return
		case <-s.Done.Done():
			l.conn.Close()
			return
		}
	}
}

// listen hears acks until the websocket ends.
func (s *Server) listen(l *link) {
	for {
		var a Ack
		_, raw, err := l.conn.ReadMessage()
		if err != nil {
			return
		}
		if json.Unmarshal(raw, &a) != nil || a.EnvelopeID == "" {
			continue
		}
		s.Mu.Lock()
		if c := s.links.waiting[a.EnvelopeID]; c != nil {
			delete(s.links.waiting, a.EnvelopeID)
			c <- a
		}
		s.Touch()
		s.Mu.Unlock()
	}
}

// push sends an envelope to one of the websockets and waits for its ack.
func (s *Server) push(kind string, payload []byte, tries int, why string) result {
	s.Mu.Lock()
	if len(s.links.open) == 0 {
		s.Mu.Unlock()
		return result{reason: "connection_failed"}
	}
	s.links.turn++
	l := s.links.open[s.links.turn%len(s.links.open)]
	id := fmt.Sprintf("e0000000-0000-4000-8000-%012d", s.Next())
	acked := make(chan Ack, 1)
	s.links.waiting[id] = acked
	s.Mu.Unlock()
	envelope := map[string]any{
		"envelope_id": id, "type": kind, "payload": json.RawMessage(payload),
		"accepts_response_payload": kind != "events_api",
	}
	if kind == "events_api" {
		envelope["retry_attempt"], envelope["retry_reason"] = tries, why
	}
	if l.send(envelope) != nil {
		return result{reason: "connection_failed"}
	}
	timer := time.NewTimer(s.opts.Patience)
	defer timer.Stop()
	select {
	case a := <-acked:
		return result{status: http.StatusOK, body: a.Payload}
	case <-timer.C:
		return result{reason: "timeout"}
	case <-s.Done.Done():
		return result{reason: "connection_failed"}
	}
}

// Connections is how many websockets are open.
func (s *Server) Connections() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return len(s.links.open)
}

// Disconnect asks all websockets to come again, as Slack does from time to time: the reason is warning,
// refresh_requested or link_disabled. Without a reason they are cut off.
func (s *Server) Disconnect(reason string) {
	s.Mu.Lock()
	all := slices.Clone(s.links.open)
	s.Mu.Unlock()
	for _, l := range all {
		if reason == "" {
			l.conn.Close()
			continue
		}
		l.send(map[string]any{
			"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sandbox"},
		})
	}
}
