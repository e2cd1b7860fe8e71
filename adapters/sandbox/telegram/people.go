package telegram

import (
	"slices"
)

// Person has an account.
type Person struct {
	ID   int64
	Name string
	Lang string // of their app; may be empty

	s *Server
}

// Person adds a person. The bot doesn't know them before they write.
func (s *Server) Person(name, lang string) *Person { return s.person(name, lang, 0) }

// Returning adds a person who has written to the bot before, to another stand-in: ids of messages begin behind last.
func (s *Server) Returning(id int64, name, lang string, last int) *Person {
	p := s.person(name, lang, id)
	c := p.Private()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c.room.met = true
	s.account = max(s.account, last)
	return p
}

// person is nil if the id is taken, or not one. Without one they get a fresh one.
func (s *Server) person(name, lang string, id int64) *Person {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	taken := func(id int64) bool { return id <= 0 || id == s.BotID() || s.people[id] != nil }
	if id != 0 && taken(id) {
		return nil
	}
	for taken(id) {
		id = 5_000_000_000 + s.Next() // real ids passed 32 bits years ago
	}
	p := &Person{ID: id, Name: name, Lang: lang, s: s}
	s.people[p.ID] = p
	return p
}

func (p *Person) wire() wireUser {
	return wireUser{ID: p.ID, FirstName: p.Name, Language: p.Lang}
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

// Chat is a room as one of its people sees it: what is done through it is done by them.
type Chat struct {
	s     *Server
	room  *room
	who   *Person
	topic int
}

// ID of the room.
func (c *Chat) ID() int64 { return c.room.id }

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

func (c *Chat) asFile(f file, caption string) func(m *post) error {
	return func(m *post) error {
		m.Caption, m.CaptionEntities = typed(caption)
		w := c.s.keep(f).wire()
		switch f.kind {
		case "document":
			m.Document = w
		case "video":
			m.Video = w
		default:
			return bad("there is no kind " + f.kind)
		}
		return nil
	}
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

// sign says who wrote a message: in a channel, the channel.
func (c *Chat) sign(m *post) {
	w := c.room.wire()
	if c.room.kind == channel {
		m.SenderChat = &w
		return
	}
	u := c.who.wire()
	m.From = &u
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
