package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// press is a button of ours that somebody has pressed. Each press gets one answer, and one that is
// made twice does nothing more.
func (d *Conversation) press(ctx context.Context, v *session) error {
	verb, args := readAction(v.Action)
	switch verb {
	case doCancel, doFix, doAgain, doLook, doMusic, doSize, doResend, doCame:
		return d.pressOrder(ctx, v, verb, args)
	case doPick, doAll, doDrop, doReword, doRegular:
		return d.pressDraft(ctx, v, verb, args)
	case doForget:
		return d.pressForget(ctx, v, args)
	case doUnforget:
		return d.pressUnforget(ctx, v, args)
	case doExport:
		return d.export(ctx, v, int(min(max(number(args, 0), 0), 999)))
	case doAdminRetry, doAdminRetryAll, doAdminCancel, doAdminResend, doAdminCame, doAdminOrder, doAdminStatus,
		doAdminStuck, doAdminShops, doAdminSpend, doAdminLog:
		return d.Console.Press(ctx, v, verb, args)
	}
	return d.pressSetting(ctx, v, verb, args)
}

// notice answers a press; an empty text only ends its waiting. Who asks for the same in words gets a message.
func (v *session) notice(text string) {
	if v.Kind != Pressed {
		if text != "" {
			v.write(text)
		}
		return
	}
	v.say(state.OutgoingMessage{Message: state.Message{Text: text}, Answer: v.Notice})
}

// replace puts a text in the place of the question that was answered by the press.
func (v *session) replace(text string) {
	v.say(state.OutgoingMessage{Message: state.Message{Text: text}, Edit: v.Message})
}

func (d *Conversation) pressOrder(ctx context.Context, v *session, verb string, args []string) error {
	o, err := d.Store.Order(ctx, number(args, 0))
	if errors.Is(err, pipeline.ErrNotFound) || err == nil && (o.Thread.Platform != v.Platform || o.Thread.Chat != v.Chat) {
		v.notice(v.fill("missing", nil))
		return nil
	}
	if err != nil {
		return err
	}
	v.size = sizeOf(argument(args, 2))
	switch verb {
	case doCancel:
		v.notice(d.cancel(v, o))
	case doFix:
		d.pressFix(v, o)
	case doAgain:
		return d.again(ctx, v, o, argument(args, 1) == "yes")
	case doLook:
		d.restyle(v, o, doLook, d.Looks, argument(args, 1))
	case doMusic:
		d.restyle(v, o, doMusic, d.pieces(v, o.Shop), argument(args, 1))
	case doSize:
		d.restyle(v, o, doSize, sizes(), argument(args, 1))
	case doResend:
		d.resend(v, o)
	case doCame:
		v.came(o, argument(args, 1) == "yes")
	}
	return nil
}

// pressFix asks what is to be otherwise, if anything still can be.
func (d *Conversation) pressFix(v *session, o pipeline.Order) {
	key := ""
	switch {
	case o.Status == pipeline.Cancelled || o.Status != pipeline.Open && !cutsAgain(o):
		key = "fix.over"
	case max(o.Cut.N, o.Cuts) >= pipeline.MostCuts:
		key = "fix.most"
	}
	if key != "" {
		v.notice(v.fill(key, phrase.Args{"n": strconv.Itoa(pipeline.MostCuts)}))
		return
	}
	if dr, asked := v.fixing(o); asked {
		dr.Size = v.size
		v.put(dr)
		v.notice(v.fill("fix.ask", nil))
		return
	}
	v.notice("")
	v.askFix(o, v.fill("fix.ask", nil))
}

// cutsAgain reports whether an order has what a new cut is made from.
func cutsAgain(o pipeline.Order) bool { return o.ClipKey != "" || o.Fallback != pipeline.ReasonNone }

// isCutting reports whether a cut of an order is being made, which a new one would take the place of. One that is
// being handed over comes all the same.
func isCutting(o pipeline.Order) bool { return o.Status == pipeline.Open && o.Step == pipeline.Render }

// restyle offers looks, music or sizes for an order, or takes the one that was chosen.
func (d *Conversation) restyle(v *session, o pipeline.Order, verb string, names []string, name string) {
	if name != "" {
		if !slices.Contains(names, name) {
			v.notice(v.fill("missing", nil))
			return
		}
		e := pipeline.Edit{Look: name}
		switch verb {
		case doMusic:
			e = pipeline.Edit{Music: v.piece(name)}
			if v.sizeOf(o) == pipeline.Still { // which is silent: whoever wants music means the film
				e.Size = sizeOf(tallName)
			}
			v.fenceTrack(name)
		case doSize:
			e = pipeline.Edit{Size: sizeOf(name)}
		}
		v.notice(d.fix(v, o, e, "restyled."+verb, phrase.Args{"name": v.fill(verb+"."+name, nil)}))
		return
	}
	now := o.Cut.Look
	switch verb {
	case doMusic:
		now = v.pieceName(o.Cut.Music)
	case doSize:
		now = sizeName(o.Cut.Size)
	}
	var rows [][]state.Button
	for _, n := range names {
		label := v.fill(verb+"."+n, nil)
		if n == now {
			label = "✓ " + label
		}
		does := action(verb, o.ID, n)
		if v.size != nil {
			does = action(verb, o.ID, n, sizeName(*v.size))
		}
		rows = append(rows, []state.Button{{Label: label, Action: does}})
	}
	v.notice("")
	v.say(state.OutgoingMessage{Message: state.Message{Text: v.fill("which."+verb, nil), Buttons: rows}})
}

// resend shows an order's short again.
func (d *Conversation) resend(v *session, o pipeline.Order) {
	switch {
	case o.Status == pipeline.Delivered:
		v.notice("")
		v.say(state.OutgoingMessage{Order: o.ID, Cut: o.Cut.N})
	case o.Status == pipeline.Open:
		v.notice(v.fill("resend.early", nil))
	default:
		v.notice(phrase.Stage(v.chat.Lang, o))
	}
}

// again buys a new clip for an order's photo, after saying what that costs. Each cut can be made again
// once: the short that comes of it has a button of its own.
func (d *Conversation) again(ctx context.Context, v *session, o pipeline.Order, sure bool) error {
	if !sure {
		v.notice("")
		v.say(state.OutgoingMessage{Message: state.Message{Text: v.fill("again.ask", nil), Buttons: [][]state.Button{{
			{Label: v.fill("button.again", nil), Action: action(doAgain, o.ID, "yes"), Style: state.Primary},
		}}}})
		return nil
	}
	source := "again:" + strconv.FormatInt(o.ID, 10) + ":" + strconv.Itoa(o.Cut.N)
	recent, err := d.Store.Recent(ctx, v.Platform, v.Chat, 100)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(recent, func(x pipeline.Order) bool { return x.Source == source }) {
		v.notice(v.fill("again.twice", nil))
		return nil
	}
	no, err := d.refuses(ctx, v)
	switch {
	case err != nil:
		return err
	case !v.accepts():
		v.notice(v.fill("missing", nil))
	case no != "":
		v.notice(no)
	default:
		th := o.Thread
		th.Lang, th.User = v.chat.Lang, v.User.ID
		v.placeAs(d, pipeline.Order{Source: source, Thread: th, Photo: o.Photo}, pipeline.Cut{Words: o.Cut.Words, Look: o.Cut.Look, Music: o.Cut.Music})
		v.notice(v.fill("again.on", nil))
	}
	return nil
}

func (d *Conversation) pressDraft(ctx context.Context, v *session, verb string, args []string) error {
	id, i := number(args, 0), number(args, 1)
	dr, ok := v.live(func(x state.Draft) bool { return x.ID == id })
	if !ok || !hasChoice(dr, verb, i) {
		v.notice(v.fill("over", nil))
		return nil
	}
	v.notice("")
	text := ""
	switch verb {
	case doPick:
		text = "✓ " + v.fill("button.picture", phrase.Args{"n": strconv.FormatInt(i+1, 10)})
		if len(dr.Choices) > 0 {
			text = "✓ " + dr.Choices[i].Menu + " · " + caption.FullPrice(dr.Choices[i])
		}
		if err := d.pick(ctx, v, dr, int(i)); err != nil {
			return err
		}
	case doAll:
		text = "✓ " + v.fill("button.all", nil)
		if err := d.all(ctx, v, dr); err != nil {
			return err
		}
	case doDrop:
		text = v.fill("dropped", nil)
		v.end(dr)
	case doReword:
		text = v.fill("read.how", nil)
		v.put(dr)
	case doRegular:
		real := argument(args, 1) == "yes"
		if text = v.fill("regular.no", nil); real {
			text = v.fill("regular.yes", nil)
		}
		text = "✓ " + text
		if err := d.answerRegular(ctx, v, dr, real); err != nil {
			return err
		}
	}
	switch placed := v.change.Place; len(placed) {
	case 0:
	case 1:
		text = v.fill("picked", wordArgs(placed[0].Cut.Words))
	default:
		text = v.fill("picked.all", phrase.Args{"n": strconv.Itoa(len(placed))})
	}
	v.replace(text)
	return nil
}

// hasChoice reports whether a draft is at the question that a button stands under.
func hasChoice(dr state.Draft, verb string, i int64) bool {
	n := len(dr.Choices)
	if n == 0 && dr.Waits == state.ForChoice {
		n = len(dr.Images)
	}
	switch verb {
	case doRegular:
		return isRegular(dr)
	case doPick:
		return !isRegular(dr) && i >= 0 && i < int64(n)
	case doAll:
		return dr.Waits == state.ForChoice && len(dr.Choices) == 0
	case doReword:
		return dr.Waits == state.ForYes
	}
	return true
}
