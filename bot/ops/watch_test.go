package ops_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
)

func TestOps_ATemplateThatMarksNothingIsToldOnceAndItsEnd(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		for range 2 {
			t.Check(o.Unmarked(t.Context(), true))
		}
		t.Tells("⚖️ 템플릿으로 만든 영상에 AI로 만들었다는 표시가 없어요.")
		t.Check(t.Ops().Unmarked(t.Context(), true)) // another process
		t.Tells()
		t.Check(o.Unmarked(t.Context(), false))
		t.Tells("✅ 템플릿으로 만든 영상에 이제")
	})
}
