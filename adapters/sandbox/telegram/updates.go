package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// letter is an update that the bot doesn't have yet.
type letter struct {
	id    int
	key   string // letters with the same one arrive one after the other
	body  json.RawMessage
	until time.Time // thrown away then
	tries int
	due   time.Time
	out   bool // on its way
}

// mail is what waits for the bot, and how it wants it.
type mail struct {
	last    int
	letters []*letter
	kinds   []string // the updates that it wants; empty: all that there are by default
	poller  int64    // whose turn it is to poll
	hook    *hook    // nil: it polls
	errAt   time.Time
	err     string
}

// newMail numbers updates from the clock on: a bot that was told of some before a restart remembers those.
func newMail() mail { return mail{last: int(time.Now().Unix())} }

// queue adds an update, if the bot wants such ones.
func (s *Server) queue(kind, key string, payload any, life time.Duration) {
	if len(s.mail.kinds) > 0 && !slices.Contains(s.mail.kinds, kind) {
		return
	}
	s.mail.last++
	body, err := json.Marshal(map[string]any{"update_id": s.mail.last, kind: payload})
	if err != nil {
		panic(err)
	}
	s.mail.letters = append(s.mail.letters, &letter{
		id: s.mail.last, key: key, body: body, until: s.Now().Add(life), due: s.Now(),
	})
	s.touch()
}

// pending throws expired updates away and returns the rest.
func (s *Server) pending() []*letter {
	now := s.Now()
	s.mail.letters = slices.DeleteFunc(s.mail.letters, func(l *letter) bool { return !l.out && !now.Before(l.until) })
	return s.mail.letters
}

// want notes which updates the bot asked for; one that says nothing keeps what was.
func (s *Server) want(p params) error {
	if p.Text("allowed_updates") == "" {
		return nil
	}
	var kinds []string
	if err := p.object("allowed_updates", &kinds); err != nil {
		return err
	}
	s.mail.kinds = kinds
	return nil
}

func conflict(why string) error {
	return &apiError{Code: http.StatusConflict, Description: "Conflict: " + why}
}

var (
	errHooked = conflict(
		"can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
	)
	errPolled = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
)

// poll answers getUpdates. A second poller ends the first one.
func (s *Server) poll(ctx context.Context, p params) (any, error) {
	s.Mu.Lock()
	turn, err := s.confirm(p)
	s.Mu.Unlock()
	if err != nil {
		return nil, err
	}
	limit := p.Number("limit")
	if limit < 1 || limit > 100 {
		limit = 100
	}
	updates := []json.RawMessage{}
	seconds := min(max(p.Number("timeout"), 0), 50)
	s.Wait(ctx, time.Duration(seconds)*time.Second, func() bool {
		if s.mail.hook != nil || s.mail.poller != turn {
			err = errPolled
			return true
		}
		for _, l := range s.pending() {
			if len(updates) < limit {
				updates = append(updates, l.body)
			}
		}
		return len(updates) > 0
	})
	return updates, err
}

// confirm forgets the updates before an offset, and takes the turn.
func (s *Server) confirm(p params) (int64, error) {
	if s.mail.hook != nil {
		return 0, errHooked
	}
	if err := s.want(p); err != nil {
		return 0, err
	}
	offset, all := p.Number("offset"), s.pending()
	if n := len(all); offset < 0 && n > 0 {
		offset = all[max(n+offset, 0)].id
	}
	s.taken(func(l *letter) bool { return l.id < offset })
	s.mail.poller = s.Next()
	s.touch()
	return s.mail.poller, nil
}

// Waiting is how many updates the bot hasn't confirmed yet.
func (s *Server) Waiting() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return len(s.pending())
}

// taken takes updates out of what waits.
func (s *Server) taken(which func(l *letter) bool) {
	s.mail.letters = slices.DeleteFunc(s.mail.letters, which)
}
