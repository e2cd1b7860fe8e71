package conversation

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// ownMusic is what a shop's own piece is called among the built-in ones.
const ownMusic = "own"

// Pieces are the names of what may be chosen for a shop's orders: its own piece only by its own chats.
func (v *Session) Pieces(music []string, shop int64) []string {
	if v.Shop.Track == "" || v.Shop.ID != shop {
		return music
	}
	return append(slices.Clone(music), ownMusic)
}

// piece is what an order or a shop keeps of a name; pieceName is the way back, "" for one that the shop has had before.
func (v *Session) piece(name string) string {
	if name == ownMusic {
		return v.Shop.Track
	}
	return name
}

func (v *Session) pieceName(piece string) string {
	switch {
	case piece != "" && piece == v.Shop.Track:
		return ownMusic
	case strings.HasPrefix(piece, pipeline.TrackPrefix):
		return ""
	}
	return piece
}

// fenceTrack makes the session fail if the shop's own piece is another one meanwhile: it may be deleted then.
func fenceTrack(v *Session, name string) {
	if name == ownMusic && v.Change.Shop == nil {
		v.Change.Shop = new(v.Shop)
	}
}

// music takes what was named after the command: an address, or one of the pieces. Else it asks.
func (st *settings) music(v *Session, arg string) {
	c := st.choice(v, intent.DoShopMusic)
	address, ok := intent.ReadAddress(arg)
	switch name := c.named(arg); {
	case ok:
		st.takeTrack(v, address)
	case strings.Contains(arg, "://"):
		v.Tell("track.address", nil)
	case name != "":
		c.take(name)
		v.Tell(intent.DoShopMusic+".set", present.Args{"name": c.label(name)})
	default:
		offer(v, c, "")
	}
}

// named finds the only name whose label begins so.
func (c choice) named(text string) string {
	found := ""
	for _, name := range c.names {
		if text = intent.Squeezed(text); text == "" || !strings.HasPrefix(intent.Squeezed(c.label(name)), text) {
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

// takeTrack leaves an address with the shop. The outbox fetches what is there and says whether it is any use.
func (st *settings) takeTrack(v *Session, address string) {
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
	if s.Track == 0 {
		s.Track = bot.ChatsShop
	}
	v.Send(s)
}
