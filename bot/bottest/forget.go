package bottest

import (
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Full is a shop with a logo and orders in several states.
func (t *Talk) Full() {
	t.Helper()
	t.Order("새우 파스타", Ends(pipeline.Delivered, "", ""))
	t.Order("냉면", Begins(pipeline.Animate, "c2"), Accepted(1500))
	t.Order("빙수", Begins(pipeline.Animate, "c3"), NoCredits)
	shop, err := t.Store.Shop(t.Context(), 1)
	t.Check(err)
	shop.Logo = "logos/a.png"
	c, err := t.Store.Chat(t.Context(), "telegram", "owner")
	t.Check(err)
	_, err = t.Store.Commit(t.Context(), bot.Change{Chat: c, Shop: &shop})
	t.Check(err)
	time.Sleep(time.Hour)
}
