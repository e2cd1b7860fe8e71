package telegram_test

import (
	"fmt"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// scene is a conversation that is written down as it goes.
type scene struct {
	*apptest.Talk
	lang  string
	heard map[int]string
	b     strings.Builder
}

func (s *scene) line(who, text string) {
	fmt.Fprintf(&s.b, "%s\n    %s\n", who, strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\n    "), "    \n", "\n"))
}

// says is a text of the owner's.
func (s *scene) says(text string, with ...people.With) {
	s.line("owner", text)
	s.SendText(text, with...)
}

// sends is a photo of the owner's.
func (s *scene) sends(caption string) people.Message {
	s.line("owner", strings.TrimSpace("[photo] "+caption))
	return s.SendPhoto(apptest.TinyPhoto(), caption)
}

// hears writes down the first message, or the first form of one, that it didn't hear before and that
// holds a phrase.
func (s *scene) hears(key string, args present.Args) people.Message {
	s.T.Helper()
	part := present.Fill(s.lang, key, args)
	return s.note(s.Talk.Hears(part, func(m people.Message) bool {
		return s.heard[m.ID] != m.Text && strings.Contains(m.Text, part)
	}))
}

func (s *scene) note(m people.Message) people.Message {
	what := m.Text
	if m.Kind != "text" {
		what = "[" + m.Kind + "] " + what
	}
	for _, row := range m.Buttons {
		var labels []string
		for _, b := range row {
			labels = append(labels, "["+b.Text+"]")
		}
		what += "\n" + strings.Join(labels, " ")
	}
	who := "bot"
	if s.heard[m.ID] != "" {
		who = "bot, in the same message"
	}
	s.line(who, what)
	s.heard[m.ID] = m.Text
	return m
}

// presses is a button by its place.
func (s *scene) presses(m people.Message, row, n int) {
	s.T.Helper()
	b := m.Buttons[row][n]
	s.line("owner", "presses ["+b.Text+"]")
	if a := s.Press(m, b.Data); a.Text != "" {
		s.line("bot, as a notice", a.Text)
	}
}

// TestTelegram_AnOrdinaryConversationEndsInAShort is the happy path in each language; with -v its log can be read
// aloud.
func TestTelegram_AnOrdinaryConversationEndsInAShort(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]struct{ shop, dish, price, fix string }{
		"ko": {"/shop 바다식당", "새우 파스타", "18,000원", "가격 19,000원"},
		"en": {"/shop Sea House", "Shrimp pasta", "18,000 won", "price 19,000"},
	} {
		t.Run(lang, func(t *testing.T) {
			k := apptest.Talking(t)
			s := &scene{Talk: k.In(k.World.People.Person("Kim", lang).Private()), lang: lang, heard: map[int]string{}}
			s.says("/start")
			s.hears("start.hello", nil)
			s.says(words.shop)
			_, name, _ := strings.Cut(words.shop, " ")
			s.hears("shop.set", present.Args{"name": name})

			release := k.Hold()
			s.sends("")
			s.hears("ask.both", nil)
			s.says(words.dish)
			s.hears("ask.price", present.Args{"menu": words.dish})
			s.says(words.price)
			s.hears("accepted.unknown", nil)
			release()
			s.Gets(1)
			s.hears("done", nil)
			short := s.note(s.Gets(1))

			s.says(words.fix, people.ReplyTo(short.ID))
			s.hears("fixed.price", present.Args{"price": "19,000원"})
			short = s.note(s.Gets(2))
			s.presses(short, 0, 0)
			s.presses(s.hears("which.look", nil), 1, 0)
			s.note(s.Gets(3))
			s.says(map[string]string{"ko": "와 예쁘네요 감사합니다!", "en": "Lovely, thank you!"}[lang])
			s.hears("thanks", nil)
			s.says(map[string]string{"ko": "취소", "en": "cancel"}[lang])
			s.hears("cancel.nothing", nil)
			t.Log("\n" + s.b.String())
		})
	}
}
