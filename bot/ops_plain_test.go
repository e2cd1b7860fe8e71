package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// without lets an order go on without a clip.
func without(why pipeline.Reason) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		begins(pipeline.Render, "cut of "+o.Source)(o, m)
		o.Fallback, o.Detail = why, "runway: start clip: HTTP 400: not enough credits"
	}
}

func TestOpsHearOnceThatShortsComeWithoutClipsAndThatItIsOver(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		for range 3 {
			x := t.order("새우 파스타", without(pipeline.ReasonOutOfCredits))
			t.check(o.Noticed(t.Context(), x.ID))
			t.check(o.Sweep(t.Context()))
		}
		says := t.tells("🖼️ 1번 주문부터 움직이는 영상 없이 사진으로 만들고 있어요\n크레딧이 없음\nrunway: start clip")
		if !strings.HasSuffix(says[0].Text, "크레딧을 충전하면 다시 움직이는 영상으로 만들어요.") {
			t.Errorf("%q", says[0].Text)
		}
		t.order("김치찌개", begins(pipeline.Animate, "c1"), accepted(1500), settled(pipeline.Render, 1500))
		time.Sleep(clipsAtLeast / 2)
		t.check(o.sweepClips(t.Context()))
		t.tells() // the next one may come without a clip again
		time.Sleep(clipsAtLeast / 2)
		t.check(o.sweepClips(t.Context()))
		t.check(o.sweepClips(t.Context()))
		t.tells("✅ 다시 움직이는 영상으로 만들고 있어요.")
	})
}

func TestWhatIsThePhotosIsNotToldToOps(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		for _, why := range []pipeline.Reason{pipeline.ReasonDishChanged, pipeline.ReasonPhotoRefused, pipeline.ReasonPhotoText} {
			t.check(o.Noticed(t.Context(), t.order("새우 파스타", without(why)).ID))
		}
		x := t.order("김치찌개", without(pipeline.ReasonSetup), ends(pipeline.Delivered, "", ""))
		t.check(o.Noticed(t.Context(), t.goes(x, begins(pipeline.Render, "c9")).ID)) // a new cut of it
		t.tells()
	})
}
