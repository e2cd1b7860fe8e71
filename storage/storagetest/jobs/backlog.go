package jobs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// turnsReadFew has a thousand orders wait, most of them of one shop, and counts what is read to let some go.
func turnsReadFew(t *testing.T, open storagetest.Open) {
	const waiting, maxRows = 1000, 200
	e := storagetest.Ready(t, open)
	c := storagetest.NewChange(t, e, "77")
	for i := range waiting {
		o := storagetest.NewOrder(fmt.Sprint("held/", i), storagetest.Later())
		o.Step, o.Phase, o.Reason = pipeline.Animate, pipeline.Ready, pipeline.ReasonPaused
		if o.Shop = 1; i%4 == 0 {
			o.Shop = int64(2 + i%100)
		}
		c.Place = append(c.Place, o)
	}
	storagetest.Commit(t, e, c)
	for err := error(bot.ErrMoreHeld); errors.Is(err, bot.ErrMoreHeld); {
		_, err = e.Release(t.Context(), pipeline.ReasonPaused)
		if err != nil && !errors.Is(err, bot.ErrMoreHeld) {
			t.Fatal(err)
		}
	}
	storagetest.Check(t, storagetest.Tables(e).Write(t.Context(), func(
		ctx context.Context, tx sqldb.Tx,
	) ([]queue.Job, error) {
		return nil, tx.Run(ctx, sqldb.Statement{Text: `ANALYZE`}) // as each engine sees to by itself after a while
	}))
	sent, let := storagetest.Watch(e), 0
	clips := pipeline.Turns{Step: pipeline.Animate, Provider: "runway"}
	renders := pipeline.Turns{
		Step: pipeline.Render, Provider: "creatomate", Rate: pipeline.Rate{N: 30, Per: 10 * time.Second},
	}
	for n, turns := range []pipeline.Turns{clips, clips, clips, renders} {
		if turns.Rate.N == 0 {
			turns.AtOnce = 20 * (n + 1)
		}
		sent.Take()
		ids, _, err := e.TakeTurns(t.Context(), turns)
		storagetest.Check(t, err)
		let += len(ids)
		for _, s := range sent.Take() {
			if rows, plan := storagetest.Reads(t, e, s); rows > maxRows {
				t.Errorf("turns of %s touch %d rows: %s\n%s", turns.Step, rows, s.Text, plan)
			}
		}
	}
	if let != 60 {
		t.Errorf("%d orders went", let)
	}
}
