package conversation

import (
	"context"
	"slices"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/bot/intent"
)

// command does what a command says, in any of its spellings, and reports whether there was one. A picture
// is an order whatever stands below it, unless it is said to be the logo.
func (cv *Conversation) command(ctx context.Context, v *session.Session) (bool, error) {
	c, ok := v.Read.Command(v.Text)
	switch {
	case !ok || !c.Slash && v.Group && !v.ToUs:
		return false, nil
	case len(v.Pictures) > 0 && c.Name != "logo":
		if address, ok := intent.ReadAddress(c.Arg); ok && c.Name == "music" && cv.members.MayJoin(v) {
			cv.settings.TakeTrack(v, address)
			takeCaption(v, "")
		} else if c.Slash {
			takeCaption(v, c.Arg)
		} else if v.Read.Caption(v.Text).Outcome != caption.OK { // 다시 만들어 주세요 names no dish
			takeCaption(v, "")
		}
		return false, nil
	}
	return true, cv.obey(ctx, v, c)
}

// takeCaption puts other words below the session's pictures.
func takeCaption(v *session.Session, text string) {
	v.Pictures = slices.Clone(v.Pictures)
	for i := range v.Pictures {
		if v.Pictures[i].Text == v.Text {
			v.Pictures[i].Text = text
		}
	}
	v.Text = text
}

func (cv *Conversation) obey(ctx context.Context, v *session.Session, c intent.Command) error {
	switch {
	case c.Name == "pause" && !c.Slash && !v.Admin: // an owner's word for it
		return cv.edits.CancelLatest(ctx, v)
	case c.ForAdmins():
		return cv.opts.Console.Command(ctx, v, c)
	}
	switch c.Name {
	case "start":
		return cv.members.Start(ctx, v, c.Arg)
	case "help":
		v.Write(v.Fill("help", nil), "", "🤖 "+v.Fill("ai", nil))
		if v.Admin {
			v.Tell("help.admin", nil)
		}
	case "say": // what no command does, and how the person gets on
		v.Tell("say."+c.Arg, nil)
	case "cancel":
		return cv.edits.CancelLatest(ctx, v)
	case "invite":
		return cv.opts.Console.Command(ctx, v, c)
	case "web":
		cv.members.SignIn(v, c.Arg)
	case "language":
		cv.settings.Speak(v, c.Arg)
	case "forget":
		return cv.forgetting.AskForget(ctx, v)
	case "unforget":
		return cv.forgetting.SayUnforget(ctx, v)
	case "again", "relook", "remusic", "resize", "fix", "when", "resend", "unhappy":
		if !cv.members.MayJoin(v) {
			cv.members.AskForInvite(v)
			return nil
		}
		return cv.edits.OfOrder(ctx, v, c)
	case "shop", "logo", "look", "music", "settings", "videos", "usage", "export":
		if !cv.members.MayJoin(v) {
			cv.members.AskForInvite(v)
			return nil
		}
		return cv.ofShop(ctx, v, c)
	default:
		if !v.Group || v.ToUs {
			v.Tell("unknown", nil)
		}
	}
	return nil
}

// ofShop is what concerns the chat's shop, which it may not have yet.
func (cv *Conversation) ofShop(ctx context.Context, v *session.Session, c intent.Command) error {
	switch c.Name {
	case "shop":
		cv.settings.ShopName(v, c.Arg)
	case "logo":
		cv.settings.Logo(v)
	case "look":
		shop.Offer(v, cv.settings.Choice(v, intent.DoShopLook), "")
	case "music":
		cv.settings.Music(v, c.Arg)
	case "settings":
		cv.settings.Show(v)
	case "videos":
		return cv.edits.Videos(ctx, v)
	case "usage":
		return cv.edits.Usage(ctx, v)
	case "export":
		return cv.edits.Export(ctx, v, 0)
	}
	return nil
}
