package ops_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// without lets an order go on without a clip.
func without(why pipeline.Reason) func(*pipeline.Order, *pipeline.Move) {
	return func(o *pipeline.Order, m *pipeline.Move) {
		bottest.Begins(pipeline.Render, "cut of "+o.Source)(o, m)
		o.Fallback, o.Detail = why, "runway: start clip: HTTP 400: not enough credits"
	}
}

func TestOps_HearOnceThatShortsComeWithoutClipsAndOfItsEnd(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		for range 3 {
			x := t.Order("새우 파스타", without(pipeline.ReasonOutOfCredits))
			t.Check(o.Noticed(t.Context(), x.ID))
			t.Check(o.Sweep(t.Context()))
		}
		says := t.Tells("🖼️ 1번 주문부터 움직이는 영상 없이 사진으로 만들고 있어요\n크레딧이 없음\nrunway: start clip")
		if !strings.HasSuffix(says[0].Text, "크레딧을 충전하면 다시 움직이는 영상으로 만들어요.") {
			t.Errorf("%q", says[0].Text)
		}
		t.Order(
			"김치찌개", bottest.Begins(pipeline.Animate, "c1"), bottest.Accepted(1500),
			bottest.Settled(pipeline.Render, 1500),
		)
		time.Sleep(ops.MinClipsIncident / 2)
		t.Check(o.SweepClips(t.Context()))
		t.Tells() // the next one may come without a clip again
		time.Sleep(ops.MinClipsIncident / 2)
		t.Check(o.SweepClips(t.Context()))
		t.Check(o.SweepClips(t.Context()))
		t.Tells("✅ 다시 움직이는 영상으로 만들고 있어요.")
	})
}

func TestOps_AreNotToldOfAClipThatItsPhotoPrevented(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		for _, why := range []pipeline.Reason{pipeline.ReasonPhotoRefused, pipeline.ReasonPhotoText} {
			t.Check(o.Noticed(t.Context(), t.Order("새우 파스타", without(why)).ID))
		}
		x := t.Order("김치찌개", without(pipeline.ReasonSetup), bottest.Ends(pipeline.Delivered, "", ""))
		t.Check(o.Noticed(t.Context(), t.Goes(x, bottest.Begins(pipeline.Render, "c9")).ID)) // a new cut of it
		t.Tells()
	})
}

func TestOps_HearOfEachClipThatMayShowAnotherDish(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", func(o *pipeline.Order, m *pipeline.Move) {
			bottest.Begins(pipeline.Render, "cut of "+o.Source)(o, m)
			o.Framing.Suspect = "9 % of it alike by 0.31 at 2.1 s (0.53 is needed)"
		})
		for range 2 {
			t.Check(o.Noticed(t.Context(), x.ID))
		}
		t.Tells("🍽️ 1번 주문의 영상에서 음식이 사진과 달라졌을 수 있어요. 영상은 그대로 썼으니 한번 봐 주세요.\n🍝 새우 파스타 · 18,000원\n9 % of it alike by 0.31")
		late := t.Order("우동", func(o *pipeline.Order, m *pipeline.Move) {
			bottest.Ends(pipeline.Delivered, "", "")(o, m) // before it comes to be said
			o.Framing.Suspect, o.Shown = "a tenth of it", 1
		})
		t.Check(o.Noticed(t.Context(), late.ID))
		t.Tells("🍽️ 2번 주문의 영상에서 음식이 사진과 달라졌을 수 있어요.")
		time.Sleep(25 * time.Hour)
		t.Check(o.Noticed(t.Context(), late.ID))
		t.Tells()
		y := t.Order("김치찌개", without(pipeline.ReasonDishChanged))
		t.Check(o.Noticed(t.Context(), y.ID))
		says := t.Tells("🍽️ 3번 주문의 영상에서 음식이 사진과 달라 보여서, 영상 대신 사진으로 만들고 있어요.")
		if strings.Contains(says[0].Text, "0.31") {
			t.Errorf("%q", says[0].Text)
		}
	})
}
