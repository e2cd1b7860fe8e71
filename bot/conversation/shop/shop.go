// Package shop is what an owner does to a shop beside ordering: joining it, its settings, and having it deleted.
package shop

import (
	"cmp"
	"regexp"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Settings changes a shop: its name, logo, look, music and language.
type Settings struct {
	opts    *session.Options
	members *Members
}

// NewSettings makes Settings.
func NewSettings(o *session.Options, mb *Members) *Settings { return &Settings{o, mb} }

// MaxPhoto is how heavy a picture may be, in bytes: platforms hand out no more.
const MaxPhoto = 20 << 20

// ShopName sets the name that stands on the shorts, or asks for it.
func (st *Settings) ShopName(v *session.Session, name string) {
	if name != "" {
		st.TakeName(v, name)
		return
	}
	text := v.Fill("shop.ask", nil)
	if v.Shop.Name != "" {
		text = v.Fill("shop.now", present.Args{"name": v.Shop.Name})
	}
	askSetting(v, bot.ForName, text)
}

// TakeName takes a text as the shop's name.
func (st *Settings) TakeName(v *session.Session, text string) {
	name, long := intent.CleanName(text)
	switch {
	case long:
		askSetting(v, bot.ForName, v.Fill("shop.long", nil))
		return
	case name == "":
		askSetting(v, bot.ForName, v.Fill("shop.empty", nil))
		return
	}
	DropSetting(v, bot.ForName)
	st.members.join(v)
	v.Shop.Name = name
	v.Change.Shop = &v.Shop
	v.Tell("shop.set", present.Args{"name": name})
}

// Logo takes the picture that came along or that is answered, or asks for one.
func (st *Settings) Logo(v *session.Session) {
	switch {
	case len(v.Pictures) > 0:
		st.TakeLogo(v, v.Pictures[0].Photo)
	case v.Reply != nil && len(v.Reply.Pictures) > 0:
		st.TakeLogo(v, v.Reply.Pictures[0].Photo)
	default:
		askSetting(v, bot.ForLogo, v.Fill("logo.ask", nil))
	}
}

// TakeLogo leaves the picture with the shop. The outbox fetches it and says whether it is any use.
func (st *Settings) TakeLogo(v *session.Session, p pipeline.Photo) {
	if p.Bytes > MaxPhoto {
		v.Write(present.Reason(v.StoredChat.Lang, pipeline.ReasonPhotoHeavy))
		return
	}
	DropSetting(v, bot.ForLogo)
	st.members.join(v)
	v.Shop.NewLogo = p
	v.Change.Shop = &v.Shop
	s := bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("logo.kept", nil)}, Logo: v.Shop.ID}
	s.Logo = cmp.Or(s.Logo, bot.ChatsShop)
	v.Send(s)
}

// aboutLogo are captions that say which picture they stand below.
var aboutLogo = regexp.MustCompile(`(?i)로고|\blogo\b`)

// AnswersSetting takes the answer to a question about a setting, if that is what came. A menu with its
// price never is, nor is a picture with one of the two: that is the order it always was.
func (st *Settings) AnswersSetting(v *session.Session) bool {
	if v.Overheard() && !v.Threaded() && len(v.Pictures) == 0 {
		return false
	}
	r := v.Read.Caption(v.Text)
	picture := len(v.Pictures) == 1 && v.Album == "" // several are dishes
	switch {
	case picture && (r.Outcome == caption.OK || r.Outcome != caption.NeedBoth && !aboutLogo.MatchString(v.Text)):
		DropSetting(v, bot.ForLogo)
		return false
	case r.Outcome == caption.OK:
		return false
	case picture && waitsFor(v, bot.ForLogo):
		st.TakeLogo(v, v.Pictures[0].Photo)
	case len(v.Pictures) == 0 && v.Other == "" && v.Text != "" && !intent.IsGreeting(v.Text) &&
		waitsFor(v, bot.ForName):
		if _, no := intent.Assent(v.Text); no || intent.IsThanks(v.Text) {
			DropSetting(v, bot.ForName)
			v.Tell("shop.stays", nil)
			return true
		}
		st.TakeName(v, intent.SpokenName(v.Text))
	default:
		return false
	}
	return true
}

// waitsFor reports whether the person was asked this, and doesn't answer something else.
func waitsFor(v *session.Session, w bot.Waits) bool {
	dr, ok := v.Newest(w)
	return ok && (v.Reply == nil || v.Threaded() || v.Reply.Message == dr.Question)
}

// askSetting asks the person for a setting, instead of all that they were asked for it before.
func askSetting(v *session.Session, w bot.Waits, text string) {
	DropSetting(v, w)
	dr := v.NewDraft(w)
	dr.Ends = v.Now.Add(intent.SettingLife)
	v.Put(dr)
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text, Ask: true}, Draft: dr.ID})
}

// DropSetting ends the wait for a logo, a name, or a yes to having the shop deleted.
func DropSetting(v *session.Session, w bot.Waits) {
	for _, dr := range v.Waiting(w) {
		v.End(dr)
	}
}
