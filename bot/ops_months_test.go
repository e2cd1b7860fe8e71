package bot

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestARaisedLimitIsWatchedLikeTheFirst fills a month, twice.
func TestARaisedLimitIsWatchedLikeTheFirst(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		makes := func(n int) {
			t.Helper()
			for range n {
				t.order("냉면", ends(pipeline.Delivered, "", ""))
			}
			time.Sleep(10 * time.Minute)
			t.check(o.Sweep(t.Context()))
		}
		t.commands("/limit 1 5")
		makes(5)
		t.tells("바다식당이 이번 달 5편을 다 썼어요.")
		t.commands("/limit 1 10")
		makes(3)
		t.hear("이번 달 10편 중에서 8편을 만드셨어요. 아직 2편 남았고, 2월 1일에 다시 채워져요.")
		makes(2)
		t.tells("바다식당이 이번 달 10편을 다 썼어요.")
	})
}
