package outbox_test

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

const dishChanged = "\n만들어진 영상에서 음식이 달라 보여서, 사장님 사진을 그대로 살려 천천히 확대했어요."

func TestNotifyStatus_APersonIsToldWhyTheShortShowsThePhoto(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	r.step(o, pipeline.Render)
	r.tell(r.move(o, func(o *pipeline.Order) { o.Fallback = pipeline.ReasonDishChanged }))
	if line := r.only(); !strings.HasSuffix(line.Text, "\n편집 중"+dishChanged) {
		t.Errorf("%+v", line)
	}
	r.tell(r.move(o, func(o *pipeline.Order) { o.Status, o.Shown = pipeline.Delivered, 1 }))
	if line := r.only(); !strings.HasSuffix(line.Text, "\n영상이 완성됐어요."+dishChanged) {
		t.Errorf("%+v", line)
	}
}

func TestNotifyStatus_TheFallbackIsToldOnceAndNotWithEachNewCut(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	r.tell(r.move(o, func(o *pipeline.Order) {
		o.Status, o.Shown, o.Fallback = pipeline.Delivered, 1, pipeline.ReasonBusy
	}))
	r.tell(r.move(o, func(o *pipeline.Order) { o.Status, o.Step, o.Cut.N = pipeline.Open, pipeline.Render, 2 }))
	all, _ := r.Ours()
	if len(all) != 2 || !strings.Contains(all[0].Text, "지금은 사진을 움직이게 만들기 어려워서") ||
		!strings.HasSuffix(all[1].Text, "\n편집 중") {
		t.Errorf("%+v", all)
	}
}

// TestNotifyStatus_AShortThatWasQuickerThanItsLineIsExplained: without a line the short says that it is there, but not
// why it shows the photo.
func TestNotifyStatus_AShortThatWasQuickerThanItsLineIsExplained(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	o = r.move(o, func(o *pipeline.Order) {
		o.Status, o.Shown, o.Fallback = pipeline.Delivered, 1, pipeline.ReasonPhotoRefused
	})
	for range 2 {
		r.tell(o)
	}
	if line := r.only(); !strings.Contains(line.Text, "이 사진은 움직이게 만들기 어려워서") {
		t.Errorf("%+v", line)
	}
}
