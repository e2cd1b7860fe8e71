package slacktest

import (
	"slices"
	"strconv"
)

// remembering is what the history of a conversation needs.
var remembering = map[string]string{public: "channels:history", im: "im:history"}

// historyMax is how many messages a page has at most.
const historyMax = 999

// conversationsHistory gives the messages of a conversation, without answers in threads, the newest first.
func conversationsHistory(s *Server, c caller, p params) (map[string]any, error) {
	r, err := s.room(c, p.Text("channel"))
	switch {
	case err != nil:
		return nil, err
	case !r.bot:
		return nil, refused("not_in_channel")
	}
	if err := c.may(remembering[r.kind]); err != nil {
		return nil, err
	}
	limit := p.Number("limit")
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, historyMax)
	if s.opts.HistoryMax > 0 {
		limit = min(limit, s.opts.HistoryMax)
	}
	skip := 0
	if cursor := p.Text("cursor"); cursor != "" {
		if skip, err = strconv.Atoi(cursor); err != nil {
			return nil, refused("invalid_cursor")
		}
	}
	all, left := []any{}, ""
	for _, m := range slices.Backward(r.posts) {
		oldest := p.Text("oldest")
		switch {
		case m.deleted || m.only != nil || m.thread != "" && m.subtype != "thread_broadcast":
			continue
		case oldest != "" && (m.ts < oldest || m.ts == oldest && !p.Flag("inclusive")):
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(all) == limit {
			from, _ := strconv.Atoi(p.Text("cursor"))
			left = strconv.Itoa(from + limit)
			break
		}
		all = append(all, m.wire(s))
	}
	return map[string]any{
		"messages": all, "has_more": left != "", "response_metadata": map[string]any{"next_cursor": left},
	}, nil
}
