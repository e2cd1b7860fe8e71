//go:build browser

package browser_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

var (
	picturesTo = flag.String(
		"screens", "", "`folder` that gets pictures of every screen, with a real photo and real shorts in them",
	)
	pictured = flag.String("photo", "", "`file` that stands in the pictures")
)

// sizes are those that every screen is looked at in.
var sizes = []struct {
	name          string
	width, height int64
}{{"phone", 390, 844}, {"narrow", 320, 568}, {"desktop", 1280, 800}}

// screen is one that is looked at: where it is, what must be done there, and what must be seen then.
type screen struct {
	name, path string
	fill       func(x *tab)
	ready      string
}

// TestScreens_AreUsableByAll looks at every screen on a phone, on a narrow one and on a desktop, in light and in
// dark: axe-core finds nothing, nothing is wider than the screen, and what can be pressed is large enough for a thumb.
func TestScreens_AreUsableByAll(t *testing.T) {
	real := *picturesTo != ""
	s := serve(t, func(w *apptest.World) {
		if real {
			w.Clip, w.Cut = app.Films(apptest.Ffmpeg(t), nil)
		}
	})
	if *pictured != "" {
		s.photo = *pictured
	}
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v: `make browser` fetches it", err)
	}
	x := s.person(t, browse(t))
	all := s.screens(x)
	for _, size := range sizes {
		for _, dark := range []bool{false, true} {
			if size.name == "narrow" && dark { // its colours are the phone's
				continue
			}
			x.do(chromedp.EmulateViewport(size.width, size.height, chromedp.EmulatePortrait))
			x.dark(dark)
			var files []string
			for _, sc := range all {
				x.visit(sc)
				where := fmt.Sprintf("%s, %s, dark %t", sc.name, size.name, dark)
				if size.name != "narrow" {
					x.examine(where, string(axe), dark)
				}
				x.measure(where)
				if real && size.name != "narrow" {
					x.until(sc.ready) // axe-core has scrolled
					files = append(files, x.picture(t.TempDir()))
				}
			}
			if real && size.name != "narrow" {
				sheet(
					t, filepath.Join(*picturesTo, "page-"+size.name+map[bool]string{true: "-dark"}[dark]+".png"),
					files, size.name,
				)
			}
		}
	}
}

// screens makes a shop with a few shorts in every state, and lists its screens.
func (s *service) screens(x *tab) []screen {
	t := s.t
	unused := s.link()
	x.enter(s.link())
	x.open("/web/shop")
	x.do(
		chromedp.Evaluate[chromedp.Void](`document.querySelector("details").open = true`),
		chromedp.SendKeys(chromedp.CSS("#name"), "연희식당"),
	)
	x.press(`form[action="/web/shop/name"] button`)
	x.until(`document.querySelector(".flash") && document.querySelector("#name").value === "연희식당"`)
	for _, o := range [][3]string{
		{"토마토 파스타", "14000", "2"}, {"봉골레 파스타", "소 16,000 대 29,000", "3"}, {"새우 파스타", "1.8만", "1"},
	} {
		x.open("/")
		x.picks(s.photo)
		x.do(chromedp.SendKeys(chromedp.CSS("#menu"), o[0]), chromedp.SendKeys(chromedp.CSS("#price"), o[1]),
			chromedp.Click(chromedp.CSS(".looks label:nth-of-type("+o[2]+")")))
		x.press("#send")
		s.until(x.placed(), apptest.Delivered)
	}
	done := eval[string](x, "location.pathname")
	release := s.hold()
	t.Cleanup(release)
	x.orders(s.photo, "감바스", "22000")
	x.press(`form[action$="/cancel"] button`)
	x.until(`document.querySelector("#one[data-status=cancelled]")`)
	x.orders(s.photo, "해물 파스타", "19000")
	going := eval[string](x, "location.pathname")
	filled := func(x *tab) {
		x.picks(s.photo)
		x.do(chromedp.SendKeys(chromedp.CSS("#menu"), "새우 파스타"), chromedp.SendKeys(chromedp.CSS("#price"), "18000"))
		x.until(`document.querySelector("#shown").textContent === "18,000원"`)
	}
	return []screen{
		{"sign-in", strings.TrimPrefix(unused, s.front.URL), nil, `document.querySelector("button.main")`},
		{"empty form", "/", nil, `document.querySelector(".pick")`},
		{"form", "/", filled, `document.querySelector(".side img.pic")?.complete`},
		{"wrong form", "/", func(x *tab) {
			x.picks(s.photo)
			x.do(chromedp.SendKeys(chromedp.CSS("#menu"), "크림 파스타"), chromedp.SendKeys(chromedp.CSS("#price"), "아무거나"))
			x.press("#send")
		}, `document.querySelector("#price-wrong").textContent`},
		{"progress", going, nil, underWay},
		{"result", done, nil, plays + `.readyState === 4`},
		{"list", "/web/orders", nil, `document.querySelectorAll(".card").length === 5`},
		{"shop", "/web/shop", nil, `document.querySelector("#name")`},
		{"next device", "/web/shop", func(x *tab) {
			x.press(`form[action="/web/shop/link"] button`)
		}, `document.querySelector("#qr") && (document.querySelector("#qr").scrollIntoView({ block: "center" }), true)`},
	}
}

func (x *tab) visit(sc screen) {
	x.t.Helper()
	x.open(sc.path)
	x.until(`document.readyState === "complete"`)
	if sc.fill != nil {
		sc.fill(x)
	}
	x.until(sc.ready)
	x.until(`[...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight).every((i) => i.complete)`)
}

// examine has axe-core look. In the dark only colours differ.
func (x *tab) examine(where, axe string, dark bool) {
	x.t.Helper()
	x.do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
	rules := `{}`
	if dark {
		rules = `{runOnly: ["color-contrast"]}`
	}
	found := eval[[]string](x, `axe.run(document, `+rules+`).then((r) => r.violations.flatMap((v) =>
		v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " "))))`)
	for _, what := range found {
		x.t.Errorf("%s: %s", where, what)
	}
}

// measure looks for what is wider than the screen, and for what can be pressed and is too small for it. Links within a
// sentence may be as small as their words.
func (x *tab) measure(where string) {
	x.t.Helper()
	found := eval[[]string](x, `(() => {
		const wrong = [], wide = document.documentElement.scrollWidth;
		if (wide > innerWidth) wrong.push("the page is " + wide + " px wide");
		for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), label.pick, .looks label, .music label")) {
			const r = e.getBoundingClientRect();
			if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || r.width === 0 || e.closest("p") || e.className === "skip") continue;
			const at = e.type === "checkbox" || e.type === "radio" ? e.closest("label").getBoundingClientRect() : r;
			if (at.height < 43.5 || at.width < 43.5) wrong.push(Math.round(at.width) + "×" + Math.round(at.height) + ": " + e.outerHTML.slice(0, 120));
			if (r.right > innerWidth + 0.5 || r.left < -0.5) wrong.push("sticks out: " + e.outerHTML.slice(0, 120));
		}
		return wrong;
	})()`)
	for _, what := range found {
		x.t.Errorf("%s: %s", where, what)
	}
}

// picture takes one of the screen as it is seen.
func (x *tab) picture(dir string) string {
	x.t.Helper()
	shot, err := chromedp.Run(x.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(shot)); err != nil {
		x.t.Fatal(err)
	}
	file := filepath.Join(dir, "screen.png")
	if err := os.WriteFile(file, shot, 0o600); err != nil {
		x.t.Fatal(err)
	}
	return file
}

// sheet puts pictures beside each other, in few colours.
func sheet(t *testing.T, out string, files []string, name string) {
	t.Helper()
	across, scale, colours := 5, "iw*3/4", "128"
	if name == "desktop" {
		across, scale = 3, "iw/2"
	}
	args := []string{"-v", "error", "-y"}
	for _, f := range files {
		args = append(args, "-i", f)
	}
	var filter strings.Builder
	for i := range files {
		fmt.Fprintf(&filter, "[%d]scale=%s:-1:flags=lanczos[s%d];", i, scale, i)
	}
	for i := range files {
		fmt.Fprintf(&filter, "[s%d]", i)
	}
	fmt.Fprintf(&filter, "concat=n=%d,tile=%dx%d:padding=12:margin=12:color=0x8a8378,split[a][b];"+
		"[a]palettegen=max_colors=%s:stats_mode=full[p];[b][p]paletteuse=dither=none",
		len(files), across, (len(files)+across-1)/across, colours)
	args = append(args, "-filter_complex", filter.String(), "-frames:v", "1", out)
	if said, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, said)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, _, err := image.DecodeConfig(f); err != nil || c.Width == 0 {
		t.Error(c, err)
	}
}
