package bot

import "testing"

func TestOps_ATemplateThatMarksNothingIsToldOnceAndItsEnd(t *testing.T) {
	night(t, func(t *talk, o *Ops) {
		for range 2 {
			t.check(o.Unmarked(t.Context(), true))
		}
		t.tells("⚖️ 템플릿으로 만든 영상에 AI로 만들었다는 표시가 없어요.")
		t.check(t.ops().Unmarked(t.Context(), true)) // another process
		t.tells()
		t.check(o.Unmarked(t.Context(), false))
		t.tells("✅ 템플릿으로 만든 영상에 이제")
	})
}
