//go:build browser

package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// tab is one of a person's browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// browse starts the browser. It runs without a sandbox of its own, as root in a container must: it opens our page only.
func browse(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("lang", "ko-KR"), chromedp.Flag("accept-lang", "ko-KR,ko"), chromedp.Flag("mute-audio", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Env("LANGUAGE=ko"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closed := chromedp.NewContext(allocator)
	t.Cleanup(closed)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("no browser: %v (script/need chromium installs it)", err)
	}
	return ctx
}

// person is a tab of a browser with no cookies.
func (s *service) person(t *testing.T, in context.Context) *tab {
	t.Helper()
	return newTab(t, in, s.front.URL, chromedp.WithNewBrowserContext())
}

// another is a tab beside this one, of the same person.
func (x *tab) another(t *testing.T) *tab {
	t.Helper()
	return newTab(t, x.ctx, x.base)
}

// newTab opens one in the size of a phone. It lives as long as the context of what is done in it first, so that is one
// without an end.
func newTab(t *testing.T, in context.Context, base string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, closed := chromedp.NewContext(in, options...)
	t.Cleanup(closed)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	x := &tab{t, ctx, base}
	x.do(chromedp.EmulateViewport(390, 844, chromedp.EmulatePortrait))
	return x
}

// do does one thing after the other, or ends the test.
func (x *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, apptest.Patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		x.t.Fatalf("%v; the page says: %s", err, x.says())
	}
}

// call sends one command of the browser's protocol, or ends the test.
func call[P, R any](x *tab, c cdp.Command[P, R], p P) R {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, apptest.Patience)
	defer cancel()
	r, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (R, error) {
		return cdp.Call(ctx, t, c, p)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// eval is the value of an expression in the page.
func eval[T any](x *tab, expression string) T {
	x.t.Helper()
	v, err := value[T](x, expression)
	if err != nil {
		x.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func value[T any](x *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(x.ctx, apptest.Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits for a condition of the page, whatever it is reloaded or led to meanwhile.
func (x *tab) until(condition string) {
	x.t.Helper()
	end := time.Now().Add(apptest.Patience)
	if last, ok := x.t.Deadline(); ok && last.Before(end) { // so that it is told what the page said
		end = last.Add(-10 * time.Second)
	}
	for {
		ok, err := value[bool](x, "Boolean("+condition+")")
		if ok {
			return
		}
		if time.Now().After(end) || x.ctx.Err() != nil {
			x.t.Fatalf("never: %s (%v); the page says: %s", condition, err, x.says())
		}
		select {
		case <-time.After(tick): // the page is looked at so often
		case <-x.ctx.Done():
		}
	}
}

// says is where the page is, and its text, for what a test says when it fails.
func (x *tab) says() string {
	text, err := value[string](x, "location.pathname + ' ' + document.body.innerText.slice(0, 600)")
	if err != nil {
		return err.Error()
	}
	return text
}

// open goes to a page and waits until its scripts have run.
func (x *tab) open(path string) {
	x.t.Helper()
	x.do(chromedp.Navigate(x.base + path))
}

// enter uses a link.
func (x *tab) enter(link string) {
	x.t.Helper()
	x.do(chromedp.Navigate(link))
	x.press("button.main")
	x.until(`document.body.classList.contains("in")`)
}

// press clicks on something in the middle of the screen, where neither header nor menu lies above it.
func (x *tab) press(selector string) {
	x.t.Helper()
	x.until(`document.querySelector(` + strconv.Quote(selector) + `)`)
	eval[bool](x, `(document.querySelector(`+strconv.Quote(selector)+`).scrollIntoView({ block: "center" }), true)`)
	x.do(chromedp.Click(chromedp.CSS(selector)))
}

// picks puts a photo into the form.
func (x *tab) picks(file string) {
	x.t.Helper()
	x.until(`document.readyState === "complete"`)
	x.do(chromedp.SetUploadFiles(chromedp.CSS("#photo"), []string{file}))
}

// orders fills in the form and sends it, and is the new order's number.
func (x *tab) orders(file, menu, price string) int64 {
	x.t.Helper()
	x.open("/")
	x.picks(file)
	x.do(chromedp.SendKeys(chromedp.CSS("#menu"), menu), chromedp.SendKeys(chromedp.CSS("#price"), price))
	x.press("#send")
	return x.placed()
}

// placed waits for the page of an order, and is its number.
func (x *tab) placed() int64 {
	x.t.Helper()
	x.until(`/^\/web\/orders\/\d+$/.test(location.pathname) && document.getElementById("one")`)
	return eval[int64](x, `Number(document.getElementById("one").dataset.order)`)
}

// stays marks the page as it is now, and stayed reports whether it was never loaded anew since.
func (x *tab) stays()       { eval[bool](x, "window.here = true") }
func (x *tab) stayed() bool { return eval[bool](x, "window.here === true") }

// network is what the browser believes of the network.
func (x *tab) network(offline bool) {
	x.t.Helper()
	call(x, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: offline, DownloadThroughput: -1, UploadThroughput: -1,
	})
}

// dark is what the system prefers.
func (x *tab) dark(is bool) {
	x.t.Helper()
	scheme := "light"
	if is {
		scheme = "dark"
	}
	call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// saves presses something that saves a file, and is the file and its name.
func (x *tab) saves(selector string) (name string, file []byte) {
	x.t.Helper()
	dir := x.t.TempDir()
	call(x, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior:         browser.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(x.ctx).BrowserContextID, DownloadPath: dir,
	})
	x.press(selector)
	apptest.Every(x.t, tick, func() error {
		found, err := os.ReadDir(dir)
		if err != nil || len(found) != 1 || strings.HasSuffix(found[0].Name(), ".crdownload") {
			return fmt.Errorf("saved: %v (%w)", found, errNotYet)
		}
		name = found[0].Name()
		file, err = os.ReadFile(filepath.Join(dir, name))
		return err
	})
	return name, file
}

// tick is how often what the browser doesn't tell is looked at.
const tick = 50 * time.Millisecond

func jsNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
