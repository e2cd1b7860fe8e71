package shop

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

// SignIn answers with a link that signs a browser in to the chat's shop, to the person alone.
func (mb *Members) SignIn(v *session.Session, arg string) {
	switch {
	case mb.opts.SignIn == "":
		v.Tell("web.off", nil)
		return
	case !mb.MayJoin(v):
		mb.AskForInvite(v)
		return
	case v.User.Anonymous:
		v.Tell("web.anonymous", nil)
		return
	case slices.Contains([]string{"off", "끄기", "로그아웃"}, strings.ToLower(arg)):
		v.Change.EndSessions = v.Shop.ID != 0
		v.Tell("web.ended", nil)
		return
	}
	thread := v.Thread()
	if v.Group && !v.Aside() { // its members would read the link
		if v.On.Private == nil {
			v.Tell("web.private", nil)
			return
		}
		thread = pipeline.Thread{
			Platform: v.Platform, Chat: v.On.Private(v.User.ID), User: v.User.ID, Lang: v.StoredChat.Lang,
		}
		v.Tell("web.sent", nil)
	}
	mb.join(v)
	secret, hash := bot.NewSecret()
	v.Change.Credential = &bot.Credential{
		Kind: bot.SignInLink, Hash: hash, Shop: v.Shop.ID, User: v.Who(), Maker: v.User.Name, Lang: v.StoredChat.Lang,
		Made: v.Now, Used: v.Now, Ends: v.Now.Add(bot.LinkLife), Owner: mb.loader.RunsShop(v),
	}
	link := mb.opts.SignIn + secret
	v.Send(bot.OutgoingMessage{Message: bot.Message{
		Thread: thread, Text: v.Fill("web.link", nil) + "\n" + link,
		Buttons: [][]bot.Button{{{Label: v.Fill("web.open", nil), Link: link}}},
	}})
}
