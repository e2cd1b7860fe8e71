package slack_test

import (
	"testing"

	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestSlack_ABlackPhotoIsAskedAboutInItsThread(t *testing.T) {
	k := posting(t, apptest.ReallyPrepared)
	dish := k.Post(apptest.Pasta, office.Photo(apptest.BlackPhoto()))
	question := k.Hears("사진이 너무 어두워서")
	if question.Thread != dish.TS {
		t.Errorf("asked in %s: %s", question.Thread, question.Shown)
	}
	k.Process.Until(k.Orders()[0].ID, pipeline.Order.AwaitsAnswer)
	if clips, _ := k.Bought(); clips != 0 {
		t.Errorf("before the answer %d clips were bought", clips)
	}
	dish.Reply("그래도 만들어 주세요")
	k.Gets(1, dish)
	if clips, cuts := k.Bought(); clips != 1 || cuts != 1 {
		t.Errorf("%d clips, %d cuts", clips, cuts)
	}
}
