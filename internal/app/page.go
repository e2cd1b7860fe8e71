package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/api"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// sampleShop is the shop that all people at the sandbox's page are signed in to.
const sampleShop = "연희식당"

// wirePage builds what the page is to orders that were made on it. The page itself needs the conversation, which is
// behind all messengers: see openPage.
func wirePage(a *App, p Parts) (*Messenger, error) {
	if !p.Cfg.Web.On && (!p.Sandbox || p.Cfg.Web.Set) {
		return nil, nil
	}
	a.hub = live.NewHub(a.log)
	m := &web.Messenger{Blobs: a.Blobs, Hub: a.hub, Chats: a.Engine}
	return &Messenger{
		Messenger: m, Closed: true,
		// It needs no lines: it draws orders as they stand.
		Chat: func(o *outbox.Outbox) pipeline.Chat { return web.Chat{Messenger: m, Queue: o.QueueCallback} },
		Run:  []func(context.Context){func(ctx context.Context) { a.hub.Run(ctx, a.Engine) }},
	}, nil
}

// signInAddress is where links lead; empty when there is no page.
func (a *App) signInAddress() string {
	if a.hub == nil || a.public == "" {
		return ""
	}
	return a.public + web.SignInPath
}

func (a *App) openPage(p Parts) {
	if a.hub == nil {
		return
	}
	page := conversation.NewPage(a.Conversation)
	o := web.Options{
		Orders: page, Settings: page, Members: page, Store: a.Engine, Access: a.Engine, Uploads: a.Engine,
		Blobs: a.Blobs, Hub: a.hub,
		Callbacks: a.callbacks, Views: view.Maker{Standing: a.outbox.Standing, Platform: a.guide.Platform},
		Looks: Looks(p), Music: look.MusicNames(), Piece: look.Music, Icon: look.DefaultLogo(),
		Signer: a.signer, Base: a.public, Secure: p.Cfg.PublicURL != nil && p.Cfg.PublicURL.Scheme == "https",
		Chat: a.botChat, Zone: config.Home(), Booker: a.Engine, Log: a.log,
	}
	if p.Sandbox {
		o.Sample = sampleShop
	}
	a.page = web.New(o)
}

// How long a shop's program may take to hear of an order's end.
const (
	callbackTimeout = 15 * time.Second
	callbackStall   = 10 * time.Second
	callbackAnswer  = 16 << 10 // bytes
)

// newCallbacks tells the programs that orders name: anywhere on the internet, but never inside our own network unless
// the operator vouches for the place.
func newCallbacks(p Parts, signer sign.Signer, public string) (*callback.Sender, error) {
	to, err := download.New(download.Options{
		Hosts: p.Cfg.ResultHosts, Anywhere: true, MaxBytes: callbackAnswer,
		Timeout: callbackTimeout, Stall: callbackStall,
	})
	if err != nil {
		return nil, err
	}
	return callback.NewSender(to, signer, public+api.Orders), nil
}

// botChat is the address of a chat with our bot, and what people call its platform; "" when there is none.
func (a *App) botChat(lang string) (address, name string) {
	for _, m := range a.Messengers {
		if m.About.Link == nil {
			continue
		}
		if address := m.About.Link(""); address != "" {
			return address, m.About.Labels.In(lang, m.About.Name)
		}
	}
	return "", ""
}
