package shop

import (
	"context"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

const (
	memberLimit = 5 * time.Second // of asking a platform who runs a chat
	memberAgain = time.Minute     // until it is asked again about a person who doesn't
)

// Forgetting takes in the wish to have a shop deleted, and takes it back.
type Forgetting struct {
	opts  *session.Options
	store session.ShopReads
	// until when a platform isn't asked again about a person who doesn't run a chat
	refused *bot.Memory[string, time.Time]
	loader  *session.Loader
}

// NewForgetting makes a Forgetting.
func NewForgetting(o *session.Options, ld *session.Loader) *Forgetting {
	return &Forgetting{o, o.Store, bot.NewMemory[string, time.Time](), ld}
}

// AskForget asks whether all of the shop shall be deleted, or says that it will be.
func (fg *Forgetting) AskForget(ctx context.Context, v *session.Session) error {
	if v.Shop.ID == 0 {
		v.Tell("forget.none", nil)
		return nil
	}
	may, why := fg.MayForget(ctx, v)
	wish, wished, err := fg.ForgetWish(ctx, v.Shop.ID)
	switch {
	case err != nil:
		return err
	case !may:
		v.Tell(why, nil)
		return nil
	case wished:
		v.Send(bot.OutgoingMessage{Message: fg.ForgetSoon(v, "forget.begun", wish.Since)})
		return nil
	}
	DropSetting(v, bot.ForForget) // the buttons of an earlier question mean nothing any more
	dr := v.NewDraft(bot.ForForget)
	dr.Ends = v.Now.Add(intent.SettingLife)
	v.Put(dr)
	buttons := [][]bot.Button{
		{{Label: v.Fill("forget.yes", nil), Action: intent.Action(intent.DoForget, dr.ID, "yes"), Style: bot.Danger}},
		{{Label: v.Fill("forget.no", nil), Action: intent.Action(intent.DoForget, dr.ID, "no")}},
	}
	v.Send(bot.OutgoingMessage{Draft: dr.ID, Message: bot.Message{Text: v.Fill("forget.ask", nil), Buttons: buttons}})
	return nil
}

const notYours = "forget.notyours"

// MayForget reports whether the person may have the chat's shop deleted: in a group the person who bound it, who runs
// it, and admins of the service. Else it is the phrase that says why not.
func (fg *Forgetting) MayForget(ctx context.Context, v *session.Session) (may bool, why string) {
	if v.User.Anonymous {
		return false, "forget.anonymous"
	}
	if v.User.Limited {
		return false, notYours
	}
	if fg.loader.RunsShop(v) {
		return true, ""
	}
	members, person := fg.opts.Members[v.Platform], v.Who()+" "+v.Chat
	if until, known := fg.refused.Get(person); members == nil || known && v.Now.Before(until) {
		return false, notYours
	}
	ctx, cancel := context.WithTimeout(ctx, memberLimit)
	defer cancel()
	runs, err := members.RunsChat(ctx, v.Chat, v.User.ID)
	switch {
	case err != nil:
		fg.opts.Log.Warn("asking who runs a chat failed", "platform", v.Platform, "err", err)
		return false, "forget.unsure"
	case !runs:
		fg.refused.Add(person, v.Now.Add(memberAgain))
		return false, notYours
	}
	return true, ""
}

// forgetKey is that of the incident about a shop that is to be forgotten.
func forgetKey(shop int64) string { return bot.ForgetKind + ":" + strconv.FormatInt(shop, 10) }

// ForgetWish finds the wish to have a shop forgotten, if it stands.
func (fg *Forgetting) ForgetWish(ctx context.Context, shop int64) (bot.Incident, bool, error) {
	all, err := bot.OpenIncidents(ctx, fg.store)
	wish, wished := all[forgetKey(shop)]
	return wish, wished, err
}

// ForgetSoon says when a shop is deleted that was wished away at since, with the button that takes it back.
func (fg *Forgetting) ForgetSoon(v *session.Session, key string, since time.Time) bot.Message {
	at := v.Local(since.Add(bot.ForgetGrace))
	text := v.Fill(key, present.Args{"date": v.Date(at), "time": at.Format("15:04")})
	return bot.Message{Text: text, Buttons: [][]bot.Button{
		{{Label: v.Fill("forget.undo", nil), Action: intent.Action(intent.DoUnforget, v.Shop.ID)}},
	}}
}

// RemindForget says with the orders that a session places that they are deleted along with their shop, if that is so.
func (fg *Forgetting) RemindForget(ctx context.Context, v *session.Session) error {
	if len(v.Change.Place) == 0 || v.Shop.ID == 0 {
		return nil
	}
	wish, wished, err := fg.ForgetWish(ctx, v.Shop.ID)
	switch {
	case err != nil || !wished:
		return err
	case v.Now.Sub(wish.Since) >= bot.ForgetGrace:
		v.Tell("forget.late", nil)
	default:
		v.Send(bot.OutgoingMessage{Message: fg.ForgetSoon(v, "forget.remind", wish.Since)})
	}
	return nil
}

// PressForget is the answer. Only who asked may give it, while the question stands.
func (fg *Forgetting) PressForget(ctx context.Context, v *session.Session, args []string) error {
	id := intent.Number(args, 0)
	dr, ok := v.Live(func(x bot.Draft) bool { return x.ID == id && x.Waits == bot.ForForget })
	switch {
	case !ok || v.Shop.ID == 0:
		v.ShowNotice(v.Fill("over", nil))
		return nil
	case dr.User != v.User.ID || v.User.Anonymous:
		v.ShowNotice(v.Fill("forget.other", nil))
		return nil
	case intent.Argument(args, 1) != "yes":
		v.Drop(dr)
		v.ShowNotice("")
		v.Replace(v.Fill("forget.kept", nil))
		return nil
	}
	if may, why := fg.MayForget(ctx, v); !may {
		v.ShowNotice(v.Fill(why, nil))
		return nil
	}
	v.Drop(dr)
	v.ShowNotice("")
	v.Send(bot.OutgoingMessage{Message: fg.ForgetSoon(v, "forget.begun", v.Now), Edit: v.Message})
	return fg.WishForget(ctx, v)
}

// WishForget writes the wish down.
func (fg *Forgetting) WishForget(ctx context.Context, v *session.Session) error {
	ops, err := fg.loader.View(ctx)
	if err != nil {
		return err
	}
	n := strconv.FormatInt(v.Shop.ID, 10)
	v.Change.Open = &bot.Incident{Key: forgetKey(v.Shop.ID), Text: ops.Fill("ops.forget", present.Args{"n": n})}
	v.Change.Audit = &bot.AuditEntry{At: v.Now, Who: "shop:" + n, What: "/forget", Then: "wished"}
	return fg.tellOtherChats(ctx, v)
}

// tellOtherChats lets the shop's other chats know, who may take it back as well.
func (fg *Forgetting) tellOtherChats(ctx context.Context, v *session.Session) error {
	chats, err := fg.store.ChatsOf(ctx, v.Shop.ID)
	for _, c := range chats {
		if c.Platform == v.Platform && c.ID == v.Chat || c.Unreachable {
			continue
		}
		theirs := &session.Session{
			Update: bot.Update{Platform: c.Platform, Chat: c.ID}, Now: v.Now, StoredChat: c, Shop: v.Shop,
			Voice: fg.opts.Guide.Voice(c.Lang, c.Platform, fg.opts.Zone, v.Now),
		}
		m := fg.ForgetSoon(theirs, "forget.elsewhere", v.Now)
		m.Thread = theirs.Thread()
		v.Send(bot.OutgoingMessage{Message: m})
	}
	return err
}

// PressUnforget takes the wish back, until the deletion begins.
func (fg *Forgetting) PressUnforget(ctx context.Context, v *session.Session, args []string) error {
	shop := intent.Number(args, 0)
	if shop <= 0 || shop != v.Shop.ID {
		v.ShowNotice(v.Fill("over", nil))
		return nil
	}
	undone, why, err := fg.unforget(ctx, v)
	switch {
	case err != nil:
		return err
	case !undone:
		v.ShowNotice(v.Fill(why, nil))
		return nil
	}
	v.ShowNotice("")
	v.Replace(v.Fill("forget.undone", nil))
	return fg.tellUnforget(ctx, v)
}

// SayUnforget takes the wish back by word. Where there is none, the word asks for nothing that we know.
func (fg *Forgetting) SayUnforget(ctx context.Context, v *session.Session) error {
	undone, why, err := fg.unforget(ctx, v)
	switch {
	case err != nil:
		return err
	case why == "over":
		v.Tell("hint", nil)
		return nil
	case !undone:
		v.Tell(why, nil)
		return nil
	}
	v.Tell("forget.undone", nil)
	return fg.tellUnforget(ctx, v)
}

// unforget ends the wish to have the session's shop forgotten, or names the phrase that says why not.
func (fg *Forgetting) unforget(ctx context.Context, v *session.Session) (undone bool, why string, err error) {
	if v.Shop.ID == 0 {
		return false, "over", nil
	}
	wish, wished, err := fg.ForgetWish(ctx, v.Shop.ID)
	switch {
	case err != nil || !wished:
		return false, "over", err
	case v.Now.Sub(wish.Since) >= bot.ForgetGrace:
		return false, "forget.late", nil
	}
	if may, why := fg.MayForget(ctx, v); !may {
		if why == notYours {
			why = "forget.undo.notyours"
		}
		return false, why, nil
	}
	v.Change.Close = wish.Key
	v.Change.Audit = &bot.AuditEntry{
		At: v.Now, Who: "shop:" + strconv.FormatInt(v.Shop.ID, 10), What: "/forget", Then: "kept",
	}
	return true, "", nil
}

// tellUnforget tells ops of the wish as well: it may end before they have heard of it.
func (fg *Forgetting) tellUnforget(ctx context.Context, v *session.Session) error {
	return fg.tellOps(ctx, v, "ops.unforget", present.Args{"n": strconv.FormatInt(v.Shop.ID, 10)})
}

// tellOps says something in the ops chat along with what a session leads to.
func (fg *Forgetting) tellOps(ctx context.Context, v *session.Session, key string, args present.Args) error {
	ops, err := fg.loader.View(ctx)
	if err != nil || ops.Platform == "" {
		return err
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Thread: ops.Thread(), Text: "✅ " + ops.Fill(key, args)}})
	return nil
}
