package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

const (
	forgetGrace  = 24 * time.Hour  // between the wish and the deletion, for whoever regrets it
	forgetMargin = time.Minute     // by which clocks may differ: nothing is deleted that can still be taken back
	memberLimit  = 5 * time.Second // of asking a platform who runs a chat
	memberAgain  = time.Minute     // until it is asked again about a person who doesn't
)

// askForget asks whether all of the shop shall be deleted, or says that it will be.
func (d *Conversation) askForget(ctx context.Context, v *session) error {
	if v.shop.ID == 0 {
		v.tell("forget.none", nil)
		return nil
	}
	may, why := d.mayForget(ctx, v)
	wish, wished, err := d.forgetWish(ctx, v.shop.ID)
	switch {
	case err != nil:
		return err
	case !may:
		v.tell(why, nil)
		return nil
	case wished:
		v.say(state.OutgoingMessage{Message: d.forgetSoon(v, "forget.begun", wish.Since)})
		return nil
	}
	v.dropSetting(state.ForForget) // the buttons of an earlier question mean nothing any more
	dr := v.newDraft(state.ForForget)
	dr.Ends = v.now.Add(settingLife)
	v.put(dr)
	v.say(state.OutgoingMessage{Draft: dr.ID, Message: state.Message{Text: v.fill("forget.ask", nil), Buttons: [][]state.Button{
		{{Label: v.fill("forget.yes", nil), Action: action(doForget, dr.ID, "yes"), Style: state.Danger}},
		{{Label: v.fill("forget.no", nil), Action: action(doForget, dr.ID, "no")}},
	}}})
	return nil
}

const notYours = "forget.notyours"

// mayForget reports whether the person may have the chat's shop deleted: in a group whoever bound it, who runs it,
// and admins of the service. Else it is the phrase that says why not.
func (d *Conversation) mayForget(ctx context.Context, v *session) (may bool, why string) {
	if v.User.Anonymous {
		return false, "forget.anonymous"
	}
	if !v.Group && !v.chat.Group || v.chat.BoundBy == v.who() || v.admin {
		return true, ""
	}
	members, person := d.Members[v.Platform], v.who()+" "+v.Chat
	if until, known := d.refused.Get(person); members == nil || known && v.now.Before(until) {
		return false, notYours
	}
	ctx, cancel := context.WithTimeout(ctx, memberLimit)
	defer cancel()
	runs, err := members.RunsChat(ctx, v.Chat, v.User.ID)
	switch {
	case err != nil:
		d.Log.Warn("asking who runs a chat failed", "platform", v.Platform, "err", err)
		return false, "forget.unsure"
	case !runs:
		d.refused.Add(person, v.now.Add(memberAgain))
		return false, notYours
	}
	return true, ""
}

// forgetKey is that of the incident about a shop that is to be forgotten.
func forgetKey(shop int64) string { return forgetKind + ":" + strconv.FormatInt(shop, 10) }

// forgetWish finds the wish to have a shop forgotten, if it stands.
func (d *Conversation) forgetWish(ctx context.Context, shop int64) (state.Incident, bool, error) {
	all, err := openIncidents(ctx, d.Admin)
	wish, wished := all[forgetKey(shop)]
	return wish, wished, err
}

// forgetSoon says when a shop is deleted that was wished away at since, with the button that takes it back.
func (d *Conversation) forgetSoon(v *session, key string, since time.Time) state.Message {
	at := v.local(since.Add(forgetGrace))
	text := v.fill(key, phrase.Args{"date": v.date(at), "time": at.Format("15:04")})
	return state.Message{Text: text, Buttons: [][]state.Button{
		{{Label: v.fill("forget.undo", nil), Action: action(doUnforget, v.shop.ID)}},
	}}
}

// remindForget says with the orders that a session places that they are deleted along with their shop, if that is so.
func (d *Conversation) remindForget(ctx context.Context, v *session) error {
	if len(v.change.Place) == 0 || v.shop.ID == 0 {
		return nil
	}
	wish, wished, err := d.forgetWish(ctx, v.shop.ID)
	switch {
	case err != nil || !wished:
		return err
	case v.now.Sub(wish.Since) >= forgetGrace:
		v.tell("forget.late", nil)
	default:
		v.say(state.OutgoingMessage{Message: d.forgetSoon(v, "forget.remind", wish.Since)})
	}
	return nil
}

// pressForget is the answer. Only who asked may give it, while the question stands.
func (d *Conversation) pressForget(ctx context.Context, v *session, args []string) error {
	id := number(args, 0)
	dr, ok := v.live(func(x state.Draft) bool { return x.ID == id && x.Waits == state.ForForget })
	switch {
	case !ok || v.shop.ID == 0:
		v.notice(v.fill("over", nil))
		return nil
	case dr.User != v.User.ID || v.User.Anonymous:
		v.notice(v.fill("forget.other", nil))
		return nil
	case argument(args, 1) != "yes":
		v.drop(dr)
		v.notice("")
		v.replace(v.fill("forget.kept", nil))
		return nil
	}
	if may, why := d.mayForget(ctx, v); !may {
		v.notice(v.fill(why, nil))
		return nil
	}
	ops, err := d.view(ctx)
	if err != nil {
		return err
	}
	n := strconv.FormatInt(v.shop.ID, 10)
	v.drop(dr)
	v.change.Open = &state.Incident{Key: forgetKey(v.shop.ID), Text: ops.fill("ops.forget", phrase.Args{"n": n})}
	v.change.Audit = &state.AuditEntry{At: v.now, Who: "shop:" + n, What: "/forget", Then: "wished"}
	v.notice("")
	v.say(state.OutgoingMessage{Message: d.forgetSoon(v, "forget.begun", v.now), Edit: v.Message})
	return d.tellOtherChats(ctx, v)
}

// tellOtherChats lets the shop's other chats know, who may take it back as well.
func (d *Conversation) tellOtherChats(ctx context.Context, v *session) error {
	chats, err := d.Admin.ChatsOf(ctx, v.shop.ID)
	for _, c := range chats {
		if c.Platform == v.Platform && c.ID == v.Chat || c.Unreachable {
			continue
		}
		theirs := &session{Update: Update{Platform: c.Platform, Chat: c.ID}, now: v.now, chat: c, shop: v.shop, Voice: NewVoice(c.Lang, c.Platform, d.Zone, v.now)}
		m := d.forgetSoon(theirs, "forget.elsewhere", v.now)
		m.Thread = theirs.thread()
		v.say(state.OutgoingMessage{Message: m})
	}
	return err
}

// pressUnforget takes the wish back, until the deletion begins.
func (d *Conversation) pressUnforget(ctx context.Context, v *session, args []string) error {
	shop := number(args, 0)
	if shop <= 0 || shop != v.shop.ID {
		v.notice(v.fill("over", nil))
		return nil
	}
	undone, why, err := d.unforget(ctx, v)
	switch {
	case err != nil:
		return err
	case !undone:
		v.notice(v.fill(why, nil))
		return nil
	}
	v.notice("")
	v.replace(v.fill("forget.undone", nil))
	return d.tellUnforget(ctx, v)
}

// sayUnforget takes the wish back by word. Where there is none, the word asks for nothing that we know.
func (d *Conversation) sayUnforget(ctx context.Context, v *session) error {
	undone, why, err := d.unforget(ctx, v)
	switch {
	case err != nil:
		return err
	case why == "over":
		v.tell("hint", nil)
		return nil
	case !undone:
		v.tell(why, nil)
		return nil
	}
	v.tell("forget.undone", nil)
	return d.tellUnforget(ctx, v)
}

// unforget ends the wish to have the session's shop forgotten, or names the phrase that says why not.
func (d *Conversation) unforget(ctx context.Context, v *session) (undone bool, why string, err error) {
	if v.shop.ID == 0 {
		return false, "over", nil
	}
	wish, wished, err := d.forgetWish(ctx, v.shop.ID)
	switch {
	case err != nil || !wished:
		return false, "over", err
	case v.now.Sub(wish.Since) >= forgetGrace:
		return false, "forget.late", nil
	}
	if may, why := d.mayForget(ctx, v); !may {
		if why == notYours {
			why = "forget.undo.notyours"
		}
		return false, why, nil
	}
	v.change.Close = wish.Key
	v.change.Audit = &state.AuditEntry{At: v.now, Who: "shop:" + strconv.FormatInt(v.shop.ID, 10), What: "/forget", Then: "kept"}
	return true, "", nil
}

// tellUnforget tells ops of the wish as well: it may end before they have heard of it.
func (d *Conversation) tellUnforget(ctx context.Context, v *session) error {
	return d.tellOps(ctx, v, "ops.unforget", phrase.Args{"n": strconv.FormatInt(v.shop.ID, 10)})
}

// tellOps says something in the ops chat along with what a session leads to.
func (d *Conversation) tellOps(ctx context.Context, v *session, key string, args phrase.Args) error {
	ops, err := d.view(ctx)
	if err != nil || ops.Platform == "" {
		return err
	}
	v.say(state.OutgoingMessage{Message: state.Message{Thread: ops.thread(), Text: "✅ " + ops.fill(key, args)}})
	return nil
}
