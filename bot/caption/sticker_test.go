package caption

import "testing"

func TestParse_StickerIsWhatThePersonWrote(t *testing.T) {
	for text, want := range map[string]string{
		"신메뉴! 새우 파스타 18,000원":      "신메뉴",
		"[신메뉴] 새우 파스타 18,000원":     "신메뉴",
		"오늘만 새우 파스타 15,000원":       "오늘만",
		"새우 파스타 18,000원\n기간한정 판매중": "기간한정",
		"새우 파스타 18,000원":           "",
		"한정식 25,000원":              "",
		"신메뉴는 아니고 새우 파스타 18,000원":  "",
		"오늘만두 6,000원":              "",
	} {
		if r := Parse(text); r.Sticker != want || r.Outcome != OK {
			t.Errorf("%q: %s, menu %q, sticker %q, want %q", text, r.Outcome, r.Menu, r.Sticker, want)
		}
	}
}
