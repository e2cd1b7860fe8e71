package telegram_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

const askedDark = "사진이 너무 어두워서"

// awaitsAnswer waits until an order waits for its person, and checks that nothing was bought for it.
func awaitsAnswer(t *testing.T, p *apptest.Process, o pipeline.Order, bought func() (clips, cuts int)) {
	t.Helper()
	o = p.Until(o.ID, pipeline.Order.AwaitsAnswer)
	calls, err := p.Engine.Calls(t.Context(), o.ID)
	if clips, cuts := bought(); err != nil || len(calls) > 0 || clips+cuts > 0 {
		t.Errorf("before the answer %d clips and %d cuts were bought: %v, %v", clips, cuts, calls, err)
	}
}

func TestTelegram_ABlackPhotoIsAskedAboutBeforeAnythingIsBought(t *testing.T) {
	for how, end := range map[string]func(p *apptest.Process){
		"at once": nil, "after a restart": (*apptest.Process).Stop, "after a crash": (*apptest.Process).Kill,
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
			apptest.ReallyPrepared(w)
			owner := w.People.Person("김사장", "ko")
			k := &apptest.Talk{
				Chat: owner.Private(), T: t, World: w, Process: w.Start(apptest.Talkative(), nil), Owner: owner,
			}
			photo := k.SendPhoto(apptest.BlackPhoto(), apptest.Pasta)
			question := k.HearsText(askedDark)
			if question.ReplyTo != photo.ID {
				t.Errorf("asked: %+v", question)
			}
			awaitsAnswer(t, k.Process, k.Orders()[0], k.Bought)
			if end == nil {
				t.Cleanup(k.Process.Stop)
			} else {
				end(k.Process)
				k.Restarted()
			}
			k.Press(question, "그래도 만들기")
			if short := k.Gets(1); short.ReplyTo != photo.ID {
				t.Errorf("the short: %+v", short)
			}
			k.One(1)
		})
	}
}
