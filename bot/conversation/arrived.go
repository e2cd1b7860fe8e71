package conversation

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// came takes in whether an order's short is in its chat. Only for an order that waits to know it anything changes.
func came(v *Session, o pipeline.Order, arrived bool) {
	if o.Reason != pipeline.ReasonMaybeDelivered {
		v.ShowNotice(present.Stage(v.StoredChat.Lang, o))
		return
	}
	change, key := pipeline.Retry, "came.not"
	if arrived {
		change, key = pipeline.Arrived, "came"
	}
	next, m, err := change(o)
	if err != nil {
		v.ShowNotice(present.Stage(v.StoredChat.Lang, o))
		return
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	v.ShowNotice(v.Fill(key, nil))
}

// AdminCame ends an order whose short is in its chat, as an admin has seen.
func (v *Session) AdminCame(o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Arrived(*o)
	if err != nil {
		return "admin.came.no", ""
	}
	v.Moves(o, next, m)
	return "admin.came", "delivered"
}

// Moves changes an order in an admin's name, which its history keeps.
func (v *Session) Moves(o *pipeline.Order, next pipeline.Order, m pipeline.Move) {
	m.Note = strings.TrimSpace(m.Note + " by " + v.Who())
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	*o = next
}
