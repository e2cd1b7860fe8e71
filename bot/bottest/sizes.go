package bottest

import (
	"fmt"

	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// InTwoSizes is an order with a film, short1, and a newer picture, still1.
func (t *Talk) InTwoSizes() pipeline.Order {
	t.Helper()
	t.Sends("p1", "새우 파스타 18,000원")
	o := t.Delivered(t.Orders()[0], "short1")
	t.Presses(intent.Action(intent.DoSize, o.ID, "still"))
	t.Hear("사진 한 장으로…")
	return t.Delivered(t.Orders()[0], "still1")
}

// BecameOf checks the newest cut of the only order, which is delivered then.
func (t *Talk) BecameOf(n int, size pipeline.Size, look, music string, won int) {
	t.Helper()
	o := t.Orders()[0]
	if c := o.Cut; c.N != n || c.Size != size || c.Look != look || c.Music != music || c.Words.Won != won {
		t.Errorf(
			"cut %d of size %q, %s, %s, %d won; want %d, %q, %s, %s, %d", c.N, c.Size, c.Look, c.Music, c.Words.Won, n,
			size, look, music, won,
		)
	}
	t.Delivered(o, fmt.Sprint("cut", n))
}
