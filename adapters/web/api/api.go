// Package api is the page for programs: JSON under /api/v1, by a shop's token. What it decides is decided by the
// conversation, as on the page and in the chats; openapi.json says what comes and goes.
package api

import (
	"context"
	_ "embed"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Prefix begins the paths of the API, and Orders those of its orders.
const (
	Prefix = "/api/v1"
	Orders = Prefix + "/orders/"
)

// Conversation is what the API asks the conversation for, as the page does.
type Conversation interface {
	Order(ctx context.Context, u bot.Update, f present.Form) (bot.Response, present.Reading, error)
	Reword(
		ctx context.Context, u bot.Update, order int64, size string, f present.Form,
	) (bot.Response, present.Reading, error)
	ChangeOrder(ctx context.Context, u bot.Update, c bot.OrderChange) (bot.Response, error)
	UsedThisMonth(ctx context.Context, s bot.Shop) (used, limit int, err error)
	NextMonth(now time.Time) time.Time
}

// Store is what the API reads besides.
type Store interface {
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error)
}

// Caller is a program that has shown a token.
type Caller struct {
	Update bot.Update // the beginning of what the conversation is asked for it
	Shop   bot.Shop
	Lang   string
}

// Options are what an API is built from.
type Options struct {
	Conversation Conversation
	Store        Store
	Blobs        pipeline.Blobs
	Views        view.Maker
	Forms        intake.Reader
	Looks        []string
	Music        []string
	Base         string // address of this service, without a slash at its end

	// Caller finds whose token it is; nil: it holds no more, or never did.
	Caller func(ctx context.Context, token string) (*Caller, error)
	// Booker counts what each shop asks for.
	Booker pace.Booker
	// Wrong counts a request without a right to, and reports whether there were too many from where it came.
	Wrong func(r *http.Request) bool
	// Changed says that an order of a shop was made or changed here.
	Changed func(shop, order int64)
	// TakesCallback reports whether an address can be an order's callback.
	TakesCallback func(address string) bool
	Log           *slog.Logger
}

// API answers programs.
type API struct {
	opts Options
	mux  *http.ServeMux
}

// New makes an API.
func New(o Options) *API {
	o.Views.Base = o.Base + Orders
	a := &API{opts: o, mux: http.NewServeMux()}
	for _, r := range a.table() {
		a.mux.HandleFunc(r.pattern, r.do)
	}
	a.mux.HandleFunc("/", a.missing)
	return a
}

type route struct {
	pattern string
	do      http.HandlerFunc
}

func (a *API) table() []route {
	return []route{
		{"GET " + Prefix + "/openapi.json", serveDocument},
		{"POST " + Prefix + "/orders", a.called(costOrder, a.create)},
		{"GET " + Prefix + "/orders", a.called(costRead, a.list)},
		{"GET " + Orders + "{id}", a.called(costRead, a.read)},
		{"POST " + Orders + "{id}/cuts", a.called(costCut, a.cut)},
		{"POST " + Orders + "{id}/cancel", a.called(costCut, a.cancel)},
		{"POST " + Orders + "{id}/use-photo", a.called(costCut, a.usePhoto)},
		{"GET " + Orders + "{id}/short", a.called(costRead, a.short)},
		{"GET " + Orders + "{id}/photo", a.called(costRead, a.photo)},
		{"GET " + Prefix + "/shop", a.called(costRead, a.shop)},
		{"GET " + Prefix + "/usage", a.called(costRead, a.usage)},
	}
}

// Patterns are all routes.
func (a *API) Patterns() (all []string) {
	for _, r := range a.table() {
		all = append(all, r.pattern)
	}
	return all
}

// ServeHTTP answers everything under /api/. No cookie means anything here, so requests from other sites need no fence.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	a.mux.ServeHTTP(w, r)
}

//go:embed openapi.json
var document []byte

func serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(document) // the caller is gone, so the error can't be told
}

// handler answers a caller, or says with its error why not: a *Problem, pipeline.ErrNotFound, or what is wrong with us.
type handler func(w http.ResponseWriter, r *http.Request, c *Caller) error

// called lets only those in who show a token, as often as their shop may ask.
func (a *API) called(cost int, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r)
		if !ok {
			a.unknown(w, r)
			return
		}
		c, err := a.opts.Caller(r.Context(), token)
		switch {
		case err != nil:
			a.failed(w, r, nil, err)
		case c == nil:
			a.unknown(w, r)
		default:
			var wait time.Duration
			if wait, err = a.wait(r.Context(), c.Shop.ID, cost); wait > 0 {
				err = tooOften(c.Lang, wait)
			} else if err == nil {
				err = h(w, r, c)
			}
			if err != nil {
				a.failed(w, r, c, err)
			}
		}
	}
}

// bearer is the token of a request that may be one of ours.
func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(token, bot.TokenPrefix) && len(token) <= 64
}

// unknown answers who shows no token of ours.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) {
	lang := intake.Language(r)
	if a.opts.Wrong(r) {
		a.failed(w, r, nil, tooOften(lang, wrongPause))
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="sajangpick"`)
	a.failed(w, r, nil, problem(lang, http.StatusUnauthorized, "token", nil))
}

// missing answers what is no route of ours, or not with this method.
func (a *API) missing(w http.ResponseWriter, r *http.Request) {
	lang := intake.Language(r)
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := a.mux.Handler(probe); pattern != "/" {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 || slices.Contains(allow, r.Method) {
		a.failed(w, r, nil, problem(lang, http.StatusNotFound, "address", nil))
		return
	}
	methods := strings.Join(allow, ", ")
	w.Header().Set("Allow", methods)
	a.failed(w, r, nil, problem(lang, http.StatusMethodNotAllowed, "method", present.Args{"allow": methods}))
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller is gone, so the error can't be told
	return nil
}
