// Package web is the page: one more messenger, in a browser. What it decides is decided by the conversation, as in the
// chats; here is only how it is shown and who may see it.
package web

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/api"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// Platform is the name of this messenger in a pipeline.Thread.
const Platform = bot.PagePlatform

// SignInPath is where links lead, followed by their secret.
const SignInPath = "/web/in/"

// Store is what the page reads besides what the conversation does.
type Store interface {
	Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error)
	ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
}

// Access keeps who is signed in: see bot.Access.
type Access interface {
	Credential(ctx context.Context, kind bot.CredentialKind, hash string, now time.Time) (bot.Credential, error)
	Credentials(
		ctx context.Context, shop int64, kind bot.CredentialKind, now time.Time,
	) ([]bot.Credential, error)
	AddCredential(ctx context.Context, c bot.Credential) (bot.Credential, error)
	RedeemLink(ctx context.Context, link string, s bot.Credential) (bot.Credential, error)
	UseCredential(ctx context.Context, id int64, used, ends time.Time) error
	EndCredential(ctx context.Context, shop, id int64) error
}

// Settings are what the page asks the conversation for about a shop. Each is one commit; what would be said in a chat
// is its Response.
type Settings interface {
	SetShopName(ctx context.Context, u bot.Update, name string) (bot.Response, error)
	SetLook(ctx context.Context, u bot.Update, name string) (bot.Response, error)
	SetMusic(ctx context.Context, u bot.Update, name string) (bot.Response, error)
	SetLanguage(ctx context.Context, u bot.Update, name string) (bot.Response, error)
	SetLogo(ctx context.Context, u bot.Update, p pipeline.Photo) error
	SetTrackFile(ctx context.Context, u bot.Update, blob string) (bot.Response, error)
	SetWebhook(ctx context.Context, u bot.Update, webhook string) error
}

// Members are what the page asks the conversation for about who belongs to a shop, and about its end; as Settings.
type Members interface {
	EndSessions(ctx context.Context, u bot.Update) error
	InviteHolds(ctx context.Context, code string) (bool, error)
	EnterInvite(ctx context.Context, u bot.Update, code string, c bot.Credential) error
	EnterSample(ctx context.Context, u bot.Update, name string, c bot.Credential) error

	Forget(ctx context.Context, u bot.Update) (bot.Response, error)
	Unforget(ctx context.Context, u bot.Update) (bot.Response, error)
	Forgetting(ctx context.Context, u bot.Update) (string, error)
}

// Options are what a Page is built from.
type Options struct {
	Orders    api.Conversation
	Settings  Settings
	Members   Members
	Store     Store
	Access    Access
	Uploads   bot.Uploads
	Blobs     pipeline.Blobs
	Views     view.Maker
	Hub       *live.Hub
	Callbacks *callback.Sender
	Looks     []string // the first is the default
	Music     []string
	Piece     func(name string) ([]byte, bool) // of built-in music, as a person may hear it
	Icon      []byte                           // PNG
	Signer    sign.Signer
	Base      string         // address of this service, without a slash at its end
	Secure    bool           // Base is https: cookies go over it alone
	Sample    string         // name of the shop that all people at the page are signed in to; empty: in none
	Zone      *time.Location // of dates
	// Chat is the address of a chat with us, and what people call its platform; "" when there is none.
	Chat func(lang string) (address, name string)
	// Booker counts what programs ask for; nil: in this process alone.
	Booker pace.Booker
	Log    *slog.Logger
}

// Page is the page.
type Page struct {
	*sessions
	opts   Options
	forms  intake.Reader
	guess  *guard // who opens links without a right to
	forged *guard // who shows tokens that are none
	routes http.Handler
	api    *api.API
}

//go:embed page
var files embed.FS

// New makes the page. It panics only if the files that are compiled in are broken.
func New(o Options) *Page {
	if o.Booker == nil {
		o.Booker = &pace.Local{}
	}
	d := &screens{
		looks: map[string]pages{"ko": parsePages("ko"), "en": parsePages("en")}, used: o.Orders.UsedThisMonth,
		chat: o.Chat, secure: o.Secure, log: o.Log,
	}
	p := &Page{
		sessions: &sessions{
			screens: d, store: o.Store, access: o.Access, enter: o.Members.EnterSample, sample: o.Sample,
		},
		opts: o, forms: intake.Reader{Blobs: o.Blobs, Uploads: o.Uploads, Signer: o.Signer},
		guess: newGuard(), forged: newGuard(),
	}
	p.routes, p.api = p.crossOrigin().Handler(p.mux()), p.newAPI()
	return p
}

type route struct {
	pattern string
	do      http.HandlerFunc
}

// table is every route but the assets.
func (p *Page) table() []route {
	return []route{
		{"GET /{$}", p.home},
		{"GET /web/in/{token}", p.entry},
		{"POST /web/in", p.signIn},
		{"POST /web/out", p.signed(p.signOut)},
		{"GET /web/live", p.live},
		{"GET /web/read", p.signed(readWords)},
		{"POST /web/share", p.signed(p.shared)},
		{"GET /web/orders", p.signed(p.list)},
		{"POST /web/orders", p.signed(p.order)},
		{"GET /web/orders/{id}", p.signed(p.one)},
		{"GET /web/orders/{id}/photo", p.signed(p.photo)},
		{"GET /web/orders/{id}/short", p.signed(p.short)},
		{"POST /web/orders/{id}/words", p.signed(p.reword)},
		{"POST /web/orders/{id}/{verb}", p.signed(p.change)},
		{"GET /web/shop", p.signed(p.shop)},
		{"GET /web/shop/logo", p.signed(p.logo)},
		{"GET /web/shop/export", p.signed(p.export)},
		{"POST /web/shop/logo", p.signed(p.setLogo)},
		{"POST /web/shop/track", p.signed(p.setTrack)},
		{"POST /web/shop/token", p.signed(p.owned(p.newToken))},
		{"POST /web/shop/webhook", p.signed(p.owned(p.newWebhook))},
		{"POST /web/shop/{verb}", p.signed(p.setShop)},
		{"GET /", p.missing},
	}
}

func (p *Page) mux() *http.ServeMux {
	m := http.NewServeMux()
	for _, r := range p.table() {
		m.HandleFunc(r.pattern, r.do)
	}
	p.assets(m)
	return m
}

// policy lets the page use its own files, the pictures that a person has just picked, and its own socket.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers /, everything under /web/ and, without cookies, everything under /api/.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		p.api.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if p.opts.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	p.routes.ServeHTTP(w, r)
}

func (p *Page) crossOrigin() *http.CrossOriginProtection {
	c := http.NewCrossOriginProtection()
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.refuse(w, r, nil, http.StatusForbidden, "page.crossed", nil)
	}))
	return c
}

// drain takes the rest of a body that isn't read: a browser that is cut off while it sends never reads the answer.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }
