package telegram

import (
	"slices"
)

// Person is somebody with an account, or a bot that isn't ours.
type Person struct {
	ID   int64
	Name string
	Lang string // of their app; may be empty
	Bot  bool

	s    *Server
	gone bool
}

// Person adds somebody. The bot doesn't know them before they write.
func (s *Server) Person(name, lang string) *Person { return s.person(name, lang, 0, false) }

// Bot adds a bot that isn't ours.
func (s *Server) Bot(name string) *Person { return s.person(name, "", 0, true) }

// person is nil if somebody has the id already, or nobody can. Without one they get a fresh one.
func (s *Server) person(name, lang string, id int64, bot bool) *Person {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	taken := func(id int64) bool { return id <= 0 || id == s.BotID() || s.people[id] != nil }
	if id != 0 && taken(id) {
		return nil
	}
	for taken(id) {
		id = 5_000_000_000 + s.Next() // real ids passed 32 bits years ago
	}
	p := &Person{ID: id, Name: name, Lang: lang, Bot: bot, s: s}
	s.people[p.ID] = p
	return p
}

func (p *Person) wire() wireUser {
	if p.gone {
		return wireUser{ID: p.ID}
	}
	w := wireUser{ID: p.ID, IsBot: p.Bot, FirstName: p.Name, Language: p.Lang}
	if p.Bot {
		w.Username = p.Name
	}
	return w
}

// Private is the chat of a person with the bot.
func (p *Person) Private() *Chat {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	r := p.s.rooms[p.ID]
	if r == nil {
		r = p.s.open(&room{id: p.ID, kind: private, owner: p, bot: member})
	}
	return &Chat{s: p.s, room: r, who: p}
}

// Block makes the bot unable to write to a person.
func (p *Person) Block() { p.become(kicked) }

// Unblock lets it write again.
func (p *Person) Unblock() { p.become(member) }

func (p *Person) become(status string) {
	r := p.Private().room
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	p.s.become(r, p, status)
}

// Delete removes the person's account. Nobody is told.
func (p *Person) Delete() {
	p.s.Mu.Lock()
	defer p.s.Mu.Unlock()
	p.gone = true
}

// Chat is a room as one of its people sees it: what is done through it is done by them.
type Chat struct {
	s         *Server
	room      *room
	who       *Person
	topic     int
	anonymous bool
}

// ID of the room.
func (c *Chat) ID() int64 { return c.room.id }

// As is the same place, seen by somebody else.
func (c *Chat) As(p *Person) *Chat { return &Chat{s: c.s, room: c.room, who: p, topic: c.topic} }

// With says more about a message that is sent.
type With func(m *post)

// ReplyTo makes it answer a message.
func ReplyTo(id int) With {
	return func(m *post) {
		if to := m.room.find(id); to != nil {
			m.answers(to)
		}
	}
}

// ReplyElsewhere makes it answer a message of another chat.
func ReplyElsewhere(to Message) With {
	return func(m *post) {
		r := m.author.s.rooms[to.Chat]
		if r == nil || r.find(to.ID) == nil {
			return
		}
		from, w := r.find(to.ID), r.wire()
		x := &wireReply{Photo: from.Photo, LivePhoto: from.LivePhoto, Document: from.Document}
		if x.LivePhoto != nil { // unlike in a message
			x.Photo = nil
		}
		x.Origin = wireOrigin{Type: "user", Date: from.Date, SenderUser: from.From}
		if r.kind == channel {
			x.Origin = wireOrigin{Type: "channel", Date: from.Date, Chat: &w, MessageID: from.MessageID}
		}
		if r.kind == channel || r.kind == supergroup {
			x.Chat, x.MessageID = &w, from.MessageID
		}
		m.ExternalReply = x
	}
}

// SendText writes a text.
func (c *Chat) SendText(text string, with ...With) Message {
	return c.send(asText(text), with)
}

func asText(text string) func(m *post) error {
	return func(m *post) error {
		m.Text, m.Entities = typed(text)
		return nil
	}
}

// SendPhoto sends a picture as a photo. Like all that sends media it panics when what is sent can't be
// sent.
func (c *Chat) SendPhoto(picture []byte, caption string, with ...With) Message {
	return c.send(c.s.asPhoto(picture, caption), with)
}

func (s *Server) asPhoto(picture []byte, caption string) func(m *post) error {
	return func(m *post) (err error) {
		m.Photo, err = s.photo(picture)
		m.Caption, m.CaptionEntities = typed(caption)
		return err
	}
}

// Picture is one of an album.
type Picture struct {
	Data    []byte
	Caption string
}

// SendAlbum sends pictures together: one message each, and nothing says how many there are.
func (c *Chat) SendAlbum(pictures ...Picture) []Message {
	album := c.Album()
	var all []Message
	for _, p := range pictures {
		all = append(all, c.SendPhoto(p.Data, p.Caption, album))
	}
	return all
}

// Album puts messages into one new album, so that they can be sent one by one, and late.
func (c *Chat) Album() With {
	id := c.s.album()
	return func(m *post) { m.MediaGroupID = id }
}

// SendDocument sends a file as it is. Its type is what the sender says it is.
func (c *Chat) SendDocument(name, mime string, data []byte, caption string, with ...With) Message {
	return c.send(c.asFile(file{kind: "document", name: name, mime: mime, data: data}, caption), with)
}

// SendLivePhoto sends a photo that moves: a photo with a short film beside it.
func (c *Chat) SendLivePhoto(picture, film []byte, caption string, with ...With) Message {
	still := c.s.asPhoto(picture, caption)
	return c.send(func(m *post) error {
		if err := still(m); err != nil {
			return err
		}
		m.LivePhoto = c.s.keep(file{kind: "live_photo", mime: "video/mp4", data: film, w: 1080, h: 1440, seconds: 3}).wire()
		m.LivePhoto.Photo = m.Photo
		return nil
	}, with)
}

// SendMedia sends something else: video, animation, voice, audio, video_note, sticker, location, contact.
func (c *Chat) SendMedia(kind string, data []byte, caption string, with ...With) Message {
	return c.send(c.asFile(file{kind: kind, data: data, w: 640, h: 640, seconds: 3}, caption), with)
}

func (c *Chat) asFile(f file, caption string) func(m *post) error {
	return func(m *post) error {
		m.Caption, m.CaptionEntities = typed(caption)
		switch f.kind {
		case "location":
			m.Location = &wireLocation{37.5665, 126.978}
			return nil
		case "contact":
			m.Contact = &wireContact{"+821000000000", c.who.Name}
			return nil
		}
		w := c.s.keep(f).wire()
		switch f.kind {
		case "document":
			m.Document = w
		case "video":
			m.Video = w
		case "animation":
			m.Animation, m.Document = w, w
		case "voice":
			m.Voice = w
		case "audio":
			m.Audio = w
		case "video_note":
			m.VideoNote = w
		case "sticker":
			m.Sticker = w
			m.Sticker.Emoji = "🍝"
		default:
			return bad("there is no kind " + f.kind)
		}
		return nil
	}
}

// Forward sends a message on, from whatever chat it is in.
func (c *Chat) Forward(from Message, with ...With) Message {
	return c.send(func(m *post) error {
		var src *post
		if r := c.s.rooms[from.Chat]; r != nil {
			src = r.find(from.ID)
		}
		if src == nil {
			return bad("message to forward not found")
		}
		own := m.wireMessage
		m.wireMessage = src.wireMessage
		m.From, m.SenderChat, m.ThreadID, m.IsTopicMessage = own.From, own.SenderChat, own.ThreadID, own.IsTopicMessage
		m.EditDate, m.MediaGroupID, m.ReplyMarkup, m.ReplyTo = 0, "", nil, nil
		m.ForwardOrigin = &wireOrigin{Type: "user", Date: src.Date, SenderUser: src.From}
		if src.room.kind == channel {
			w := src.room.wire()
			m.ForwardOrigin = &wireOrigin{Type: "channel", Date: src.Date, Chat: &w, MessageID: src.MessageID}
		}
		return nil
	}, with)
}

// send writes a person's message into the room and tells the bot, where it may know.
func (c *Chat) send(fill func(m *post) error, with []With) Message {
	m, err := c.try(fill, with)
	if err != nil {
		panic("telegram: " + c.who.Name + " can't send this: " + err.Error())
	}
	return m
}

func (c *Chat) try(fill func(m *post) error, with []With) (Message, error) {
	s := c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := &post{author: c.who}
	c.sign(m)
	if c.topic > General {
		m.ThreadID, m.IsTopicMessage = c.topic, true
	}
	m.room = c.room
	if err := fill(m); err != nil {
		return Message{}, err
	}
	s.append(c.room, m)
	for _, w := range with {
		w(m)
	}
	c.room.met = c.room.met || c.room.kind == private
	m.unseen = !s.sees(m)
	s.deliver("message", m)
	return m.see(), nil
}

// sign says who wrote a message: nobody in a channel, the room itself for an anonymous admin.
func (c *Chat) sign(m *post) {
	w := c.room.wire()
	switch {
	case c.room.kind == channel:
		m.SenderChat = &w
	case c.anonymous:
		m.From = &wireUser{ID: 1087968824, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
		m.SenderChat = &w
	default:
		u := c.who.wire()
		m.From = &u
	}
}

func (s *Server) album() string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return itoa(13_700_000_000_000_000 + s.Next())
}

// Edit changes the text or the caption of a message of this person. The bot hears of it only if it
// became another one.
func (c *Chat) Edit(id int, text string) Message {
	m, err := c.edit(id, text)
	if err != nil {
		panic("telegram: " + err.Error())
	}
	return m
}

func (c *Chat) edit(id int, text string) (Message, error) {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	m := c.room.find(id)
	if m == nil || m.author != c.who {
		return Message{}, bad(c.who.Name + " wrote no message " + itoa(int64(id)))
	}
	plain, entities := typed(text)
	if m.Text+m.Caption == plain && slices.Equal(entities, append(m.Entities, m.CaptionEntities...)) {
		return m.see(), nil
	}
	if m.Text != "" {
		m.Text, m.Entities = plain, entities
	} else {
		m.Caption, m.CaptionEntities = plain, entities
	}
	m.EditDate = c.s.Now().Unix()
	m.edits++
	m.unseen = !c.s.sees(m)
	c.s.mark(m)
	c.s.deliver("edited_message", m)
	return m.see(), nil
}

// Delete takes a message away. The bot hears nothing of it.
func (c *Chat) Delete(id int) {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	if m := c.room.find(id); m != nil {
		c.s.remove(m)
	}
}
