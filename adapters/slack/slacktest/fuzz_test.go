package slacktest

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

func TestSlacktest_ATextArrivesEscaped(t *testing.T) {
	for typed, want := range map[string]string{
		"새우 & 파스타 <신메뉴>":         "새우 &amp; 파스타 &lt;신메뉴&gt;",
		"<@U0S1> 상태":             "<@U0S1> 상태",
		"https://a.kr/?a=1&b 봐요": "<https://a.kr/?a=1&amp;b> 봐요",
		"<https://a.kr|여기>":      "<https://a.kr|여기>",
		"5 < 6":                  "5 &lt; 6",
	} {
		if got := escape(typed); got != want {
			t.Errorf("%s became %s", typed, got)
		}
	}
}

// FuzzSlacktest_NothingThatComesInBringsItDown holds that nothing that a bot or a person writes brings the stand-in
// down.
func FuzzSlacktest_NothingThatComesInBringsItDown(f *testing.F) {
	f.Add(`{"text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"가"}}]}`, "a <@U1> & b")
	f.Add(`{"blocks":[{"type":"actions","elements":[{"type":"overflow","options":[{}]},null,1]},{"type":"context","elements":[[]]}]}`, "<https://")
	s := New(Options{})
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, body, typed string) {
		left := strings.NewReplacer("<", "", ">", "").Replace(escape(typed))
		if strings.Count(left, "&") < strings.Count(typed, "&") {
			t.Errorf("%q lost something: %q", typed, left)
		}
		all, err := standin.JSONParams([]byte(body))
		if err != nil {
			return
		}
		p := params{Params: all}
		s.Mu.Lock()
		text, blocks, err := s.content(p)
		s.Mu.Unlock()
		if err != nil {
			return
		}
		m := &post{room: &room{}, ours: true, text: text, blocks: blocks}
		m.see()
		m.action("취소")
	})
}
