package ops_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestMonths_ARaisedLimitIsWatchedLikeTheFirst fills a month, twice.
func TestMonths_ARaisedLimitIsWatchedLikeTheFirst(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		makes := func(n int) {
			t.Helper()
			for range n {
				t.Order("냉면", bottest.Ends(pipeline.Delivered, "", ""))
			}
			time.Sleep(10 * time.Minute)
			t.Check(o.Sweep(t.Context()))
		}
		t.Commands("/limit 1 5")
		makes(5)
		t.Tells("바다식당이 이번 달 5편을 다 썼어요.")
		t.Commands("/limit 1 10")
		makes(3)
		t.Hear("이번 달 10편 중에서 8편을 만드셨어요. 아직 2편 남았고, 2월 1일에 다시 채워져요.")
		makes(2)
		t.Tells("바다식당이 이번 달 10편을 다 썼어요.")
	})
}
