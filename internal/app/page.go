package app

import (
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/api"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
)

// sampleShop is the shop that everybody at the sandbox's page is signed in to.
const sampleShop = "연희식당"

// openHub is the first of the page: the messengers need it, and the page needs the conversation behind them.
func (a *App) openHub(p Parts) {
	if p.Cfg.Web.On || p.Sandbox && !p.Cfg.Web.Set {
		a.hub = live.NewHub(a.log)
	}
}

// signInAddress is where links lead; empty when there is no page.
func (a *App) signInAddress() string {
	if a.hub == nil || a.public == "" {
		return ""
	}
	return a.public + web.SignInPath
}

func (a *App) openPage(p Parts, signer pipeline.Signer) {
	if a.hub == nil {
		return
	}
	o := web.Options{
		Conversation: conversation.NewPage(a.Conversation), Store: a.Engine, Blobs: a.Blobs, Hub: a.hub, Callbacks: a.callbacks, Views: view.Maker{Standing: a.outbox.Standing},
		Looks: Looks(p), Music: look.MusicNames(), Piece: look.Music, Icon: look.DefaultLogo(),
		Signer: signer, Base: a.public, Secure: p.Cfg.PublicURL != nil && p.Cfg.PublicURL.Scheme == "https",
		Chat: a.botChat, Zone: config.Home(), Log: a.log,
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
func newCallbacks(p Parts, signer pipeline.Signer, public string) (*callback.Sender, error) {
	to, err := download.New(download.Options{
		Hosts: p.Cfg.ResultHosts, Anywhere: true, MaxBytes: callbackAnswer, Timeout: callbackTimeout, Stall: callbackStall,
	})
	if err != nil {
		return nil, err
	}
	return callback.NewSender(to, signer, public+api.Orders), nil
}

// botChat is the address of a chat with our bot, "" when there is none.
func (a *App) botChat() string {
	if name := a.botName(); name != "" {
		return "https://t.me/" + name
	}
	return ""
}

// hubObserver tells open pages of every change in this process; what other platforms' orders are told has jobs of
// its own, and the page asks for what it missed.
type hubObserver struct{ hub *live.Hub }

// Moved implements pipeline.Observer.
func (o hubObserver) Moved(_, after pipeline.Order) { o.hub.Changed(after.Shop, after.ID) }

// CallbackHandled implements pipeline.Observer.
func (hubObserver) CallbackHandled(time.Duration) {}
