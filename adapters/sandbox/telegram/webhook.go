package telegram

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// hook is where updates are posted to.
type hook struct {
	url, secret string
	connections int
	ctx         context.Context // ends with the hook
	end         context.CancelFunc
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// setWebhook takes plain HTTP and any port too, which the real service doesn't.
func setWebhook(s *Server, p params) (any, error) {
	at := p.Text("url")
	if at == "" {
		return deleteWebhook(s, p)
	}
	u, err := url.Parse(at)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	case p.Text("secret_token") != "" && !secretForm.MatchString(p.Text("secret_token")):
		return nil, bad("secret token contains unallowed characters")
	}
	if err := s.want(p); err != nil {
		return nil, err
	}
	said := described("Webhook was set")
	if old := s.mail.hook; old != nil {
		if old.end(); old.url == at {
			said = "Webhook is already set"
		}
	}
	h := &hook{url: at, secret: p.Text("secret_token"), connections: p.Number("max_connections")}
	if h.connections < 1 || h.connections > 100 {
		h.connections = 40
	}
	h.ctx, h.end = context.WithCancel(s.Done)
	s.mail.hook = h
	s.restart(p)
	return said, nil
}

func deleteWebhook(s *Server, p params) (any, error) {
	said := described("Webhook is already deleted")
	if old := s.mail.hook; old != nil {
		old.end()
		said = "Webhook was deleted"
	}
	s.mail.hook = nil
	s.restart(p)
	return said, nil
}

// restart begins with what is pending anew, or throws it away.
func (s *Server) restart(p params) {
	if p.Flag("drop_pending_updates") {
		s.mail.letters = nil
	}
	for _, l := range s.mail.letters {
		l.tries, l.due, l.out = 0, s.Now(), false
	}
	s.mail.err, s.mail.errAt = "", time.Time{}
	s.touch()
}

func getWebhookInfo(s *Server, _ params) (any, error) {
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": len(s.pending())}
	if h := s.mail.hook; h != nil {
		info["url"], info["max_connections"] = h.url, h.connections
	}
	if len(s.mail.kinds) > 0 {
		info["allowed_updates"] = s.mail.kinds
	}
	if s.mail.err != "" {
		info["last_error_message"], info["last_error_date"] = s.mail.err, s.mail.errAt.Unix()
	}
	return info, nil
}

// postman carries updates to the webhook until the stand-in is closed.
func (s *Server) postman() {
	client := &http.Client{
		Timeout:       60 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	s.Serve(func() time.Duration { return s.dispatch(client) })
}

// dispatch sends off the first letter of each queue, and says when to look again at the latest.
func (s *Server) dispatch(client *http.Client) time.Duration {
	sleep, h := time.Minute, s.mail.hook
	if h == nil {
		return sleep
	}
	all := s.pending()
	underway := 0
	for _, l := range all {
		if l.out {
			underway++
		}
	}
	first := map[string]bool{}
	for _, l := range all {
		if first[l.key] {
			continue
		}
		first[l.key] = true
		if rest := l.due.Sub(s.Now()); rest > 0 {
			sleep = min(sleep, rest)
		} else if !l.out && underway < h.connections {
			l.out = true
			underway++
			s.Go(func() { s.post(client, h, l) })
		}
	}
	return sleep
}

// post carries one letter, and puts it back when it wasn't taken.
func (s *Server) post(client *http.Client, h *hook, l *letter) {
	reply, rest, why := h.send(client, l)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if s.mail.hook != h {
		return
	}
	defer s.touch()
	l.out = false
	if why == "" {
		s.taken(func(o *letter) bool { return o == l })
		if len(reply) > 0 {
			s.Go(func() { s.obey(reply) })
		}
		return
	}
	s.mail.err, s.mail.errAt = why, s.Now()
	l.tries++
	if rest == 0 && l.tries > 1 {
		rest = min(1<<min(l.tries-1, 6), 60)
	}
	l.due = s.Now().Add(time.Duration(rest) * s.second)
}

// send posts a letter. The reply is what a bot may answer right there; rest is how many seconds it asks
// to be left alone; why is what getWebhookInfo says of a failure.
func (h *hook) send(client *http.Client, l *letter) (reply []byte, rest int, why string) {
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.url, bytes.NewReader(l.body))
	if err != nil {
		return nil, 0, "Invalid URL"
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	resp, err := client.Do(req)
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return nil, 0, "Read timeout expired"
	case err != nil:
		return nil, 0, "Connection failed"
	}
	defer resp.Body.Close()
	reply, _ = io.ReadAll(io.LimitReader(resp.Body, fieldMax))
	if resp.StatusCode/100 != 2 {
		rest, _ = strconv.Atoi(resp.Header.Get("Retry-After"))
		return nil, min(max(rest, 0), 3600), "Wrong response from the webhook: " + resp.Status
	}
	return reply, 0, ""
}

// obey does what the answer to a webhook call asks for, as the real server does. It isn't told how it
// went.
func (s *Server) obey(reply []byte) {
	all, err := standin.JSONParams(reply)
	p := params{all}
	if err != nil {
		return
	}
	name, ok := known(p.Text("method"))
	if !ok || name == polling {
		return
	}
	line := s.note(name, p)
	_, err = s.do(name, p)
	s.settle(line, err)
}
