package slacktest

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// link opens a websocket as a client does.
func (b *bot) link() *websocket.Conn {
	b.t.Helper()
	req, _ := http.NewRequest(http.MethodPost, b.base+"/api/apps.connections.open", nil)
	req.Header.Set("Authorization", "Bearer "+b.sl.AppToken())
	resp, err := http.DefaultClient.Do(req)
	at := b.read(resp, err).ok(b.t).text("url")
	conn, _, err := websocket.DefaultDialer.Dial(at, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { conn.Close() })
	if again, _, err := websocket.DefaultDialer.Dial(at, nil); err == nil {
		again.Close()
		b.t.Error("a ticket was good for two connections")
	}
	if m := b.hear(conn); m["type"] != "hello" || m["connection_info"] == nil {
		b.t.Errorf("it begins with %v", m)
	}
	return conn
}

func (b *bot) hear(conn *websocket.Conn) (m map[string]any) {
	b.t.Helper()
	conn.SetReadDeadline(time.Now().Add(limit))
	if err := conn.ReadJSON(&m); err != nil {
		b.t.Fatal(err)
	}
	return m
}

func TestSlacktestSocket_EventsComeUntilTheyAreAcknowledged(t *testing.T) {
	sl, b := play(t, Options{SocketMode: true, Patience: 20 * time.Millisecond, Second: time.Microsecond})
	staff := b.ws.Member("이직원", "ko-KR")
	staff.DM().Post("안녕하세요")
	conn := b.link()
	first := b.hear(conn)
	again := b.hear(conn)
	payload := again["payload"].(map[string]any)
	if again["envelope_id"] == first["envelope_id"] || again["retry_attempt"] != 1.0 ||
		again["retry_reason"] != "timeout" {
		t.Errorf("again: %v", again)
	}
	if payload["event_id"] != first["payload"].(map[string]any)["event_id"] ||
		payload["event"].(map[string]any)["text"] != "안녕하세요" {
		t.Errorf("got %v", payload)
	}
	conn.WriteJSON(map[string]any{"envelope_id": again["envelope_id"]})
	if !sl.Until(limit, func() bool { return sl.Waiting() == 0 }) {
		t.Error("an acknowledged event still waits")
	}
}

func TestSlacktestSocket_CommandsAreAnsweredInTheAck(t *testing.T) {
	sl, b := play(t, Options{SocketMode: true})
	conn := b.link()
	dm := b.ws.Member("이직원", "ko-KR").DM()
	go func() {
		var m map[string]any
		conn.ReadJSON(&m)
		conn.WriteJSON(map[string]any{
			"envelope_id": m["envelope_id"], "payload": map[string]any{"text": m["payload"].(map[string]any)["text"]},
		})
	}()
	if _, err := dm.Slash("/sajangpick status"); err != nil {
		t.Fatal(err)
	}
	if all := dm.Messages(); len(all) != 1 || all[0].Text != "status" {
		t.Errorf("shows %v", all)
	}
	sl.Disconnect("refresh_requested")
	if m := b.hear(conn); m["type"] != "disconnect" || m["reason"] != "refresh_requested" {
		t.Errorf("got %v", m)
	}
	sl.Disconnect("")
	if !sl.Until(limit, func() bool { return sl.Connections() == 0 }) {
		t.Error("a connection that was cut is still open")
	}
	resp, err := http.PostForm(b.base+"/api/apps.connections.open", url.Values{"token": {b.ws.Token()}})
	b.read(resp, err).refused(t, "not_allowed_token_type")
}
