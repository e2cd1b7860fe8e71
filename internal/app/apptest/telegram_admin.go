package apptest

import (
	"strings"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// Asks writes something and gives the new message that answers it.
func (k *Talk) Asks(text, part string) people.Message {
	k.T.Helper()
	sent := k.SendText(text)
	return k.Hears(part, func(m people.Message) bool { return m.ID > sent.ID && strings.Contains(m.Text, part) })
}
