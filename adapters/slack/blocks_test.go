package slack

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
)

func TestSections_LongTextIsSplitBetweenLinesAndWhole(t *testing.T) {
	var list strings.Builder
	for n := range 120 {
		fmt.Fprintf(&list, "%d. 한우 곱창전골 🍲 특대 45,000원 (11월 %d일)\n", n+1, n%30+1)
	}
	for name, text := range map[string]string{
		"a list": list.String(), "one line": strings.Repeat("가", 7000), "emoji": strings.Repeat("🍲", 4000),
		"short": "네, 만들게요.", "exact": strings.Repeat("a", maxSection),
	} {
		parts := sections(text)
		for i, part := range parts {
			if n := len(utf16.Encode([]rune(part))); n == 0 || n > maxSection {
				t.Errorf("%s: part %d has %d letters", name, i, n)
			}
		}
		whole := strings.Join(parts, "")
		if strings.ReplaceAll(whole, "\n", "") != strings.ReplaceAll(text, "\n", "") {
			t.Errorf("%s: %d letters became %d", name, len(text), len(whole))
		}
	}
	for i, part := range sections(list.String()) {
		last := part[strings.LastIndexByte(strings.TrimSpace(part), '\n')+1:]
		if strings.HasPrefix(part, "\n") || !strings.Contains(last, "일)") {
			t.Errorf("part %d ends within a line", i)
		}
	}
	if parts := sections(strings.Repeat("가나다\n", 10_000)); len(parts) != maxSections ||
		!strings.HasSuffix(parts[maxSections-1], "…") {
		t.Errorf("a book has %d parts", len(parts))
	}
	if sections("") != nil {
		t.Error("nothing has a part")
	}
}

func TestSend_LongListIsShownToItsEndAndCanBeEdited(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	ch.Post("목록")
	list := strings.Repeat("한우 곱창전골 45,000원\n", 250) + "끝"
	m := bot.Message{Thread: threadOf(s.next(t, bot.Wrote)), Text: list}
	ts, err := s.c.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	m.Text = strings.Replace(list, "45,000", "46,000", 1)
	if err := s.c.Edit(t.Context(), ts, m); err != nil {
		t.Fatal(err)
	}
	all := ch.Messages()
	if last := all[len(all)-1]; last.TS != ts || last.Shown != m.Text {
		t.Errorf("it shows %d bytes of %d", len(last.Shown), len(m.Text))
	}
}
