package bottest

import (
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

// Crossed are the regular prices of the chat's orders, oldest first.
func (t *Talk) Crossed() (all []int) {
	t.Helper()
	for _, o := range t.Orders() {
		all = append(all, o.Cut.Words.Regular)
	}
	return all
}

// Drafts are those that wait in the owner's chat.
func (t *Talk) Drafts() []bot.Draft {
	t.Helper()
	all, err := t.Store.Drafts(t.Context(), "telegram", "owner", time.Now())
	t.Check(err)
	return all
}
