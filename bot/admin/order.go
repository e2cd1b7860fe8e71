package admin

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// adminOrder is a command about one order, or without its number about all of them.
func (c *Console) adminOrder(ctx context.Context, v Demand, cmd intent.Command) error {
	if cmd.Name == "status" && cmd.Arg == "" {
		s, err := c.overview(ctx, v)
		return v.Swap(s, err)
	}
	if reason, all := v.readAll(cmd.Arg); all && cmd.Name == "retry" {
		s, err := c.askRetryAll(ctx, v, reason)
		return v.Swap(s, err)
	}
	id, ok := intent.Counted(cmd.Arg)
	if !ok {
		v.Tell("admin.which", nil)
		return nil
	}
	o, err := c.opts.Store.Order(ctx, id)
	if err != nil {
		return v.OrNone(err, orderNone(err), orderArgs(id))
	}
	if cmd.Name == "status" {
		s, err := c.card(ctx, v, o)
		return v.Swap(s, err)
	}
	text, _, err := c.adminAction(ctx, v, cmd.Name, &o)
	if err == nil {
		v.Write(text)
	}
	return err
}

// orderNone names the phrase that says why an order can't be read.
func orderNone(err error) string {
	if errors.Is(err, pipeline.ErrPurged) {
		return "admin.order.purged"
	}
	return "admin.order.none"
}

func orderArgs(id int64) present.Args { return present.Args{"n": strconv.FormatInt(id, 10)} }

// adminAction does to an order what an admin wants, and gives the phrase that says what came of it. o is the order
// as it is then.
func (c *Console) adminAction(
	ctx context.Context, v Demand, name string, o *pipeline.Order,
) (text string, done bool, err error) {
	key, then := "", ""
	switch name {
	case "retry":
		key, then = adminRetry(v, o)
	case "cancel":
		key, then = adminCancel(v, o)
	case "arrived":
		key, then = adminArrived(v, o)
	default:
		if key, then, err = c.adminResend(ctx, v, o); err != nil {
			return "", false, err
		}
	}
	if then != "" {
		v.Audit(actionName(name, o.ID), then)
	}
	args := orderArgs(o.ID)
	args["stage"] = v.Standing(*o)
	return v.Fill(key, args), then != "", nil
}

func actionName(name string, order int64) string {
	return "/" + name + " " + strconv.FormatInt(order, 10)
}

func adminRetry(v Demand, o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Retry(*o)
	switch {
	case present.IsPurged(*o):
		return "admin.order.purged", ""
	case err != nil:
		return "admin.retry.no", ""
	}
	key = "admin.retried"
	if o.Reason == pipeline.ReasonUnknownStart && next.Phase == pipeline.Ready {
		key = "admin.retried.unknown"
	}
	v.moves(o, next, m)
	return key, "retried " + string(next.Step)
}

func adminCancel(v Demand, o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Cancel(*o)
	if err != nil {
		return "admin.cancel.no", ""
	}
	v.moves(o, next, m)
	if next.Status == pipeline.Delivered {
		return "admin.cancelled.cut", "uncut"
	}
	return "admin.cancelled", "cancelled"
}

// adminArrived ends an order whose short is in its chat, as an admin has seen.
func adminArrived(v Demand, o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Arrived(*o)
	if err != nil {
		return "admin.came.no", ""
	}
	v.moves(o, next, m)
	return "admin.came", "delivered"
}

// moves changes an order in an admin's name, which its history keeps.
func (v Demand) moves(o *pipeline.Order, next pipeline.Order, m pipeline.Move) {
	m.Note = strings.TrimSpace(m.Note + " by " + v.Who())
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	*o = next
}

// ResendPause is how long a short isn't sent again after it was: two presses are one.
const ResendPause = time.Minute

// adminResend shows a short again where it was ordered.
func (c *Console) adminResend(ctx context.Context, v Demand, o *pipeline.Order) (key, then string, err error) {
	redeliver := pipeline.Redeliver
	if o.Reason == pipeline.ReasonMaybeDelivered {
		redeliver = pipeline.Retry
	}
	if next, m, err := redeliver(*o); err == nil && !present.IsPurged(*o) {
		v.moves(o, next, m)
		return "admin.resent", "redelivered", nil
	}
	switch {
	case present.IsPurged(*o):
		return "admin.order.purged", "", nil
	case o.Shown == 0 || o.Cut.ShortKey == "":
		return "admin.resend.no", "", nil
	}
	entries, err := c.opts.Store.ListAudit(ctx, 0, 50)
	if err != nil {
		return "", "", err
	}
	for _, x := range entries {
		if x.What == actionName("resend", o.ID) && v.Now.Sub(x.At) < ResendPause {
			return "admin.resend.just", "", nil
		}
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Thread: o.Thread}, Order: o.ID, Cut: o.Cut.N})
	return "admin.resent", "resent " + strconv.Itoa(o.Cut.N), nil
}

// pressAdminOrder is a button below an order, or below what ops were told of one.
func (c *Console) pressAdminOrder(ctx context.Context, v Demand, verb string, args []string) error {
	o, err := c.opts.Store.Order(ctx, intent.Number(args, 0))
	if err != nil {
		return v.OrNone(err, orderNone(err), present.Args{"n": intent.Argument(args, 0)})
	}
	how := intent.Argument(args, 1)
	switch {
	case verb == intent.DoAdminOrder && how == "new": // what it stands under stays
		s, err := c.card(ctx, v, o)
		if err != nil {
			return err
		}
		v.ShowNotice("")
		v.Send(bot.OutgoingMessage{Message: s.Message()})
		return nil
	case verb == intent.DoAdminOrder && how != "":
		s, err := c.history(ctx, v, o, int(min(max(intent.Number(args, 1), 0), 999)))
		return v.Swap(s, err)
	case verb == intent.DoAdminOrder:
		s, err := c.card(ctx, v, o)
		return v.Swap(s, err)
	case verb == intent.DoAdminCancel && how != "yes":
		v.askCancel(o, how == "card")
		return nil
	}
	name := map[string]string{
		intent.DoAdminRetry: "retry", intent.DoAdminCancel: "cancel", intent.DoAdminResend: "resend",
		intent.DoAdminCame: "arrived",
	}[verb]
	text, done, err := c.adminAction(ctx, v, name, &o)
	switch {
	case err != nil:
		return err
	case how == "" && done: // all of ops read that it was seen to
		v.ShowNotice("")
		v.Write(text)
	case how == "":
		v.ShowNotice(text)
	default:
		s, err := c.card(ctx, v, o)
		if err != nil {
			return err
		}
		v.ShowNotice(text)
		v.Send(bot.OutgoingMessage{Message: s.Message(), Edit: v.Message})
	}
	return nil
}

// askCancel asks whether an order is really to be cancelled, in the place of its card if it is one.
func (v Demand) askCancel(o pipeline.Order, card bool) {
	if o.Status != pipeline.Open && o.Status != pipeline.Parked {
		args := orderArgs(o.ID)
		args["stage"] = v.Standing(o)
		v.ShowNotice(v.Fill("admin.cancel.no", args))
		return
	}
	row := []bot.Button{{
		Label: v.Fill("admin.cancel.yes", nil), Action: intent.Action(intent.DoAdminCancel, o.ID, "yes"),
		Style: bot.Danger,
	}}
	s := bot.OutgoingMessage{
		Message: bot.Message{
			Text: "#" + strconv.FormatInt(o.ID, 10) + " " + present.Head(o.Cut.Words) + "\n" + v.Fill(
				"admin.cancel.ask", orderArgs(o.ID),
			),
		},
	}
	if card {
		s.Edit = v.Message
	}
	row = append(row, bot.Button{
		Label: v.Fill("admin.cancel.keep", nil), Action: intent.Action(intent.DoAdminOrder, o.ID),
	})
	s.Buttons = [][]bot.Button{row}
	v.ShowNotice("")
	v.Send(s)
}
