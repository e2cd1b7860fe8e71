package outbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestNotifyStatus_AQuestionAboutThePhotoIsAMessageThatBecomesTheLine(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(r.T))
	r.tell(o)
	o = r.move(o, func(o *pipeline.Order) {
		o.Step, o.Phase, o.Since, o.Reason = pipeline.Animate, pipeline.Ready, time.Now(), pipeline.ReasonAskBlurred
	})
	r.tell(o)
	all, _ := r.Ours()
	if len(all) != 2 || !strings.Contains(all[0].Text, "여쭤볼 게 있어요") || len(all[0].Buttons) != 0 {
		t.Fatalf("%+v", all)
	}
	q := all[1]
	if !strings.Contains(q.Text, "선명하게 다시 찍어") || len(q.Buttons) != 1 || len(q.Buttons[0]) != 2 ||
		q.Buttons[0][0].Label != "그래도 만들기" {
		t.Errorf("%+v", q)
	}
	o = r.move(o, func(o *pipeline.Order) { o.Phase, o.Reason = pipeline.Waiting, pipeline.ReasonNone })
	r.tell(o)
	o = r.move(o, func(o *pipeline.Order) { o.Status, o.Step, o.Shown = pipeline.Delivered, pipeline.Deliver, 1 })
	r.tell(o)
	all, _ = r.Ours()
	if len(all) != 2 || !strings.Contains(all[1].Text, "완성") || len(all[1].Buttons) != 0 {
		t.Errorf("%+v", all)
	}
}
