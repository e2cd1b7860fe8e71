package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

// choice is a setting that is chosen with buttons, one of which is marked: what holds now.
type choice struct {
	verb  string
	names []string
	now   string
	label func(name string) string
	take  func(name string)
}

// languages are called in themselves, whatever is spoken.
var languages = map[string]string{"ko": "한국어", "en": "English"}

// choice is what a button with this verb chooses; without a verb when there is no such button.
func (d *Conversation) choice(v *session, verb string) choice {
	named := func(prefix string) func(string) string {
		return func(name string) string { return v.fill(prefix+name, nil) }
	}
	switch verb {
	case doShopLook:
		take := func(name string) { v.shop.Look = name }
		return choice{verb, d.Looks, first(v.shop.Look, d.Looks), named("look."), d.withShop(v, take)}
	case doShopMusic:
		take := func(name string) { v.shop.Music = v.piece(name) }
		now := v.pieceName(first(v.shop.Music, d.Music))
		return choice{verb, d.pieces(v, v.shop.ID), now, named("music."), d.withShop(v, take)}
	case doLanguage:
		label := func(name string) string { return languages[name] }
		take := func(name string) { v.chat.Lang, v.change.Chat.Lang, v.Voice.lang = name, name, name }
		return choice{verb, []string{"ko", "en"}, v.chat.Lang, label, take}
	}
	return choice{}
}

// withShop lets take change the chat's shop.
func (d *Conversation) withShop(v *session, take func(name string)) func(name string) {
	return func(name string) {
		d.join(v)
		take(name)
		v.change.Shop = &v.shop
	}
}

// offer asks what to choose. shown is our message that says so already, if there is one.
func (v *session) offer(c choice, shown string) {
	const inRow = 3
	var row []state.Button
	for _, name := range c.names {
		mark := ""
		if name == c.now {
			mark = "✓ "
		}
		row = append(row, state.Button{Label: mark + c.label(name), Action: action(c.verb, name)})
	}
	text := v.fill(c.verb+".ask", phrase.Args{"name": c.label(c.now)})
	if c.verb == doShopMusic {
		how := "track.how"
		if v.shop.Track != "" {
			how = "track.other"
		}
		text += "\n" + v.fill(how, nil)
	}
	v.say(state.OutgoingMessage{Message: state.Message{Text: text, Buttons: slices.Collect(slices.Chunk(row, inRow))}, Edit: shown})
}

// speak sets the language that was named, or asks for it.
func (d *Conversation) speak(v *session, name string) {
	c := d.choice(v, doLanguage)
	if name = strings.ToLower(name); !slices.Contains(c.names, name) {
		v.offer(c, "")
		return
	}
	c.take(name)
	v.tell("lang.set", nil)
}

// pressSetting is a button that sets something up for the shop or the chat. Without a name it shows
// what there is. Whatever is pressed is answered once.
func (d *Conversation) pressSetting(_ context.Context, v *session, verb string, args []string) error {
	c, name := d.choice(v, verb), argument(args, 0)
	switch {
	case c.verb == "":
		v.notice("")
	case verb != doLanguage && !d.mayJoin(v):
		v.notice(v.fill("invite.needed", nil))
	case name == "":
		v.notice("")
		v.offer(c, "")
	case !slices.Contains(c.names, name):
		v.notice("")
	default:
		c.take(name)
		v.notice(v.fill(verb+".set", phrase.Args{"name": c.label(name)}))
		if name != c.now {
			v.offer(d.choice(v, verb), v.Message)
		}
	}
	return nil
}

// settings shows all that is set, with a button to what can be chosen.
func (d *Conversation) settings(v *session) {
	name, logo := v.shop.Name, v.fill("settings.logo", nil)
	if name == "" {
		name = v.fill("settings.none", nil)
	}
	if v.shop.Logo == "" && v.shop.NewLogo.Ref == "" {
		logo = v.fill("settings.none", nil)
	}
	args := phrase.Args{"name": name, "logo": logo}
	var row []state.Button
	for _, verb := range []string{doShopLook, doShopMusic, doLanguage} {
		c := d.choice(v, verb)
		args[verb] = c.label(c.now)
		row = append(row, state.Button{Label: v.fill(verb+".button", nil), Action: action(verb)})
	}
	v.say(state.OutgoingMessage{Message: state.Message{Text: v.fill("settings", args), Buttons: [][]state.Button{row}}})
}
