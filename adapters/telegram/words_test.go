package telegram

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// mark finds where a name stands in a text, as Telegram counts.
func mark(text, name string) []entity {
	before, _, _ := strings.Cut(text, name)
	return []entity{
		{Type: "mention", Offset: len(utf16.Encode([]rune(before))), Length: len(utf16.Encode([]rune(name)))},
	}
}

func TestSelf_TakesOurNameOut(t *testing.T) {
	for in, want := range map[string]heard{
		"@SajangpickBot 새우 파스타 18,000원":  {text: "새우 파스타 18,000원", toUs: true},
		"🍤새우 @sajangpickbot 파스타 18,000원": {text: "🍤새우 파스타 18,000원", toUs: true},
		"새우 파스타\n@SajangpickBot 18,000원": {text: "새우 파스타\n18,000원", toUs: true},
		"새우 파스타 18,000원 @SajangpickBot":  {text: "새우 파스타 18,000원", toUs: true},
		"@SajangpickBot":                    {toUs: true},
		"@OtherBot 새우":                      {text: "@OtherBot 새우"},
		"@SajangpickBots 새우":                {text: "@SajangpickBots 새우"},
		"@SajangpickBot /status":            {text: "/status", toUs: true},
		"/status":                           {text: "/status"},
		"/status@SajangpickBot":             {text: "/status", toUs: true},
		"/STATUS@sajangpickBOT 12":          {text: "/STATUS 12", toUs: true},
		"/shorts@SajangpickBot\n새우 18,000원": {text: "/shorts\n새우 18,000원", toUs: true},
		"/status@OtherBot":                  {text: "/status@OtherBot", others: true},
		"/반값 @ 5,000원":                      {text: "/반값 @ 5,000원"},
		"/@":                                {text: "/@"},
	} {
		name, _, _ := strings.Cut(in[max(strings.Index(in, "@"), 0):], " ")
		name, _, _ = strings.Cut(name, "\n")
		var marks []entity
		if strings.HasPrefix(name, "@") && !strings.HasPrefix(in, "/") {
			marks = mark(in, name)
		}
		if got := us.listen(in, marks); got != want {
			t.Errorf("%q: got %+v, want %+v", in, got, want)
		}
	}
}

func TestSelf_WithoutANameAnyBotIsUs(t *testing.T) {
	nameless := Self{ID: 4242}
	if got := nameless.listen("/status@SajangpickBot", nil); got.text != "/status" || !got.toUs {
		t.Errorf("got %+v", got)
	}
	if got := nameless.listen("@kim 새우", mark("@kim 새우", "@kim")); got.toUs || got.text != "@kim 새우" {
		t.Errorf("got %+v", got)
	}
}

func TestSelf_AMentionByIDIsOurs(t *testing.T) {
	named := []entity{{Type: "text_mention", Offset: 0, Length: 3, User: &user{ID: 4242}}}
	if got := us.listen("사장픽 새우", named); got.text != "새우" || !got.toUs {
		t.Errorf("got %+v", got)
	}
	named[0].User.ID = 0
	if got := (Self{}).listen("사장픽 새우", named); got.toUs {
		t.Errorf("while we don't know our id: %+v", got)
	}
}

func TestSelf_IgnoresMarksBeyondTheText(t *testing.T) {
	const text = "@SajangpickBot"
	for _, e := range []entity{
		{Type: "mention", Offset: -1, Length: 5}, {Type: "mention", Offset: 3, Length: 1 << 62},
		{Type: "mention", Offset: 99, Length: 1}, {Type: "mention", Length: -4},
		{Type: "mention", Offset: 14, Length: 0}, {Type: "mention", Offset: 14, Length: 1}, {Type: "bold", Length: 14},
		{Type: "strikethrough", Offset: 14, Length: 0}, {Type: "text_mention", Length: 14},
		{Type: "mention", Offset: 1, Length: 13},
		{Type: "text_mention", Length: 14, User: &user{ID: 7}},
	} {
		if got := us.listen(text, []entity{e}); got.text != text || got.toUs {
			t.Errorf("%+v: got %+v", e, got)
		}
	}
	twice := []entity{{Type: "mention", Length: 14}, {Type: "mention", Length: 14}}
	if got := us.listen(text+" 새우", twice); got.text != "새우" {
		t.Errorf("got %+v", got)
	}
}

// crossed gives the entities of the stretches of a text that stand between tildes, and the text without them.
func crossed(text string) (string, []entity) {
	var all []entity
	plain, n := "", 0
	for i, part := range strings.Split(text, "~~") {
		size := len(utf16.Encode([]rune(part)))
		if i%2 == 1 {
			all = append(all, entity{Type: "strikethrough", Offset: n, Length: size})
		}
		plain, n = plain+part, n+size
	}
	return plain, all
}

func TestListen_StruckTextStandsBetweenTildes(t *testing.T) {
	for in, want := range map[string]string{
		"새우 파스타 ~~18,000원~~ 15,000원":       "새우 파스타 ~~18,000원~~ 15,000원",
		"🍤 ~~새우 파스타 품절~~ 봉골레 15,000원":      "🍤 ~~새우 파스타 품절~~ 봉골레 15,000원",
		"~~🍤 6,000원 ~~5,000원":              "~~🍤 6,000원~~ 5,000원",
		"~~9,000원\n8,000원~~ 7,000원":        "~~9,000원~~\n~~8,000원~~ 7,000원",
		"새우~~ ~~파스타 9,000원":                "새우 파스타 9,000원",
		"새우 파스타 ~~9,000~~8,000원":           "새우 파스타 ~~9,000~~8,000원",
		"9,000원 ~~@SajangpickBot~~ 파스타":    "9,000원 파스타",
		"~~@SajangpickBot 9,000원~~ 8,000원": "~~9,000원~~ 8,000원",
		"@SajangpickBot ~~9,000원~~ 8,000원": "~~9,000원~~ 8,000원",
		"~~9,000원~~ @SajangpickBot 8,000원": "~~9,000원~~ 8,000원",
		"/price ~~9,000원~~ 8,000원":         "/price ~~9,000원~~ 8,000원",
	} {
		text, struck := crossed(in)
		all := struck
		if strings.Contains(text, "@") {
			all = append(all, mark(text, "@SajangpickBot")...)
		}
		if got := us.listen(text, all); got.text != want {
			t.Errorf("%q: got %q, want %q", in, got.text, want)
		}
	}
	if got := us.listen("가나다", []entity{{Type: "strikethrough", Offset: 1, Length: 1}}); got.text != "가~~나~~다" {
		t.Errorf("one letter: %q", got.text)
	}
	tilde := []entity{{Type: "strikethrough", Offset: 1, Length: 5}}
	if got := us.listen("~1~00~~2", tilde); got.text != "~ ~~100~~ ~2" {
		t.Errorf("tildes of its own: %q", got.text)
	}
	within := []entity{
		{Type: "bold", Length: 2}, {Type: "strikethrough", Length: 4}, {Type: "strikethrough", Offset: 2, Length: 4},
		{Type: "strikethrough", Offset: 5, Length: 99},
	}
	if got := us.listen("새우파스타 9,000원", within); got.text != "~~새우파스타~~ 9,000원" {
		t.Errorf("stretches over each other: %q", got.text)
	}
}
