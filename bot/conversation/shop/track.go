package shop

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

// Music takes what was named after the command: an address, or one of the pieces. Else it asks.
func (st *Settings) Music(v *session.Session, arg string) {
	c := st.Choice(v, intent.DoShopMusic)
	address, ok := intent.ReadAddress(arg)
	switch name := c.named(arg); {
	case ok:
		st.TakeTrack(v, address)
	case strings.Contains(arg, "://"):
		v.Tell("track.address", nil)
	case name != "":
		c.Take(name)
		v.Tell(intent.DoShopMusic+".set", present.Args{"name": c.Label(name)})
	default:
		Offer(v, c, "")
	}
}

// named finds the only name whose label begins so.
func (c choice) named(text string) string {
	found := ""
	for _, name := range c.Names {
		if text = intent.Squeezed(text); text == "" || !strings.HasPrefix(intent.Squeezed(c.Label(name)), text) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// MaxAddresses is how many addresses of a shop are left behind, each with a job, before one was fetched or refused.
const MaxAddresses = 5

// TakeTrack leaves an address with the shop. The outbox fetches what is there and says whether it is any use.
func (st *Settings) TakeTrack(v *session.Session, address string) {
	st.members.join(v)
	was := v.Shop.NewTrack
	old := slices.Clone(was.Old)
	if was.Address != "" && len(old) >= MaxAddresses {
		v.Tell("say.many", nil)
		return
	}
	if was.Address != "" { // it may have been fetched, though that isn't written down
		old = append(old, v.Shop.NewTrackKey())
	}
	if upload, ok := bot.UploadOf(address); ok { // it isn't needed any more once the piece is there, or refused
		old = append(old, upload)
	}
	v.Shop.NewTrack = bot.NewTrack{Address: address, Name: strings.ToLower(rand.Text()), Old: old}
	v.Change.Shop = &v.Shop
	s := bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("track.kept", nil)}, Track: v.Shop.ID}
	s.Track = cmp.Or(s.Track, bot.ChatsShop)
	v.Send(s)
}
