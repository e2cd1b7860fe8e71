package bottest

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
)

func (t *Talk) Chat(id string) bot.Chat {
	t.Helper()
	c, err := t.Store.Chat(t.Context(), "telegram", id)
	t.Check(err)
	return c
}

func (t *Talk) Shop(chat string) bot.Shop {
	t.Helper()
	s, err := t.Store.Shop(t.Context(), t.Chat(chat).Shop)
	t.Check(err)
	return s
}

// From is a picture from another chat.
func From(chat, message, text string) bot.Update {
	u := Photo(message, text)
	u.Chat = chat
	return u
}

func Ko(keys ...string) string {
	var lines []string
	for _, k := range keys {
		lines = append(lines, present.Fill("ko", k, nil))
	}
	return strings.Join(lines, "\n")
}
