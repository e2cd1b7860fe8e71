package bot

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	longestName = 30               // letters as people count them
	maxRunes    = 4 * longestName  // of them, with all that is heaped on one
	settingLife = 10 * time.Minute // a question about a setting ends quietly after it
)

// shopName sets the name that stands on the shorts, or asks for it.
func (d *Conversation) shopName(v *session, name string) {
	if name != "" {
		d.takeName(v, name)
		return
	}
	text := v.fill("shop.ask", nil)
	if v.shop.Name != "" {
		text = v.fill("shop.now", phrase.Args{"name": v.shop.Name})
	}
	v.askSetting(state.ForName, text)
}

func (d *Conversation) takeName(v *session, text string) {
	name, long := cleanName(text)
	switch {
	case long:
		v.askSetting(state.ForName, v.fill("shop.long", nil))
		return
	case name == "":
		v.askSetting(state.ForName, v.fill("shop.empty", nil))
		return
	}
	v.dropSetting(state.ForName)
	d.join(v)
	v.shop.Name = name
	v.change.Shop = &v.shop
	v.tell("shop.set", phrase.Args{"name": name})
}

// spokenName is a name without what makes a sentence of it.
func spokenName(text string) string {
	name := strings.TrimRight(text, " .!~")
	for _, end := range []string{"이에요", "예요", "입니다", "이요", "으로 해주세요", "로 해주세요", "으로 바꿔주세요", "로 바꿔주세요"} {
		if s, ok := strings.CutSuffix(name, end); ok && s != "" {
			return s
		}
	}
	return text
}

// cleanName makes one line of what can be seen of a name. long says that too much is left.
func cleanName(text string) (name string, long bool) {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0', r == '\u2800': // fillers that look like nothing
			return ' '
		case r == unicode.ReplacementChar, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, norm.NFC.String(text))
	name = strings.Join(strings.Fields(text), " ")
	if !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsMark(r) }) {
		return "", false
	}
	return name, uniseg.GraphemeClusterCount(name) > longestName || len([]rune(name)) > maxRunes
}

// logo takes the picture that came along or that is answered, or asks for one.
func (d *Conversation) logo(v *session) {
	switch {
	case len(v.Pictures) > 0:
		d.takeLogo(v, v.Pictures[0].Photo)
	case v.Reply != nil && len(v.Reply.Pictures) > 0:
		d.takeLogo(v, v.Reply.Pictures[0].Photo)
	default:
		v.askSetting(state.ForLogo, v.fill("logo.ask", nil))
	}
}

// takeLogo leaves the picture with the shop. The courier fetches it and says whether it is any use.
func (d *Conversation) takeLogo(v *session, p pipeline.Photo) {
	if p.Bytes > maxPhoto {
		v.write(phrase.Reason(v.chat.Lang, pipeline.ReasonPhotoHeavy))
		return
	}
	v.dropSetting(state.ForLogo)
	d.join(v)
	v.shop.NewLogo = p
	v.change.Shop = &v.shop
	s := state.OutgoingMessage{Message: state.Message{Text: v.fill("logo.kept", nil)}, Logo: v.shop.ID}
	if s.Logo == 0 {
		s.Logo = state.ChatsShop
	}
	v.say(s)
}

// aboutLogo are captions that say which picture they stand below.
var aboutLogo = regexp.MustCompile(`(?i)로고|\blogo\b`)

// answersSetting takes the answer to a question about a setting, if that is what came. A menu with its
// price never is, nor is a picture with one of the two: that is the order it always was.
func (d *Conversation) answersSetting(v *session) bool {
	if v.overheard() && !v.threaded() && len(v.Pictures) == 0 {
		return false
	}
	r := caption.Parse(v.Text)
	picture := len(v.Pictures) == 1 && v.Album == "" // several are dishes
	switch {
	case picture && (r.Outcome == caption.OK || r.Outcome != caption.NeedBoth && !aboutLogo.MatchString(v.Text)):
		v.dropSetting(state.ForLogo)
		return false
	case r.Outcome == caption.OK:
		return false
	case picture && v.waitsFor(state.ForLogo):
		d.takeLogo(v, v.Pictures[0].Photo)
	case len(v.Pictures) == 0 && v.Other == "" && v.Text != "" && !isGreeting(v.Text) && v.waitsFor(state.ForName):
		if _, no := assent(v.Text); no || isThanks(v.Text) {
			v.dropSetting(state.ForName)
			v.tell("shop.stays", nil)
			return true
		}
		d.takeName(v, spokenName(v.Text))
	default:
		return false
	}
	return true
}

// waitsFor reports whether the person was asked this, and doesn't answer something else.
func (v *session) waitsFor(w state.Waits) bool {
	dr, ok := v.newest(w)
	return ok && (v.Reply == nil || v.threaded() || v.Reply.Message == dr.Question)
}

// askSetting asks the person for a setting, instead of all that they were asked for it before.
func (v *session) askSetting(w state.Waits, text string) {
	v.dropSetting(w)
	dr := v.newDraft(w)
	dr.Ends = v.now.Add(settingLife)
	v.put(dr)
	v.say(state.OutgoingMessage{Message: state.Message{Text: text, Ask: true}, Draft: dr.ID})
}

func (v *session) dropSetting(w state.Waits) {
	for _, dr := range v.waiting(w) {
		v.end(dr)
	}
}
