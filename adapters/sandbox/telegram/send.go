package telegram

import (
	"bytes"
	"encoding/json"
	"image"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Limits of what the bot may write.
const (
	textMax    = 4096
	captionMax = 1024
	dataMax    = 64
	copyMax    = 256
	buttonsMax = 100
	thumbMax   = 200 << 10
	thumbSide  = 320
)

// target is the room that a request names.
func (s *Server) target(p params) (*room, error) {
	if p.Text("chat_id") == "" {
		return nil, bad("chat_id is empty")
	}
	id, err := strconv.ParseInt(p.Text("chat_id"), 10, 64)
	r := s.rooms[id]
	if err != nil || r == nil || !r.met {
		return nil, bad("chat not found")
	}
	return r, nil
}

// reach is a room that the bot may write to.
func (s *Server) reach(p params) (*room, error) {
	r, err := s.target(p)
	if err != nil {
		return nil, err
	}
	switch {
	case r.moved != nil:
		return nil, &apiError{
			Code: http.StatusBadRequest, MigrateTo: r.moved.id,
			Description: "Bad Request: group chat was upgraded to a supergroup chat",
		}
	case r.kind == private && r.bot == kicked:
		return nil, forbidden("bot was blocked by the user")
	case r.bot == kicked:
		return nil, forbidden("bot was kicked from the " + r.spoken())
	case r.bot == away:
		return nil, forbidden("bot is not a member of the " + r.spoken())
	case r.kind == channel && r.bot != admin:
		return nil, bad("need administrator rights in the channel chat")
	}
	return r, nil
}

func (r *room) spoken() string {
	if r.kind == group {
		return "group chat"
	}
	return r.kind + " chat"
}

// place fills in where in the room a message goes: its topic, and what it replies to.
func (s *Server) place(r *room, p params, m *post) error {
	thread := p.Number("message_thread_id")
	if thread != 0 {
		if r.topics[thread] == nil {
			return bad("message thread not found")
		}
		m.ThreadID, m.IsTopicMessage = thread, true
	}
	var reply struct {
		MessageID int   `json:"message_id"`
		ChatID    any   `json:"chat_id"`
		Without   *bool `json:"allow_sending_without_reply"`
	}
	if err := p.object("reply_parameters", &reply); err != nil {
		return err
	}
	without := reply.Without != nil && *reply.Without
	if reply.MessageID == 0 {
		return nil
	}
	to := r.find(reply.MessageID)
	if to != nil && thread != 0 && to.ThreadID != thread {
		to = nil
	}
	if to == nil {
		if without && thread == 0 {
			return nil
		}
		return bad("message to be replied not found")
	}
	m.answers(to)
	return nil
}

// answers makes a message a reply, and puts it into the thread of what it answers.
func (m *post) answers(to *post) {
	m.reply = to
	switch {
	case to.IsTopicMessage:
		m.ThreadID, m.IsTopicMessage = to.ThreadID, true
	case to.room.kind == supergroup && !to.room.forum:
		m.ThreadID = to.MessageID
		if to.ThreadID != 0 {
			m.ThreadID = to.ThreadID
		}
	}
}

// keyboard reads the buttons below a message. nil: there are none. special says that it is another kind
// of markup: it asks for a reply, or changes the keyboard of an app.
func (p params) keyboard() (buttons *wireMarkup, special bool, err error) {
	raw := map[string]json.RawMessage{}
	if err := p.object("reply_markup", &raw); err != nil {
		return nil, false, err
	}
	if raw["inline_keyboard"] != nil {
		buttons, err = inline(raw["inline_keyboard"])
		return buttons, false, err
	}
	return nil, len(raw) > 0, nil
}

func inline(raw json.RawMessage) (*wireMarkup, error) {
	k := wireMarkup{}
	if err := json.Unmarshal(raw, &k.InlineKeyboard); err != nil {
		return nil, bad("can't parse inline keyboard button: " + err.Error())
	}
	k.InlineKeyboard = slices.DeleteFunc(k.InlineKeyboard, func(row []wireButton) bool { return len(row) == 0 })
	count := 0
	for _, row := range k.InlineKeyboard {
		for _, b := range row {
			count++
			if err := b.check(); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case count == 0:
		return nil, nil
	case count > buttonsMax:
		return nil, bad("reply markup is too long")
	}
	return &k, nil
}

func (b wireButton) check() error {
	u, err := url.Parse(b.URL)
	switch {
	case strings.TrimSpace(b.Text) == "":
		return bad("can't parse inline keyboard button: Field \"text\" must be non-empty")
	case b.Style != "" && !slices.Contains([]string{"primary", "success", "danger"}, b.Style):
		return bad("can't parse inline keyboard button: style is unknown")
	case b.URL != "" && (err != nil || u.Scheme != "tg" && !strings.Contains(u.Host, ".")):
		return bad("inline keyboard button URL '" + b.URL + "' is invalid: Wrong HTTP URL")
	case b.CopyText != nil && (b.CopyText.Text == "" || units(b.CopyText.Text) > copyMax):
		return bad("BUTTON_COPY_TEXT_INVALID")
	case b.URL != "" || b.CopyText != nil:
		return nil
	case b.CallbackData == "":
		return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case len(b.CallbackData) > dataMax:
		return bad("BUTTON_DATA_INVALID")
	}
	return nil
}

// write is what all kinds of messages of the bot have in common.
func (s *Server) write(p params, fill func(m *post) error) (any, error) {
	r, err := s.reach(p)
	if err != nil {
		return nil, err
	}
	me := s.me()
	m := &post{ours: true, silent: p.Flag("disable_notification"), protect: p.Flag("protect_content")}
	m.room = r
	if m.From = &me; r.kind == channel {
		w := r.wire()
		m.From, m.SenderChat = nil, &w
	}
	if m.ReplyMarkup, m.special, err = p.keyboard(); err != nil {
		return nil, err
	}
	if err := s.place(r, p, m); err != nil {
		return nil, err
	}
	if err := fill(m); err != nil {
		return nil, err
	}
	return s.append(r, m).wire(), nil
}

func sendMessage(s *Server, p params) (any, error) {
	return s.write(p, func(m *post) (err error) {
		m.Text, m.Entities, err = p.words()
		return err
	})
}

func (p params) words() (string, []Entity, error) {
	text, entities, err := p.written("text")
	switch {
	case err != nil:
	case text == "":
		err = bad("message text is empty")
	case units(text) > textMax:
		err = bad("message is too long")
	}
	return text, entities, err
}

func (m *post) caption(p params) (err error) {
	m.Caption, m.CaptionEntities, err = p.written("caption")
	if err == nil && units(m.Caption) > captionMax {
		err = bad("message caption is too long")
	}
	return err
}

// media is the file of a request: uploaded, or one that the bot has already.
func (s *Server) media(p params, kind string) (*file, error) {
	if up, ok := p.file(kind); ok {
		if len(up.Data) == 0 {
			return nil, bad("file must be non-empty")
		}
		return &file{kind: kind, name: up.Name, mime: up.MIME, data: up.Data}, nil
	}
	id := p.Text(kind)
	f := s.files.byID[id]
	switch {
	case id == "":
		return nil, bad("there is no " + kind + " in the request")
	case strings.HasPrefix(id, "http://"), strings.HasPrefix(id, "https://"):
		return nil, bad("failed to get HTTP URL content")
	case f == nil:
		return nil, bad("wrong file identifier/HTTP URL specified")
	case f.kind != kind:
		return nil, bad("can't use file of type " + title(f.kind) + " as " + title(kind))
	}
	return f, nil
}

func title(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

func sendPhoto(s *Server, p params) (any, error) {
	return s.write(p, func(m *post) error {
		f, err := s.media(p, "photo")
		if err != nil {
			return err
		}
		if len(f.data) > photoMax {
			return bad("PHOTO_SAVE_FILE_INVALID")
		}
		if m.Photo, err = s.photo(f.data); err != nil {
			return err
		}
		return m.caption(p)
	})
}

// thumbnail reads the small picture of a video. The real server may drop a bad one without a word;
// here it is refused, so that a test can see it.
func (s *Server) thumbnail(p params) (*file, error) {
	up, ok := p.file("thumbnail")
	if !ok {
		return nil, nil
	}
	if len(up.Data) > thumbMax {
		return nil, bad("file is too big")
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(up.Data))
	if err != nil || kind != "jpeg" || c.Width > thumbSide || c.Height > thumbSide {
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	return s.keep(file{kind: "thumbnail", data: up.Data, w: c.Width, h: c.Height}), nil
}
