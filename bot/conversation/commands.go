package conversation

import (
	"context"
	"slices"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/intent"
)

// command does what a command says, in any of its spellings, and reports whether there was one. A picture
// is an order whatever stands below it, unless it is said to be the logo.
func (cv *Conversation) command(ctx context.Context, v *Session) (bool, error) {
	c, ok := v.read.Command(v.Text)
	switch {
	case !ok || !c.Slash && v.Group && !v.ToUs:
		return false, nil
	case len(v.Pictures) > 0 && c.Name != "logo":
		if address, ok := intent.ReadAddress(c.Arg); ok && c.Name == "music" && cv.members.mayJoin(v) {
			cv.settings.takeTrack(v, address)
			takeCaption(v, "")
		} else if c.Slash {
			takeCaption(v, c.Arg)
		} else if v.read.Caption(v.Text).Outcome != caption.OK { // 다시 만들어 주세요 names no dish
			takeCaption(v, "")
		}
		return false, nil
	}
	return true, cv.obey(ctx, v, c)
}

// takeCaption puts other words below the session's pictures.
func takeCaption(v *Session, text string) {
	v.Pictures = slices.Clone(v.Pictures)
	for i := range v.Pictures {
		if v.Pictures[i].Text == v.Text {
			v.Pictures[i].Text = text
		}
	}
	v.Text = text
}

func (cv *Conversation) obey(ctx context.Context, v *Session, c intent.Command) error {
	switch {
	case c.Name == "pause" && !c.Slash && !v.Admin: // an owner's word for it
		return cv.edits.cancelLatest(ctx, v)
	case c.ForAdmins():
		return cv.opts.Console.Command(ctx, v, c)
	}
	switch c.Name {
	case "start":
		return cv.members.start(ctx, v, c.Arg)
	case "help":
		v.Write(v.Fill("help", nil), "", "🤖 "+v.Fill("ai", nil))
		if v.Admin {
			v.Tell("help.admin", nil)
		}
	case "say": // what no command does, and how the person gets on
		v.Tell("say."+c.Arg, nil)
	case "cancel":
		return cv.edits.cancelLatest(ctx, v)
	case "invite":
		return cv.opts.Console.Command(ctx, v, c)
	case "web":
		return cv.members.signIn(ctx, v, c.Arg)
	case "language":
		cv.settings.speak(v, c.Arg)
	case "forget":
		return cv.forgetting.askForget(ctx, v)
	case "unforget":
		return cv.forgetting.sayUnforget(ctx, v)
	case "again", "relook", "remusic", "resize", "fix", "when", "resend", "unhappy":
		if !cv.members.mayJoin(v) {
			cv.members.askForInvite(v)
			return nil
		}
		return cv.edits.ofOrder(ctx, v, c)
	case "shop", "logo", "look", "music", "settings", "videos", "usage", "export":
		if !cv.members.mayJoin(v) {
			cv.members.askForInvite(v)
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
func (cv *Conversation) ofShop(ctx context.Context, v *Session, c intent.Command) error {
	switch c.Name {
	case "shop":
		cv.settings.shopName(v, c.Arg)
	case "logo":
		cv.settings.logo(v)
	case "look":
		offer(v, cv.settings.choice(v, intent.DoShopLook), "")
	case "music":
		cv.settings.music(v, c.Arg)
	case "settings":
		cv.settings.show(v)
	case "videos":
		return cv.edits.videos(ctx, v)
	case "usage":
		return cv.edits.usage(ctx, v)
	case "export":
		return cv.edits.export(ctx, v, 0)
	}
	return nil
}
