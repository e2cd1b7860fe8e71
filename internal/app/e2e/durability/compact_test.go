package durability_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestCrash_WhileOldOrdersAreCompactedLeavesNothingHalf kills the program soon after it was seen to compact orders,
// which it does from its start, and lets the last one come to the end.
func TestCrash_WhileOldOrdersAreCompactedLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	const orders, rounds = 1500, 2
	for name, fresh := range apptest.Databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := apptest.Servable(t, fresh(t))
			db := w.Grow(name, storagetest.Growth{Orders: orders, Shops: 20, Purged: orders, Now: time.Now()})
			count := func(text string) (n int) {
				t.Helper()
				if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+text).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			whole := func() {
				t.Helper()
				if kept, past := count(`orders`), count(`past_orders`); kept+past != orders {
					t.Errorf("of %d orders %d are kept, and %d compacted", orders, kept, past)
				}
				if both := count(`orders o JOIN past_orders p ON p.id = o.id`); both != 0 {
					t.Errorf("%d orders are both", both)
				}
				for _, table := range []string{"cuts", "history", "calls"} {
					if left := count(
						table + ` x LEFT JOIN orders o ON o.id = x.order_id WHERE o.id IS NULL`,
					); left != 0 {
						t.Errorf("%d rows of no order are left in %s", left, table)
					}
				}
			}
			compactable := count(`orders WHERE emptied > 0`)
			random := rand.New(rand.NewPCG(1, uint64(len(name))))
			for range rounds {
				c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
				before := count(`past_orders`)
				apptest.Every(t, 5*time.Millisecond, func() error {
					if n := count(`past_orders`); n == before && n < compactable {
						return fmt.Errorf("%d orders are compacted, none since it began", n)
					}
					return nil
				})
				<-time.After(time.Duration(random.IntN(30)) * time.Millisecond) // the moment is the random part
				c.Kill()
				whole()
				t.Logf("killed with %d of %d compacted", count(`past_orders`), compactable)
			}
			c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
			apptest.Every(t, 200*time.Millisecond, func() error {
				if left := count(`orders WHERE emptied > 0`); left != 0 {
					return fmt.Errorf("%d orders are still to be compacted", left)
				}
				return nil
			})
			c.Kill()
			whole()
			e, err := app.OpenEngine(t.Context(), w.Config(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			storagetest.SumsHold(t, e)
		})
	}
}
