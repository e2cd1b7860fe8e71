package shop

import (
	"context"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

// choice is a setting that is chosen with buttons, one of which is marked: what holds now.
type choice struct {
	verb  string
	Names []string
	now   string
	Label func(name string) string
	Take  func(name string)
}

// Choice is what a button with this verb chooses; without a verb when there is no such button.
func (st *Settings) Choice(v *session.Session, verb string) choice {
	named := func(prefix string) func(string) string {
		return func(name string) string { return v.Fill(prefix+name, nil) }
	}
	switch verb {
	case intent.DoShopLook:
		take := func(name string) { v.Shop.Look = name }
		return choice{
			verb, st.opts.Looks, session.First(v.Shop.Look, st.opts.Looks), named("look."), st.withShop(v, take),
		}
	case intent.DoShopMusic:
		take := func(name string) { v.Shop.Music = v.Shop.Piece(name) }
		now := v.Shop.PieceName(session.First(v.Shop.Music, st.opts.Music))
		return choice{verb, v.Shop.Pieces(st.opts.Music, v.Shop.ID), now, named("music."), st.withShop(v, take)}
	case intent.DoLanguage:
		label := func(name string) string { return intent.Languages[name] }
		take := func(name string) { v.StoredChat.Lang, v.Change.Chat.Lang, v.Voice.Lang = name, name, name }
		return choice{verb, []string{"ko", "en"}, v.StoredChat.Lang, label, take}
	}
	return choice{}
}

// withShop lets take change the chat's shop.
func (st *Settings) withShop(v *session.Session, take func(name string)) func(name string) {
	return func(name string) {
		st.members.join(v)
		take(name)
		v.Change.Shop = &v.Shop
	}
}

// Offer asks what to choose. shown is our message that says so already, if there is one.
func Offer(v *session.Session, c choice, shown string) {
	const inRow = 3
	var row []bot.Button
	for _, name := range c.Names {
		mark := ""
		if name == c.now {
			mark = "✓ "
		}
		row = append(row, bot.Button{Label: mark + c.Label(name), Action: intent.Action(c.verb, name)})
	}
	text := v.Fill(c.verb+".ask", present.Args{"name": c.Label(c.now)})
	if c.verb == intent.DoShopMusic {
		how := "track.how"
		if v.Shop.Track != "" {
			how = "track.other"
		}
		text += "\n" + v.Fill(how, nil)
	}
	v.Send(bot.OutgoingMessage{
		Message: bot.Message{Text: text, Buttons: slices.Collect(slices.Chunk(row, inRow))}, Edit: shown,
	})
}

// Speak sets the language that was named, or asks for it.
func (st *Settings) Speak(v *session.Session, name string) {
	c := st.Choice(v, intent.DoLanguage)
	if name = strings.ToLower(name); !slices.Contains(c.Names, name) {
		Offer(v, c, "")
		return
	}
	c.Take(name)
	v.Tell("lang.set", nil)
}

// PressSetting is a button that sets something up for the shop or the chat. Without a name it shows
// what there is. Whatever is pressed is answered once.
func (st *Settings) PressSetting(_ context.Context, v *session.Session, verb string, args []string) error {
	c, name := st.Choice(v, verb), intent.Argument(args, 0)
	switch {
	case c.verb == "":
		v.ShowNotice("")
	case verb != intent.DoLanguage && !st.members.MayJoin(v):
		v.ShowNotice(v.Fill("invite.needed", nil))
	case name == "":
		v.ShowNotice("")
		Offer(v, c, "")
	case !slices.Contains(c.Names, name):
		v.ShowNotice("")
	default:
		c.Take(name)
		v.ShowNotice(v.Fill(verb+".set", present.Args{"name": c.Label(name)}))
		if name != c.now {
			Offer(v, st.Choice(v, verb), v.Message)
		}
	}
	return nil
}

// settings shows all that is set, with a button to what can be chosen.
func (st *Settings) Show(v *session.Session) {
	name, logo := v.Shop.Name, v.Fill("settings.logo", nil)
	if name == "" {
		name = v.Fill("settings.none", nil)
	}
	if v.Shop.Logo == "" && v.Shop.NewLogo.Ref == "" {
		logo = v.Fill("settings.none", nil)
	}
	args := present.Args{"name": name, "logo": logo}
	var row []bot.Button
	for _, verb := range []string{intent.DoShopLook, intent.DoShopMusic, intent.DoLanguage} {
		c := st.Choice(v, verb)
		args[verb] = c.Label(c.now)
		row = append(row, bot.Button{Label: v.Fill(verb+".button", nil), Action: intent.Action(verb)})
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("settings", args), Buttons: [][]bot.Button{row}}})
}
