package slack

import "encoding/json"

// view reads a window that the app wants to show.
func view(p params, kind string) (map[string]any, error) {
	var v map[string]any
	if json.Unmarshal([]byte(p.text("view")), &v) != nil || v["type"] != kind {
		return nil, badArgs("[ERROR] invalid view [json-pointer:/view/type]")
	}
	return v, nil
}

// viewsOpen opens a window before somebody who did something in the last three seconds.
func viewsOpen(s *Server, _ caller, p params) (map[string]any, error) {
	t := s.triggers[p.text("trigger_id")]
	switch {
	case t == nil:
		return nil, refused("invalid_trigger_id")
	case t.used:
		return nil, refused("exchanged_trigger_id")
	case s.now().Sub(t.at) > triggerLife:
		return nil, refused("expired_trigger_id")
	}
	v, err := view(p, "modal")
	if err != nil {
		return nil, err
	}
	t.used = true
	v["id"] = s.id("V")
	t.who.modal = v
	s.touch()
	return map[string]any{"view": v}, nil
}

// viewsPublish shows a home tab.
func viewsPublish(s *Server, c caller, p params) (map[string]any, error) {
	m := s.people[p.text("user_id")]
	if m == nil || m.ws != c.team {
		return nil, refused("user_not_found")
	}
	v, err := view(p, "home")
	if err != nil {
		return nil, err
	}
	v["id"] = s.id("V")
	m.home = v
	s.touch()
	return map[string]any{"view": v}, nil
}

// Modal is the window that the app opened last before somebody, as it was sent; nil: there is none.
func (m *Member) Modal() map[string]any {
	m.ws.s.mu.Lock()
	defer m.ws.s.mu.Unlock()
	return m.modal
}

// HomeTab is what the app shows to somebody in its home tab; nil: nothing.
func (m *Member) HomeTab() map[string]any {
	m.ws.s.mu.Lock()
	defer m.ws.s.mu.Unlock()
	return m.home
}
