package bot

import (
	"github.com/sajangpick/sajangpick/pipeline"
)

// Response is what came of an update whose sender waits for the answer.
type Response struct {
	Text    string           // what would be said in a chat; empty: nothing
	Placed  []pipeline.Order // new orders, and those that were there already
	Changed bool             // an order was changed
}

// OrderChange is a press of a button below an order, by name.
type OrderChange struct {
	Verb  string // cancel, again, anyway, look, music, size or video
	To    string // look, music, size: the name
	Size  string // of the short that it is about; empty: the newest
	Order int64
}
