package orders

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// came takes in whether an order's short is in its chat. Only for an order that waits to know it anything changes.
func came(v *session.Session, o pipeline.Order, arrived bool) {
	if o.Reason != pipeline.ReasonMaybeDelivered {
		v.ShowNotice(present.Stage(v.StoredChat.Lang, o))
		return
	}
	change, key := pipeline.Retry, "came.not"
	if arrived {
		change, key = pipeline.Arrived, "came"
	}
	next, m, err := change(o)
	if err != nil {
		v.ShowNotice(present.Stage(v.StoredChat.Lang, o))
		return
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	v.ShowNotice(v.Fill(key, nil))
}

// Owns reports whether an order may be changed by the session: it is its chat's or, on the page, its shop's.
func Owns(v *session.Session, o pipeline.Order) bool {
	if v.Platform == bot.PagePlatform {
		return o.Shop != 0 && o.Shop == v.Shop.ID
	}
	return o.Thread.Platform == v.Platform && o.Thread.Chat == v.Chat
}

// PressOrder does what a button below an order says.
func (ed *Edits) PressOrder(ctx context.Context, v *session.Session, verb string, args []string) error {
	o, err := ed.store.Order(ctx, intent.Number(args, 0))
	switch {
	case errors.Is(err, pipeline.ErrPurged) || err == nil && present.IsPurged(o):
		v.ShowNotice(v.Fill("order.gone", nil))
		return nil
	case errors.Is(err, pipeline.ErrNotFound) || err == nil && !Owns(v, o):
		v.ShowNotice(v.Fill("missing", nil))
		return nil
	}
	if err != nil {
		return err
	}
	v.Size = present.SizeOf(intent.Argument(args, 2))
	switch verb {
	case intent.DoCancel:
		v.ShowNotice(ed.cancel(v, o))
	case intent.DoAnyway:
		v.ShowNotice(useAnyway(v, o))
	case intent.DoFix:
		pressFix(v, o)
	case intent.DoAgain:
		return ed.again(ctx, v, o, intent.Argument(args, 1) == "yes")
	case intent.DoLook:
		ed.restyle(v, o, intent.DoLook, ed.opts.Looks, intent.Argument(args, 1))
	case intent.DoMusic:
		ed.restyle(v, o, intent.DoMusic, v.Shop.Pieces(ed.opts.Music, o.Shop), intent.Argument(args, 1))
	case intent.DoSize:
		ed.restyle(v, o, intent.DoSize, present.Sizes(), intent.Argument(args, 1))
	case intent.DoResend:
		resend(v, o)
	case intent.DoCame:
		came(v, o, intent.Argument(args, 1) == "yes")
	}
	return nil
}

// pressFix asks what is to be otherwise, if anything still can be.
func pressFix(v *session.Session, o pipeline.Order) {
	key := ""
	switch {
	case o.Status == pipeline.Cancelled || o.Status != pipeline.Open && !cutsAgain(o):
		key = "fix.over"
	case max(o.Cut.N, o.Cuts) >= pipeline.MaxCuts:
		key = "fix.most"
	}
	if key != "" {
		v.ShowNotice(v.Fill(key, present.Args{"n": strconv.Itoa(pipeline.MaxCuts)}))
		return
	}
	if dr, asked := fixing(v, o); asked {
		dr.Size = v.Size
		v.Put(dr)
		v.ShowNotice(v.Fill("fix.ask", nil))
		return
	}
	v.ShowNotice("")
	askFix(v, o, v.Fill("fix.ask", nil))
}

// cutsAgain reports whether an order has what a new cut is made from.
func cutsAgain(o pipeline.Order) bool { return o.ClipKey != "" || o.Fallback != pipeline.ReasonNone }

// isCutting reports whether a cut of an order is being made, which a new one would take the place of. One that is
// being handed over comes all the same.
func isCutting(o pipeline.Order) bool { return o.Status == pipeline.Open && o.Step == pipeline.Render }

// restyle offers looks, music or sizes for an order, or takes the one that was chosen.
func (ed *Edits) restyle(v *session.Session, o pipeline.Order, verb string, names []string, name string) {
	if name != "" {
		if !slices.Contains(names, name) {
			v.ShowNotice(v.Fill("missing", nil))
			return
		}
		e := pipeline.Edit{Look: name}
		switch verb {
		case intent.DoMusic:
			e = pipeline.Edit{Music: v.Shop.Piece(name)}
			if sizeOf(v, o) == pipeline.Still { // which is silent: a person who wants music means the film
				e.Size = present.SizeOf(present.TallName)
			}
			fenceTrack(v, name)
		case intent.DoSize:
			e = pipeline.Edit{Size: present.SizeOf(name)}
		}
		v.ShowNotice(fixOrder(v, o, e, "restyled."+verb, present.Args{"name": v.Fill(verb+"."+name, nil)}))
		return
	}
	now := o.Cut.Look
	switch verb {
	case intent.DoMusic:
		now = v.Shop.PieceName(o.Cut.Music)
	case intent.DoSize:
		now = present.SizeName(o.Cut.Size)
	}
	var rows [][]bot.Button
	for _, n := range names {
		label := v.Fill(verb+"."+n, nil)
		if n == now {
			label = "✓ " + label
		}
		does := intent.Action(verb, o.ID, n)
		if v.Size != nil {
			does = intent.Action(verb, o.ID, n, present.SizeName(*v.Size))
		}
		rows = append(rows, []bot.Button{{Label: label, Action: does}})
	}
	v.ShowNotice("")
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("which."+verb, nil), Buttons: rows}})
}

// resend shows an order's short again.
func resend(v *session.Session, o pipeline.Order) {
	switch {
	case o.Status == pipeline.Delivered:
		v.ShowNotice("")
		v.Send(bot.OutgoingMessage{Order: o.ID, Cut: o.Cut.N})
	case o.Status == pipeline.Open:
		v.ShowNotice(v.Fill("resend.early", nil))
	default:
		v.ShowNotice(present.Stage(v.StoredChat.Lang, o))
	}
}

// again buys a new clip for an order's photo, after saying what that costs. Each cut can be made again
// once: the short that comes of it has a button of its own.
func (ed *Edits) again(ctx context.Context, v *session.Session, o pipeline.Order, sure bool) error {
	if !sure {
		v.ShowNotice("")
		v.Send(bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("again.ask", nil), Buttons: [][]bot.Button{{
			{
				Label: v.Fill("button.again", nil), Action: intent.Action(intent.DoAgain, o.ID, "yes"),
				Style: bot.Primary,
			},
		}}}})
		return nil
	}
	source := "again:" + strconv.FormatInt(o.ID, 10) + ":" + strconv.Itoa(o.Cut.N)
	recent, err := ed.store.Recent(ctx, o.Thread.Platform, o.Thread.Chat, 100)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(recent, func(x pipeline.Order) bool { return x.Source == source }) {
		v.ShowNotice(v.Fill("again.twice", nil))
		return nil
	}
	no, err := ed.quota.refuses(ctx, v)
	switch {
	case err != nil:
		return err
	case !accepts(v):
		v.ShowNotice(v.Fill("missing", nil))
	case no != "":
		v.ShowNotice(no)
	default:
		th, maker := o.Thread, o.Maker
		if th.Lang = v.StoredChat.Lang; th.Platform == v.Platform {
			th.User, maker = v.User.ID, v.User.Name
		}
		v.PlaceAs(ed.opts, pipeline.Order{
			Source: source, Thread: th, Maker: maker, Photo: o.Photo,
			Framing: pipeline.Framing{Anyway: o.Framing.Anyway},
		}, pipeline.Cut{Words: o.Cut.Words, Look: o.Cut.Look, Music: o.Cut.Music})
		v.ShowNotice(v.Fill("again.on", nil))
	}
	return nil
}

// sizeOf is the size of the order's short that the session is about: when none was named, of its newest.
func sizeOf(v *session.Session, o pipeline.Order) pipeline.Size {
	if v.Size != nil {
		return *v.Size
	}
	return o.Cut.Size
}

// fenceTrack makes the session fail if the shop's own piece is another one meanwhile: it may be deleted then.
func fenceTrack(v *session.Session, name string) {
	if name == bot.OwnMusic && v.Change.Shop == nil {
		v.Change.Shop = new(v.Shop)
	}
}
