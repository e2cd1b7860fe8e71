package telegram

// Group is a new basic group, seen by its owner. The bot is not in it.
func (s *Server) Group(title string, owner *Person) *Chat { return s.found(group, title, owner, false) }

// Supergroup is a new supergroup.
func (s *Server) Supergroup(title string, owner *Person) *Chat {
	return s.found(supergroup, title, owner, false)
}

// Forum is a new supergroup with topics; all but the General one are made with Topic.
func (s *Server) Forum(title string, owner *Person) *Chat {
	return s.found(supergroup, title, owner, true)
}

// Channel is a new channel.
func (s *Server) Channel(title string, owner *Person) *Chat {
	return s.found(channel, title, owner, false)
}

func (s *Server) found(kind, title string, owner *Person, forum bool) *Chat {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := -(4_000_000_000 + s.Next())
	if kind != group {
		id -= 1_000_000_000_000
	}
	r := s.open(&room{id: id, kind: kind, title: title, owner: owner, bot: away, forum: forum})
	return &Chat{s: s, room: r, who: owner}
}

// AddBot brings the bot into a room.
func (c *Chat) AddBot() *Chat {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	c.s.become(c.room, c.who, member)
	if c.room.kind != channel {
		c.service(func(m *post) { m.NewChatMembers = []wireUser{c.s.me()} })
	}
	return c
}

// service writes a message that says what happened.
func (c *Chat) service(fill func(m *post)) *post {
	m := &post{author: c.who}
	c.sign(m)
	c.s.append(c.room, m)
	fill(m)
	m.unseen = c.room.bot != member && c.room.bot != admin
	c.s.deliver("message", m)
	return m
}

// RemoveBot throws the bot out.
func (c *Chat) RemoveBot() { c.status(kicked) }

// Promote makes the bot an admin, who sees all that is written.
func (c *Chat) Promote() *Chat { return c.status(admin) }

func (c *Chat) status(to string) *Chat {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	c.s.become(c.room, c.who, to)
	return c
}

// Upgrade makes a basic group a supergroup with another id. The bot is told in both; the old one takes
// no more messages.
func (c *Chat) Upgrade() *Chat {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	old := c.room
	r := c.s.open(&room{
		id: old.id - 1_000_000_000_000, kind: supergroup, title: old.title, owner: old.owner,
		bot: old.bot, met: old.met, seesAll: old.seesAll,
	})
	n := &Chat{s: c.s, room: r, who: c.who}
	c.service(func(m *post) { m.MigrateToChat = r.id })
	old.moved = r
	n.service(func(m *post) { m.MigrateFromChat = old.id })
	return n
}

// Topic makes a topic in a forum. Its number is the id of the message that made it.
func (c *Chat) Topic(name string) *Chat {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	m := c.service(func(m *post) {
		m.TopicCreated, m.ThreadID, m.IsTopicMessage = &wireTopic{name, 0x6FB9F0}, m.MessageID, true
	})
	c.room.topics[m.MessageID] = &topic{name: name}
	return &Chat{s: c.s, room: c.room, who: c.who, topic: m.MessageID}
}

// TopicID is the number of the topic that this Chat shows; 0: it shows all.
func (c *Chat) TopicID() int { return c.topic }

// DeleteTopic deletes a topic and all that is in it.
func (c *Chat) DeleteTopic() {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	delete(c.room.topics, c.topic)
	for _, m := range c.room.posts {
		if m.ThreadID == c.topic && !m.deleted {
			c.s.remove(m)
		}
	}
}
