package bot

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// cameButtons let the person who waits for a short say whether it is there, when we can't tell.
func cameButtons(o pipeline.Order) [][]state.Button {
	return [][]state.Button{{
		{Label: phrase.Fill(o.Thread.Lang, "choice.came", nil), Action: action(doCame, o.ID, "yes")},
		{Label: phrase.Fill(o.Thread.Lang, "choice.came.not", nil), Action: action(doCame, o.ID, "no")},
	}}
}

// came takes in whether an order's short is in its chat. Only for an order that waits to know it anything changes.
func (v *session) came(o pipeline.Order, arrived bool) {
	if o.Reason != pipeline.ReasonMaybeDelivered {
		v.notice(phrase.Stage(v.chat.Lang, o))
		return
	}
	change, key := pipeline.Retry, "came.not"
	if arrived {
		change, key = pipeline.Arrived, "came"
	}
	next, m, err := change(o)
	if err != nil {
		v.notice(phrase.Stage(v.chat.Lang, o))
		return
	}
	v.change.Moves = append(v.change.Moves, state.Moved{Order: next, Move: m})
	v.notice(v.fill(key, nil))
}

// adminCame ends an order whose short is in its chat, as an admin has seen.
func (v *session) adminCame(o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Arrived(*o)
	if err != nil {
		return "admin.came.no", ""
	}
	v.moves(o, next, m)
	return "admin.came", "delivered"
}

// moves changes an order in an admin's name, which its history keeps.
func (v *session) moves(o *pipeline.Order, next pipeline.Order, m pipeline.Move) {
	m.Note = strings.TrimSpace(m.Note + " by " + v.who())
	v.change.Moves = append(v.change.Moves, state.Moved{Order: next, Move: m})
	*o = next
}
