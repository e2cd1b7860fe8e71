package slacktest

// Post is a message as one person sees it: what is done through it is done by them.
type Post struct {
	TS string
	c  *Channel
}

// With says more about a message that is sent.
type With func(m *post)

// Post writes into the conversation. The text is what a person types: Slack escapes it.
func (c *Channel) Post(text string, with ...With) *Post { return c.write("", "", text, with) }

// Mention writes to our bot by name.
func (c *Channel) Mention(text string, with ...With) *Post {
	return c.Post("<@"+c.room.team.bot+"> "+text, with...)
}

// At is a message of the conversation, by its ts.
func (c *Channel) At(ts string) *Post { return &Post{ts, c} }

// Reply writes into the thread of a message.
func (p *Post) Reply(text string, with ...With) *Post { return p.c.write(p.parent(), "", text, with) }

// Broadcast writes into the thread and shows it in the channel too.
func (p *Post) Broadcast(text string, with ...With) *Post {
	return p.c.write(p.parent(), "thread_broadcast", text, with)
}

// parent is where the thread of a message begins.
func (p *Post) parent() string {
	p.c.s.Mu.Lock()
	defer p.c.s.Mu.Unlock()
	if m := p.must(); m.thread != "" {
		return m.thread
	}
	return p.TS
}

// must is the message, or the end of a test that is wrong.
func (p *Post) must() *post {
	if m := p.c.room.find(p.TS); m != nil {
		return m
	}
	panic("slack: there is no message " + p.TS)
}

// write puts a person's message down and tells the bot, where it may know.
func (c *Channel) write(thread, subtype, text string, with []With) *Post {
	s := c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c.room.archived {
		panic("slack: " + c.who.Name + " can't write into an archived channel")
	}
	m := &post{room: c.room, author: c.who, thread: thread, subtype: subtype, text: escape(text)}
	for _, w := range with {
		w(m)
	}
	s.append(m)
	for _, f := range m.files {
		f.shares = append(f.shares, m)
	}
	s.deliver(m)
	return &Post{m.ts, c}
}

// Edit changes the text. The bot hears of it only if it became another one.
func (p *Post) Edit(text string) {
	s := p.c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := p.must()
	if m.author != p.c.who {
		panic("slack: " + p.c.who.Name + " wrote no message " + p.TS)
	}
	if m.text == escape(text) {
		return
	}
	before := m.wire(s)
	m.text, m.edited = escape(text), s.stamp()
	m.edits++
	s.deliverChange(m, before)
}

// Unfurl adds a preview of a link, as Slack does by itself some seconds after a message. The bot is told
// of it as of a change, though nothing was changed.
func (p *Post) Unfurl() {
	s := p.c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := p.must()
	before := m.wire(s)
	m.unfurl = true
	s.deliverChange(m, before)
}

// Delete takes the message away. One with replies is changed to a tombstone instead.
func (p *Post) Delete() {
	p.c.s.Mu.Lock()
	defer p.c.s.Mu.Unlock()
	p.c.s.remove(p.must())
}

// DropFiles deletes the files of a message: what remains of each is a tombstone.
func (p *Post) DropFiles() { p.eachFile(func(f *file) { f.gone = true }) }

// HideFiles puts them beyond what a free plan shows.
func (p *Post) HideFiles() { p.eachFile(func(f *file) { f.hidden = true }) }

func (p *Post) eachFile(do func(f *file)) {
	s := p.c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m := p.must()
	before := m.wire(s)
	for _, f := range m.files {
		do(f)
	}
	s.deliverChange(m, before)
}
