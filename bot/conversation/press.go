package conversation

import (
	"context"
	"strconv"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

// press is a press of one of our buttons. Each press gets one answer, and one that is
// made twice does nothing more.
func (cv *Conversation) press(ctx context.Context, v *session.Session) error {
	verb, args := intent.ReadAction(v.Action)
	switch verb {
	case intent.DoCancel, intent.DoFix, intent.DoAgain, intent.DoLook, intent.DoMusic, intent.DoSize, intent.DoResend,
		intent.DoCame, intent.DoAnyway:
		return cv.edits.PressOrder(ctx, v, verb, args)
	case intent.DoPick, intent.DoAll, intent.DoDrop, intent.DoReword, intent.DoRegular:
		return cv.pressDraft(ctx, v, verb, args)
	case intent.DoForget:
		return cv.forgetting.PressForget(ctx, v, args)
	case intent.DoUnforget:
		return cv.forgetting.PressUnforget(ctx, v, args)
	case intent.DoExport:
		return cv.edits.Export(ctx, v, int(min(max(intent.Number(args, 0), 0), 999)))
	case intent.DoAdminRetry, intent.DoAdminRetryAll, intent.DoAdminCancel, intent.DoAdminResend, intent.DoAdminCame,
		intent.DoAdminOrder, intent.DoAdminStatus,
		intent.DoAdminStuck, intent.DoAdminShops, intent.DoAdminSpend, intent.DoAdminLog:
		return cv.opts.Console.Press(ctx, v, verb, args)
	}
	return cv.settings.PressSetting(ctx, v, verb, args)
}

func (cv *Conversation) pressDraft(ctx context.Context, v *session.Session, verb string, args []string) error {
	id, i := intent.Number(args, 0), intent.Number(args, 1)
	dr, ok := v.Live(func(x bot.Draft) bool { return x.ID == id })
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
		if err := cv.intake.Pick(ctx, v, dr, int(i)); err != nil {
			return err
		}
	case intent.DoAll:
		text = "✓ " + v.Fill("button.all", nil)
		if err := cv.intake.All(ctx, v, dr); err != nil {
			return err
		}
	case intent.DoDrop:
		text = v.Fill("dropped", nil)
		v.End(dr)
	case intent.DoReword:
		text = v.Fill("read.how", nil)
		v.Put(dr)
	case intent.DoRegular:
		real := intent.Argument(args, 1) == "yes"
		if text = v.Fill("regular.no", nil); real {
			text = v.Fill("regular.yes", nil)
		}
		text = "✓ " + text
		if err := cv.edits.AnswerRegular(ctx, v, dr, real); err != nil {
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
	v.Replace(text)
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
		return orders.IsRegular(dr)
	case intent.DoPick:
		return !orders.IsRegular(dr) && i >= 0 && i < int64(n)
	case intent.DoAll:
		return dr.Waits == bot.ForChoice && len(dr.Choices) == 0
	case intent.DoReword:
		return dr.Waits == bot.ForYes
	}
	return true
}
