package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// meantFor is how long a person who names no order still means their newest.
const meantFor = 24 * time.Hour

// ofOrder is what a person asks for about an order in their own words: the same that its buttons do.
func (d *Conversation) ofOrder(ctx context.Context, v *session, c command) error {
	o, ok, err := d.meant(ctx, v)
	if err != nil {
		return err
	}
	switch {
	case c.name == "relook" && !ok:
		v.offer(d.choice(v, doShopLook), "")
	case c.name == "remusic" && !ok:
		v.offer(d.choice(v, doShopMusic), "")
	case !ok:
		v.tell("hint", nil)
	case c.name == "relook":
		d.restyle(v, o, doLook, d.Looks, v.called(doLook, d.Looks))
	case c.name == "remusic":
		d.restyle(v, o, doMusic, d.pieces(v, o.Shop), v.called(doMusic, d.pieces(v, o.Shop)))
	case c.name == "resize":
		d.restyle(v, o, doSize, sizes(), c.arg)
	case c.name == "again":
		return d.again(ctx, v, o, false)
	case c.name == "fix":
		d.pressFix(v, o)
	case c.name == "resend":
		d.resend(v, o)
	case c.name == "unhappy" && o.Status == pipeline.Delivered:
		d.offerChanges(v, o, "unhappy")
	default:
		return d.howFar(ctx, v, o)
	}
	return nil
}

// called is the look or the music that a text names: 고급 느낌으로 바꿔주세요. "" is none.
func (v *session) called(verb string, names []string) string {
	for _, name := range names {
		if strings.Contains(squeezed(v.Text), squeezed(v.fill(verb+"."+name, nil))) {
			return name
		}
	}
	return ""
}

// meant finds the order that a person speaks of: the one that they reply to, else their newest. The answer
// stands below its photo then, so that they see which one it is.
func (d *Conversation) meant(ctx context.Context, v *session) (pipeline.Order, bool, error) {
	if v.Reply != nil && v.Reply.Message != "" {
		o, size, err := d.Store.ByMessage(ctx, v.Platform, v.Chat, v.Reply.Message)
		if !errors.Is(err, pipeline.ErrNotFound) {
			v.size = size
			return o, err == nil, err
		}
	}
	recent, err := d.recent(ctx, v, meantFor)
	if err != nil || len(recent) == 0 {
		return pipeline.Order{}, false, err
	}
	o := recent[0]
	v.Message, v.Topic = o.Thread.Message, o.Thread.Topic
	return o, true, nil
}

// recent lists the person's orders in the chat that were placed or changed lately, newest first.
func (d *Conversation) recent(ctx context.Context, v *session, lately time.Duration) ([]pipeline.Order, error) {
	orders, err := d.Store.Recent(ctx, v.Platform, v.Chat, 30)
	return slices.DeleteFunc(orders, func(o pipeline.Order) bool {
		return o.Thread.User != v.User.ID || v.now.Sub(o.Changed) > lately || o.Status == pipeline.Cancelled
	}), err
}

// howFar says how an order stands. A short that is there can be seen again.
func (d *Conversation) howFar(ctx context.Context, v *session, o pipeline.Order) error {
	usual, err := d.Store.MedianStepTimes(ctx)
	if err != nil {
		return err
	}
	o.Thread.Lang = v.chat.Lang
	stands := standing(o, usual, v.now, true)
	if step := phrase.Step(v.chat.Lang, o.Step); stands == step { // nobody knows how long it takes
		stands = v.fill("when.open", phrase.Args{"stage": step})
	}
	m := state.Message{Text: head(o.Cut.Words) + "\n" + stands}
	if o.Status == pipeline.Delivered {
		m.Buttons = [][]state.Button{{{Label: made(v.chat.Lang, "choice.watch", o.Cut.Size), Action: action(doResend, o.ID)}}}
	}
	v.say(state.OutgoingMessage{Message: m})
	return nil
}

// offerChanges says something about an order, with the buttons that change it.
func (d *Conversation) offerChanges(v *session, o pipeline.Order, key string) {
	m := state.Message{Text: v.fill(key, nil)}
	o.Cut.Size = v.sizeOf(o)
	if o.Status == pipeline.Delivered {
		m.Buttons = changeButtons(v.chat.Lang, o, d.Looks, d.Music)
	}
	v.say(state.OutgoingMessage{Message: m})
}

// changeButtons are for what may be done to an order, of whose shorts it is about the one of its cut's size. One
// that has had all its cuts has no other.
func changeButtons(lang string, o pipeline.Order, looks, music []string) [][]state.Button {
	does := func(key, verb string) state.Button {
		return state.Button{Label: phrase.Fill(lang, key, nil), Action: action(verb, o.ID, "", sizeName(o.Cut.Size))}
	}
	again := does("choice.again", doAgain)
	if max(o.Cut.N, o.Cuts) >= pipeline.MostCuts {
		return [][]state.Button{{again}}
	}
	words := []state.Button{does("choice.fix", doFix), again}
	var other []state.Button
	if len(looks) > 1 {
		other = append(other, does("choice.look", doLook))
	}
	if len(music) > 1 && o.Cut.Size != pipeline.Still { // a picture is silent
		other = append(other, does("choice.music", doMusic))
	}
	return [][]state.Button{append(other, does("choice.size", doSize)), words}
}
