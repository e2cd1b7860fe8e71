package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// adminOrder is a command about one order, or without its number about all of them.
func (c *Console_) adminOrder(ctx context.Context, v demand, cmd command) error {
	if cmd.name == "status" && cmd.arg == "" {
		s, err := c.overview(ctx, v)
		return v.swap(s, err)
	}
	if reason, all := v.readAll(cmd.arg); all && cmd.name == "retry" {
		s, err := c.askRetryAll(ctx, v, reason)
		return v.swap(s, err)
	}
	id, ok := counted(cmd.arg)
	if !ok {
		v.tell("admin.which", nil)
		return nil
	}
	o, err := c.Store.Order(ctx, id)
	if err != nil {
		return v.orNone(err, "admin.order.none", orderArgs(id))
	}
	if cmd.name == "status" {
		s, err := c.card(ctx, v, o)
		return v.swap(s, err)
	}
	text, _, err := c.adminAction(ctx, v, cmd.name, &o)
	if err == nil {
		v.write(text)
	}
	return err
}

func orderArgs(id int64) phrase.Args { return phrase.Args{"n": strconv.FormatInt(id, 10)} }

// adminAction does to an order what an admin wants, and gives the phrase that says what came of it. o is the order
// as it is then.
func (c *Console_) adminAction(ctx context.Context, v demand, name string, o *pipeline.Order) (text string, done bool, err error) {
	key, then := "", ""
	switch name {
	case "retry":
		key, then = c.adminRetry(v, o)
	case "cancel":
		key, then = c.adminCancel(v, o)
	case "arrived":
		key, then = v.adminCame(o)
	default:
		if key, then, err = c.adminResend(ctx, v, o); err != nil {
			return "", false, err
		}
	}
	if then != "" {
		v.audit(actionName(name, o.ID), then)
	}
	args := orderArgs(o.ID)
	args["stage"] = v.standing(*o)
	return v.fill(key, args), then != "", nil
}

func actionName(name string, order int64) string {
	return "/" + name + " " + strconv.FormatInt(order, 10)
}

// isEmptied reports whether an order's words and files were taken away.
func isEmptied(o pipeline.Order) bool { return o.Thread.Platform == "" || o.Thread.Chat == "" }

func (c *Console_) adminRetry(v demand, o *pipeline.Order) (key, then string) {
	next, m, err := pipeline.Retry(*o)
	switch {
	case isEmptied(*o):
		return "admin.order.emptied", ""
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

func (c *Console_) adminCancel(v demand, o *pipeline.Order) (key, then string) {
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

// resendPause is how long a short isn't sent again after it was: two presses are one.
const resendPause = time.Minute

// adminResend shows a short again where it was ordered.
func (c *Console_) adminResend(ctx context.Context, v demand, o *pipeline.Order) (key, then string, err error) {
	redeliver := pipeline.Redeliver
	if o.Reason == pipeline.ReasonMaybeDelivered {
		redeliver = pipeline.Retry
	}
	if next, m, err := redeliver(*o); err == nil && !isEmptied(*o) {
		v.moves(o, next, m)
		return "admin.resent", "redelivered", nil
	}
	switch {
	case isEmptied(*o):
		return "admin.order.emptied", "", nil
	case o.Shown == 0 || o.Cut.ShortKey == "":
		return "admin.resend.no", "", nil
	}
	deeds, err := c.Admin.ListAudit(ctx, 0, 50)
	if err != nil {
		return "", "", err
	}
	for _, x := range deeds {
		if x.What == actionName("resend", o.ID) && v.now.Sub(x.At) < resendPause {
			return "admin.resend.just", "", nil
		}
	}
	v.say(state.OutgoingMessage{Message: state.Message{Thread: o.Thread}, Order: o.ID, Cut: o.Cut.N})
	return "admin.resent", "resent " + strconv.Itoa(o.Cut.N), nil
}

// pressAdminOrder is a button below an order, or below what ops were told of one.
func (c *Console_) pressAdminOrder(ctx context.Context, v demand, verb string, args []string) error {
	o, err := c.Store.Order(ctx, number(args, 0))
	if err != nil {
		return v.orNone(err, "admin.order.none", phrase.Args{"n": argument(args, 0)})
	}
	how := argument(args, 1)
	switch {
	case verb == doAdminOrder && how == "new": // what it stands under stays
		s, err := c.card(ctx, v, o)
		if err != nil {
			return err
		}
		v.notice("")
		v.say(state.OutgoingMessage{Message: s.message()})
		return nil
	case verb == doAdminOrder && how != "":
		s, err := c.history(ctx, v, o, int(min(max(number(args, 1), 0), 999)))
		return v.swap(s, err)
	case verb == doAdminOrder:
		s, err := c.card(ctx, v, o)
		return v.swap(s, err)
	case verb == doAdminCancel && how != "yes":
		v.askCancel(o, how == "card")
		return nil
	}
	name := map[string]string{
		doAdminRetry: "retry", doAdminCancel: "cancel", doAdminResend: "resend", doAdminCame: "arrived",
	}[verb]
	text, done, err := c.adminAction(ctx, v, name, &o)
	switch {
	case err != nil:
		return err
	case how == "" && done: // all of ops read that somebody has seen to it
		v.notice("")
		v.write(text)
	case how == "":
		v.notice(text)
	default:
		s, err := c.card(ctx, v, o)
		if err != nil {
			return err
		}
		v.notice(text)
		v.say(state.OutgoingMessage{Message: s.message(), Edit: v.Message})
	}
	return nil
}

// askCancel asks whether an order is really to be cancelled, in the place of its card if it is one.
func (v demand) askCancel(o pipeline.Order, card bool) {
	if o.Status != pipeline.Open && o.Status != pipeline.Parked {
		args := orderArgs(o.ID)
		args["stage"] = v.standing(o)
		v.notice(v.fill("admin.cancel.no", args))
		return
	}
	row := []state.Button{{
		Label: v.fill("admin.cancel.yes", nil), Action: action(doAdminCancel, o.ID, "yes"), Style: state.Danger,
	}}
	s := state.OutgoingMessage{Message: state.Message{Text: "#" + strconv.FormatInt(o.ID, 10) + " " + head(o.Cut.Words) + "\n" + v.fill("admin.cancel.ask", orderArgs(o.ID))}}
	if card {
		s.Edit = v.Message
	}
	row = append(row, state.Button{Label: v.fill("admin.cancel.keep", nil), Action: action(doAdminOrder, o.ID)})
	s.Buttons = [][]state.Button{row}
	v.notice("")
	v.say(s)
}
