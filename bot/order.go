package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// tell answers the update with a phrase.
func (v *session) tell(key string, args phrase.Args) {
	v.say(state.OutgoingMessage{Message: state.Message{Text: v.fill(key, args)}})
}

// understand reads a line. One that isn't enough by itself is read together with what was said before it.
func understand(earlier, text string) caption.Result {
	r := caption.Parse(text)
	if r.Outcome != caption.OK && earlier != "" {
		r = caption.Parse(joined(earlier, text))
	}
	return r
}

// joined is what was said so far. Of a person who never stops only the beginning and the end count.
func joined(earlier, text string) string {
	if earlier == "" {
		return text
	}
	const most = 4096
	if len(earlier) > most || text == "" {
		return earlier
	}
	return earlier + "\n" + text
}

// wordArgs name what stands on a short, for phrases.
func wordArgs(w pipeline.Words) phrase.Args { return phrase.Args{"menu": w.Menu, "price": w.Price} }

// accepts reports whether the session's chat may order: commands and drafts of a chat that has lost its
// shop come to nothing.
func (v *session) accepts() bool { return v.shop.ID != 0 || v.change.Shop != nil }

// place makes a picture an order of the person that the draft belongs to, unless the month is full or it must first be
// asked about a price that is crossed out: then the person is told, and false returned.
func (d *Conversation) place(ctx context.Context, v *session, dr state.Draft, p state.Image, w pipeline.Words) (bool, error) {
	if !v.accepts() {
		return false, nil
	}
	if no, err := d.refuses(ctx, v); err != nil || no != "" {
		told := func(s state.OutgoingMessage) bool { return s.Text == no }
		if no != "" && !slices.ContainsFunc(v.change.Messages, told) { // once for all pictures of an album
			v.write(no)
		}
		return false, err
	}
	if v.mustAskRegular(w) {
		d.askRegular(v, v.splitDraft(dr, state.ForRegular, p), w)
		return false, nil
	}
	for _, x := range slices.Clone(v.drafts) { // an order ends its person's wait for a logo
		if x.Waits == state.ForLogo && x.User == dr.User {
			v.end(x)
		}
	}
	th := v.thread()
	th.Topic, th.User, th.Message = dr.Topic, dr.User, p.Message
	v.placeAs(d, pipeline.Order{Source: source(v, p), Thread: th, Photo: p.Photo}, pipeline.Cut{
		Words: w, Look: first(v.shop.Look, d.Looks), Music: first(v.shop.Music, d.Music),
	})
	return true, nil
}

// placeAs adds an order to what the session leads to. Writing the shop with it fences the count of
// its month, which other chats of the shop add to as well.
func (v *session) placeAs(d *Conversation, o pipeline.Order, c pipeline.Cut) {
	c.Words.Shop, c.Words.Logo = v.shop.Name, v.shop.Logo
	if strings.HasPrefix(c.Music, pipeline.TrackPrefix) && !v.shop.OwnsTrack(c.Music) { // the chat was another shop's
		c.Music = first(v.shop.Music, d.Music)
	}
	o.Shop, o.Cut = v.shop.ID, c
	v.change.Place = append(v.change.Place, d.Pipeline.Accept(o))
	if v.change.Shop == nil {
		shop := v.shop
		v.change.Shop = &shop
	}
}

// source names the picture's message: one message is one order. Some platforms have several pictures
// in a message.
func source(v *session, p state.Image) string {
	s := v.Platform + ":" + v.Chat + ":" + p.Message
	if p.N > 0 {
		s += ":" + strconv.Itoa(p.N)
	}
	return s
}

func first(own string, all []string) string {
	if own != "" || len(all) == 0 {
		return own
	}
	return all[0]
}

// maxRefused is how many photos of a chat may be refused in a day. Each is paid for, and a provider suspends whoever
// sends it too many.
const maxRefused = 3

// refuses says why the session's chat may not order now, in words for the person; "" when it may.
func (d *Conversation) refuses(ctx context.Context, v *session) (string, error) {
	refused, err := d.Store.Refused(ctx, v.Platform, v.Chat, v.today(v.now, 0))
	if err != nil {
		return "", err
	}
	if refused >= maxRefused {
		return v.fill("refused.enough", nil), nil
	}
	left, limited, err := d.left(ctx, v)
	if err != nil || !limited || left > 0 {
		return "", err
	}
	return v.fill("quota", d.quotaArgs(v, v.shop.LimitOr(d.Limit))), nil
}

// left is how many more the shop may have this month, after what the session places.
func (d *Conversation) left(ctx context.Context, v *session) (n int, limited bool, err error) {
	n = v.shop.LimitOr(d.Limit)
	if n == 0 {
		return 0, false, nil
	}
	shop := v.shop.ID
	if shop == 0 {
		if shop, err = d.Store.Former(ctx, v.Platform, v.Chat); err != nil {
			return 0, true, err
		}
	}
	if shop != 0 {
		used, err := d.Store.OrdersInPeriod(ctx, shop, v.month(v.now, 0))
		if err != nil {
			return 0, true, err
		}
		n -= used
	}
	return n - len(v.change.Place), true, nil
}

// quotaArgs are a number of shorts, and the day on which a new month begins.
func (d *Conversation) quotaArgs(v *session, n int) phrase.Args {
	return phrase.Args{"n": strconv.Itoa(n), "date": v.date(v.month(v.now, 1))}
}
