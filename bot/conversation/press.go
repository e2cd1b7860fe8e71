package conversation

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// press is a press of one of our buttons. Each press gets one answer, and one that is
// made twice does nothing more.
func (cv *Conversation) press(ctx context.Context, v *Session) error {
	verb, args := intent.ReadAction(v.Action)
	switch verb {
	case intent.DoCancel, intent.DoFix, intent.DoAgain, intent.DoLook, intent.DoMusic, intent.DoSize, intent.DoResend,
		intent.DoCame, intent.DoAnyway:
		return cv.edits.pressOrder(ctx, v, verb, args)
	case intent.DoPick, intent.DoAll, intent.DoDrop, intent.DoReword, intent.DoRegular:
		return cv.pressDraft(ctx, v, verb, args)
	case intent.DoForget:
		return cv.forgetting.pressForget(ctx, v, args)
	case intent.DoUnforget:
		return cv.forgetting.pressUnforget(ctx, v, args)
	case intent.DoExport:
		return cv.edits.export(ctx, v, int(min(max(intent.Number(args, 0), 0), 999)))
	case intent.DoAdminRetry, intent.DoAdminRetryAll, intent.DoAdminCancel, intent.DoAdminResend, intent.DoAdminCame,
		intent.DoAdminOrder, intent.DoAdminStatus,
		intent.DoAdminStuck, intent.DoAdminShops, intent.DoAdminSpend, intent.DoAdminLog:
		return cv.opts.Console.Press(ctx, v, verb, args)
	}
	return cv.settings.pressSetting(ctx, v, verb, args)
}

// ShowNotice answers a press; an empty text only ends its waiting. Who asks for the same in words gets a message.
func (v *Session) ShowNotice(text string) {
	if v.Kind != bot.Pressed {
		if text != "" {
			v.Write(text)
		}
		return
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text}, Answer: v.Notice})
}

// replace puts a text in the place of the question that was answered by the press.
func (v *Session) replace(text string) {
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text}, Edit: v.Message})
}

func (ed *edits) pressOrder(ctx context.Context, v *Session, verb string, args []string) error {
	o, err := ed.opts.Store.Order(ctx, intent.Number(args, 0))
	switch {
	case errors.Is(err, pipeline.ErrPurged) || err == nil && present.IsEmptied(o):
		v.ShowNotice(v.Fill("order.gone", nil))
		return nil
	case errors.Is(err, pipeline.ErrNotFound) || err == nil && !owns(v, o):
		v.ShowNotice(v.Fill("missing", nil))
		return nil
	}
	if err != nil {
		return err
	}
	v.size = present.SizeOf(intent.Argument(args, 2))
	switch verb {
	case intent.DoCancel:
		v.ShowNotice(ed.cancel(v, o))
	case intent.DoAnyway:
		v.ShowNotice(ed.useAnyway(v, o))
	case intent.DoFix:
		ed.pressFix(v, o)
	case intent.DoAgain:
		return ed.again(ctx, v, o, intent.Argument(args, 1) == "yes")
	case intent.DoLook:
		ed.restyle(v, o, intent.DoLook, ed.opts.Looks, intent.Argument(args, 1))
	case intent.DoMusic:
		ed.restyle(v, o, intent.DoMusic, v.Pieces(ed.opts.Music, o.Shop), intent.Argument(args, 1))
	case intent.DoSize:
		ed.restyle(v, o, intent.DoSize, present.Sizes(), intent.Argument(args, 1))
	case intent.DoResend:
		ed.resend(v, o)
	case intent.DoCame:
		came(v, o, intent.Argument(args, 1) == "yes")
	}
	return nil
}

// pressFix asks what is to be otherwise, if anything still can be.
func (ed *edits) pressFix(v *Session, o pipeline.Order) {
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
		dr.Size = v.size
		v.put(dr)
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
func (ed *edits) restyle(v *Session, o pipeline.Order, verb string, names []string, name string) {
	if name != "" {
		if !slices.Contains(names, name) {
			v.ShowNotice(v.Fill("missing", nil))
			return
		}
		e := pipeline.Edit{Look: name}
		switch verb {
		case intent.DoMusic:
			e = pipeline.Edit{Music: v.piece(name)}
			if sizeOf(v, o) == pipeline.Still { // which is silent: whoever wants music means the film
				e.Size = present.SizeOf(present.TallName)
			}
			fenceTrack(v, name)
		case intent.DoSize:
			e = pipeline.Edit{Size: present.SizeOf(name)}
		}
		v.ShowNotice(ed.fix(v, o, e, "restyled."+verb, present.Args{"name": v.Fill(verb+"."+name, nil)}))
		return
	}
	now := o.Cut.Look
	switch verb {
	case intent.DoMusic:
		now = v.pieceName(o.Cut.Music)
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
		if v.size != nil {
			does = intent.Action(verb, o.ID, n, present.SizeName(*v.size))
		}
		rows = append(rows, []bot.Button{{Label: label, Action: does}})
	}
	v.ShowNotice("")
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: v.Fill("which."+verb, nil), Buttons: rows}})
}

// resend shows an order's short again.
func (ed *edits) resend(v *Session, o pipeline.Order) {
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
func (ed *edits) again(ctx context.Context, v *Session, o pipeline.Order, sure bool) error {
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
	recent, err := ed.opts.Store.Recent(ctx, o.Thread.Platform, o.Thread.Chat, 100)
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

func (cv *Conversation) pressDraft(ctx context.Context, v *Session, verb string, args []string) error {
	id, i := intent.Number(args, 0), intent.Number(args, 1)
	dr, ok := v.live(func(x bot.Draft) bool { return x.ID == id })
	if !ok || !hasChoice(dr, verb, i) {
		v.ShowNotice(v.Fill("over", nil))
		return nil
	}
	v.ShowNotice("")
	text := ""
	switch verb {
	case intent.DoPick:
		text = "✓ " + v.Fill("button.picture", present.Args{"n": strconv.FormatInt(i+1, 10)})
		if len(dr.Choices) > 0 {
			text = "✓ " + dr.Choices[i].Menu + " · " + caption.FullPrice(dr.Choices[i])
		}
		if err := cv.intake.pick(ctx, v, dr, int(i)); err != nil {
			return err
		}
	case intent.DoAll:
		text = "✓ " + v.Fill("button.all", nil)
		if err := cv.intake.all(ctx, v, dr); err != nil {
			return err
		}
	case intent.DoDrop:
		text = v.Fill("dropped", nil)
		v.end(dr)
	case intent.DoReword:
		text = v.Fill("read.how", nil)
		v.put(dr)
	case intent.DoRegular:
		real := intent.Argument(args, 1) == "yes"
		if text = v.Fill("regular.no", nil); real {
			text = v.Fill("regular.yes", nil)
		}
		text = "✓ " + text
		if err := cv.edits.answerRegular(ctx, v, dr, real); err != nil {
			return err
		}
	}
	switch placed := v.Change.Place; len(placed) {
	case 0:
	case 1:
		text = v.Fill("picked", present.WordArgs(placed[0].Cut.Words))
	default:
		text = v.Fill("picked.all", present.Args{"n": strconv.Itoa(len(placed))})
	}
	v.replace(text)
	return nil
}

// hasChoice reports whether a draft is at the question that a button stands under.
func hasChoice(dr bot.Draft, verb string, i int64) bool {
	n := len(dr.Choices)
	if n == 0 && dr.Waits == bot.ForChoice {
		n = len(dr.Images)
	}
	switch verb {
	case intent.DoRegular:
		return isRegular(dr)
	case intent.DoPick:
		return !isRegular(dr) && i >= 0 && i < int64(n)
	case intent.DoAll:
		return dr.Waits == bot.ForChoice && len(dr.Choices) == 0
	case intent.DoReword:
		return dr.Waits == bot.ForYes
	}
	return true
}
