package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

const controlPath = "/sandbox/telegram/"

// controls are what people do, over HTTP: for a page that shows the chats, and for scripts. Bodies are
// JSON, or multipart where a file comes along; as says who acts, and is the room's owner if it is absent.
func (s *Server) controls() http.Handler {
	mux := http.NewServeMux()
	on := func(pattern string, h func(r *http.Request) (any, error)) {
		verb, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(verb+" "+controlPath+path, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, bodyMax)
			v, err := h(r)
			if err != nil {
				e := asAPI(err)
				standin.JSON(w, e.Code, map[string]string{"error": e.Description})
				return
			}
			standin.JSON(w, http.StatusOK, v)
		})
	}
	on("GET bot", func(*http.Request) (any, error) { return s.me(), nil })
	on("GET commands", func(r *http.Request) (any, error) {
		return s.Commands(r.FormValue("scope"), r.FormValue("lang")), nil
	})
	on("GET requests", func(*http.Request) (any, error) { return s.Requests(), nil })
	on("POST faults", s.faultOver)
	on("DELETE faults", func(*http.Request) (any, error) { s.Faults.Clear(); return "ok", nil })
	on("POST people", s.personOver)
	on("POST groups", s.groupOver)
	on("GET chats", s.chatsOver)
	on("GET chats/{chat}", s.chatOver)
	on("POST chats/{chat}/bot", s.botOver)
	on("POST chats/{chat}/messages", s.sendOver)
	on("PATCH chats/{chat}/messages/{message}", s.editOver)
	on("DELETE chats/{chat}/messages/{message}", s.deleteOver)
	on("POST chats/{chat}/messages/{message}/press", s.pressOver)
	mux.HandleFunc("GET "+controlPath+"files/{file}", s.fileOver)
	s.page(mux)
	return http.NewCrossOriginProtection().Handler(mux)
}

// order is the body of any control.
type order struct {
	As     int64  `json:"as"`
	Text   string `json:"text"`
	Kind   string `json:"kind"` // of what is sent: photo, album, document, video
	Reply  int    `json:"reply"`
	Topic  int    `json:"topic"`
	Button string `json:"button"`
	Status string `json:"status"` // of the bot: member, administrator, kicked
	Title  string `json:"title"`
	Name   string `json:"name"`
	Lang   string `json:"lang"`
	ID     int64  `json:"id"` // of a person who shall have this one, as an admin of the settings has; 0: any
	files  []standin.Upload
}

func ordered(r *http.Request) (o order, err error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil && err != io.EOF {
			return o, bad(err.Error())
		}
		return o, nil
	}
	if err := r.ParseMultipartForm(uploadMax); err != nil {
		return o, bad(err.Error())
	}
	defer r.MultipartForm.RemoveAll()
	o.As, _ = strconv.ParseInt(r.FormValue("as"), 10, 64)
	o.Reply, _ = strconv.Atoi(r.FormValue("reply"))
	o.Topic, _ = strconv.Atoi(r.FormValue("topic"))
	o.Text, o.Kind = r.FormValue("text"), r.FormValue("kind")
	for _, h := range r.MultipartForm.File["file"] {
		f, err := h.Open()
		if err != nil {
			return o, err
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return o, err
		}
		o.files = append(o.files, standin.Upload{Name: h.Filename, MIME: h.Header.Get("Content-Type"), Data: data})
	}
	return o, nil
}

var errNoChat = &apiError{Code: http.StatusNotFound, Description: "there is no such chat or person"}

// seat finds the chat of a path, as the one who acts.
func (s *Server) seat(r *http.Request, o order) (*Chat, error) {
	id, _ := strconv.ParseInt(r.PathValue("chat"), 10, 64)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	at := s.rooms[id]
	if at == nil {
		return nil, errNoChat
	}
	who := at.owner
	if o.As != 0 {
		who = s.people[o.As]
	}
	if who == nil {
		return nil, errNoChat
	}
	return &Chat{s: s, room: at, who: who, topic: o.Topic}, nil
}

// acting reads who acts, where, and on which message.
func (s *Server) acting(r *http.Request) (c *Chat, message int, o order, err error) {
	if o, err = ordered(r); err != nil {
		return nil, 0, o, err
	}
	message, _ = strconv.Atoi(r.PathValue("message"))
	c, err = s.seat(r, o)
	return c, message, o, err
}

func (s *Server) faultOver(r *http.Request) (any, error) {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	var f standin.Fault
	err := d.Decode(&f)
	if err == nil {
		err = s.plan(f)
	}
	if err != nil {
		return nil, bad(err.Error())
	}
	return "ok", nil
}

func (s *Server) personOver(r *http.Request) (any, error) {
	o, err := ordered(r)
	if err != nil {
		return nil, err
	}
	p := s.person(o.Name, o.Lang, o.ID)
	if p == nil {
		return nil, bad("this id is taken, or it is none")
	}
	p.Private()
	return map[string]any{"id": p.ID, "name": p.Name, "lang": p.Lang}, nil
}

// groupOver founds a group with the bot in it.
func (s *Server) groupOver(r *http.Request) (any, error) {
	o, err := ordered(r)
	if err != nil {
		return nil, err
	}
	s.Mu.Lock()
	owner := s.people[o.As]
	s.Mu.Unlock()
	if owner == nil {
		return nil, errNoChat
	}
	kinds := map[string]func(string, *Person) *Chat{
		"": s.Group, group: s.Group, supergroup: s.Supergroup, "forum": s.Forum, channel: s.Channel,
	}
	found := kinds[o.Kind]
	if found == nil {
		return nil, bad("there is no such kind of group")
	}
	return map[string]any{"id": found(o.Title, owner).AddBot().ID()}, nil
}

// chatLine is a chat in the list of them.
type chatLine struct {
	ID       int64  `json:"id"`
	Kind     string `json:"kind"`
	Title    string `json:"title"`
	Bot      string `json:"bot"` // what the bot is there
	Owner    int64  `json:"owner"`
	Revision int64  `json:"revision"` // grows with each change
}

func (s *Server) line(r *room) chatLine {
	l := chatLine{r.id, r.kind, r.title, r.bot, r.owner.ID, r.revisions}
	if r.kind == private {
		l.Title = r.owner.Name
	}
	return l
}

func (s *Server) chatsOver(*http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	all := []chatLine{}
	for _, r := range s.order {
		all = append(all, s.line(r))
	}
	return all, nil
}

// chatOver shows what changed in a chat since a revision, deleted messages too. With wait it waits that
// many seconds for a change.
func (s *Server) chatOver(r *http.Request) (any, error) {
	c, err := s.seat(r, order{})
	if err != nil {
		return nil, err
	}
	since, _ := strconv.ParseInt(r.FormValue("since"), 10, 64)
	seconds, _ := strconv.Atoi(r.FormValue("wait"))
	s.Wait(r.Context(), time.Duration(min(max(seconds, 0), 50))*time.Second, func() bool {
		return c.room.revisions > since
	})
	s.Mu.Lock()
	defer s.Mu.Unlock()
	messages := []Message{}
	for _, m := range c.room.posts {
		if m.revision > since {
			messages = append(messages, m.see())
		}
	}
	return struct {
		chatLine
		Messages []Message `json:"messages"`
		Actions  []Action  `json:"actions"` // of the last seconds
	}{s.line(c.room), messages, s.lately(c.room)}, nil
}

// lately is what the bot is seen doing now: an action is shown for five seconds.
func (s *Server) lately(r *room) []Action {
	recent := func(a Action) bool { return s.Now().Sub(a.At) < 5*time.Second }
	if i := slices.IndexFunc(r.actions, recent); i >= 0 {
		return r.actions[i:]
	}
	return []Action{}
}

// botOver blocks the bot, throws it out, makes it an admin, or brings it back.
func (s *Server) botOver(r *http.Request) (any, error) {
	c, _, o, err := s.acting(r)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{member, admin, kicked}, o.Status) || c.room.kind == private && o.Status == admin {
		return nil, bad("the bot can't be " + o.Status)
	}
	c.status(o.Status)
	return "ok", nil
}

func (s *Server) sendOver(r *http.Request) (any, error) {
	c, _, o, err := s.acting(r)
	if err != nil {
		return nil, err
	}
	if len(o.files) == 0 {
		if strings.TrimSpace(o.Text) == "" {
			return nil, bad("message text is empty")
		}
		return c.try(asText(o.Text), []With{ReplyTo(o.Reply)})
	}
	with := []With{ReplyTo(o.Reply)}
	if len(o.files) > 1 {
		with = append(with, c.Album())
	}
	var all []Message
	for i, f := range o.files {
		text := o.Text
		if i > 0 {
			text = ""
		}
		fill := s.asPhoto(f.Data, text)
		if o.Kind != "photo" && o.Kind != "album" && o.Kind != "" {
			fill = c.asFile(file{kind: o.Kind, name: f.Name, mime: f.MIME, data: f.Data}, text)
		}
		m, err := c.try(fill, with)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all[0], nil
}

func (s *Server) editOver(r *http.Request) (any, error) {
	c, id, o, err := s.acting(r)
	if err != nil {
		return nil, err
	}
	return c.edit(id, o.Text)
}

func (s *Server) deleteOver(r *http.Request) (any, error) {
	c, id, _, err := s.acting(r)
	if err != nil {
		return nil, err
	}
	c.Delete(id)
	return "ok", nil
}

func (s *Server) pressOver(r *http.Request) (any, error) {
	c, id, o, err := s.acting(r)
	if err != nil {
		return nil, err
	}
	a, err := c.Press(id, o.Button)
	if errors.Is(err, errUnanswered) {
		return nil, &apiError{Code: http.StatusGatewayTimeout, Description: err.Error()}
	}
	if err != nil {
		return nil, bad(err.Error())
	}
	return a, nil
}

func (s *Server) fileOver(w http.ResponseWriter, r *http.Request) {
	data := s.Bytes(r.PathValue("file"))
	if data == nil {
		http.NotFound(w, r)
		return
	}
	// The type is sniffed. A page that was sent as a file must not run as one of ours.
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", http.DetectContentType(data))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
