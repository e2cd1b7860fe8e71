package telegram

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Self is the bot as Telegram knows it.
type Self struct {
	ID      int64
	Name    string // without the @; empty while it isn't known
	SeesAll bool   // privacy mode is off: all that is written in groups reaches us
}

// identity is who we are, and what Telegram says of our chats and their people.
type identity struct {
	*conn
	self   atomic.Pointer[Self]
	asking sync.Mutex
}

// Me asks Telegram who we are, once.
func (i *identity) Me(ctx context.Context) (Self, error) {
	if s := i.self.Load(); s != nil {
		return *s, nil
	}
	i.asking.Lock()
	defer i.asking.Unlock()
	if s := i.self.Load(); s != nil {
		return *s, nil
	}
	u, err := i.api.GetMe(ctx)
	if err != nil {
		return Self{}, i.fault("", "getMe", repeatable, err)
	}
	s := Self{ID: u.ID, Name: u.Username, SeesAll: u.CanReadAllGroupMessages}
	i.self.Store(&s)
	return s, nil
}

// known is what we know about ourselves without asking: the token begins with the id.
func (i *identity) known() Self {
	if s := i.self.Load(); s != nil {
		return *s
	}
	id, _, _ := strings.Cut(i.token, ":")
	n, _ := strconv.ParseInt(id, 10, 64) // 0 is no user's id
	return Self{ID: n}
}

// Name is ours in links, without the @; empty while it isn't known.
func (i *identity) Name() string { return i.known().Name }

// learn asks who we are, unless it is being asked already.
func (i *identity) learn() {
	if !i.asking.TryLock() {
		return
	}
	i.asking.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	if _, err := i.Me(ctx); err != nil {
		i.log.Warn("getting our own name failed", "platform", Platform, "err", err)
	}
}

// RunsChat is part of bot.Members (Bot API, getChatMember).
func (i *identity) RunsChat(ctx context.Context, chat, user string) (bool, error) {
	id, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return false, nil // no user of Telegram is called so
	}
	m, err := i.api.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: chat, UserID: id})
	if err != nil {
		if err = i.fault(chat, "getChatMember", repeatable, err); pipeline.AsFault(err).Kind == pipeline.Rejected {
			return false, nil // they aren't there
		}
		return false, err
	}
	return m.Type == models.ChatMemberTypeOwner || m.Type == models.ChatMemberTypeAdministrator, nil
}

// Reaches is nil when the bot may write to a chat. It writes nothing.
func (i *identity) Reaches(ctx context.Context, chat string) error {
	if !isGroup(chat) { // a person, who has spoken to the bot or hasn't
		_, err := i.api.GetChat(ctx, &tg.GetChatParams{ChatID: chat})
		return i.fault("", "getChat", repeatable, err)
	}
	me, err := i.Me(ctx)
	if err != nil {
		return err
	}
	m, err := i.api.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: chat, UserID: me.ID})
	if err != nil {
		return i.fault("", "getChatMember", repeatable, err)
	}
	if m.Type == models.ChatMemberTypeLeft || m.Type == models.ChatMemberTypeBanned ||
		m.Restricted != nil && !m.Restricted.CanSendMessages {
		return httpx.Undeliverable(errors.New("telegram: the bot may not write to this chat"))
	}
	return nil
}
