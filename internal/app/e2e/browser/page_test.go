//go:build browser

package browser_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	underWay = `document.querySelector("#one[data-status=open] progress")`
	plays    = `document.querySelector("#one video")`
)

// TestPage_DoesAllThatPeopleDoWithIt does all that people do at the page, one thing after the other: each scenario
// leaves a service and a browser in which the next one can begin.
func TestPage_DoesAllThatPeopleDoWithIt(t *testing.T) {
	s := serve(t, nil)
	in := browse(t)
	first := s.person(t, in)
	for _, scenario := range []struct {
		name string
		run  func(*testing.T, *service, *tab)
	}{
		{"ALinkSignsInOnce", signingIn},
		{"AnOrderIsToldOverTheSocketPlaysAndIsSaved", ordering},
		{"ASecondDeviceComesInByAQRCodeAndIsSentAway", secondDevice},
		{"WhatHappensInOneProcessIsToldAtTheOther", twoTabs},
		{"OfflineNothingIsLost", withoutNetwork},
		{"KillMinus9OfBothProcessesCostsTimeOnly", killed},
		{"AGallerySharesAPhoto", shared},
		{"WithoutScriptsAShortIsOrderedAndSaved", withoutScripts},
	} {
		if !t.Run(scenario.name, func(t *testing.T) {
			x := *first
			x.t, s.t = t, t
			scenario.run(t, s, &x)
		}) {
			return
		}
	}
}

func signingIn(t *testing.T, s *service, x *tab) {
	link := s.link()
	x.open("/")
	x.until(`!document.body.classList.contains("in") && document.body.innerText.includes("로그인")`)
	x.enter(link)
	x.until(`document.querySelector("#new")`)
	late := s.person(t, x.ctx)
	late.do(chromedp.Navigate(link))
	late.until(`document.body.innerText.includes("이미 쓰였거나")`)
}

func ordering(t *testing.T, s *service, x *tab) {
	release := s.hold()
	x.open("/")
	x.picks(s.photo)
	x.until(`document.querySelector(".side .poster img.pic")?.naturalWidth > 0`)
	x.do(chromedp.SendKeys(chromedp.CSS("#menu"), "새우 파스타"), chromedp.SendKeys(chromedp.CSS("#price"), "1.8만"))
	x.until(`document.querySelector("#shown").textContent === "18,000원"`)
	x.until(`document.querySelector(".side .poster .name").textContent === "새우 파스타" && document.querySelector(".side .poster b").textContent === "18,000원"`)
	x.press(".looks label:nth-of-type(2)")
	x.until(`document.querySelector(".side .poster.market")`)
	x.press("#send")
	id := x.placed()
	x.until(underWay)
	x.do(chromedp.Reload()) // in the middle
	x.until(underWay)
	x.stays()
	asked := s.asked.Load()
	release()
	x.until(plays)
	if !x.stayed() || s.asked.Load() != asked || s.opened.Load() == 0 {
		t.Errorf(
			"the page wasn't told over its socket: it asked %d times and opened %d sockets", s.asked.Load()-asked,
			s.opened.Load(),
		)
	}
	x.until(plays + `.currentTime > 0.2`)
	at := eval[float64](x, plays+`.currentTime`)
	x.until(plays + `.currentTime !== ` + jsNumber(at) + ` && !` + plays + `.paused`)
	name, file := x.saves("a.act.first")
	o := s.until(id, apptest.Delivered)
	if name != "새우파스타.mp4" || !bytes.Equal(file, s.kept(o.Cut.ShortKey)) {
		t.Errorf("saved %s with %d bytes", name, len(file))
	}
	if o.Cut.Look != "market" || o.Cut.Words.Price != "18,000원" || o.Maker != "김사장" {
		t.Errorf("ordered %+v by %s", o.Cut, o.Maker)
	}
}

func secondDevice(t *testing.T, s *service, x *tab) {
	x.open("/web/shop")
	x.press(`form[action="/web/shop/link"] button`)
	x.until(`document.querySelector("#qr")?.getBoundingClientRect().height > 150`)
	link := eval[string](x, `document.getElementById("link").textContent`)
	y := s.person(t, x.ctx)
	y.enter(link)
	y.open("/web/orders")
	y.until(`document.querySelectorAll(".card").length === 1`)
	opened := s.opened.Load()
	y.open("/web/orders")
	apptest.Every(t, tick, func() error { // its socket is open
		if s.opened.Load() == opened {
			return errNotYet
		}
		return nil
	})
	x.open("/web/shop")
	x.press(`form[action="/web/shop/end"] button`)
	y.until(`!document.body.classList.contains("in")`)
	x.open("/web/shop")
	x.until(`document.body.classList.contains("in") && !document.querySelector('form[action="/web/shop/end"]')`)
}

func twoTabs(t *testing.T, s *service, x *tab) {
	defer s.hold()()
	list := x.another(t)
	list.open("/web/orders")
	list.until(`document.querySelectorAll(".card").length === 1`)
	list.stays()
	id := x.orders(s.photo, "김치전", "7000")
	// told by the process with the forms
	list.until(`document.querySelector(".cards .card.s-open .what")?.textContent === "김치전"`)
	x.until(underWay)
	x.press(`form[action$="/cancel"] button`)
	x.until(`document.querySelector("#one[data-status=cancelled]")`)
	list.until(`document.querySelector(".card.s-cancelled")`)
	if !list.stayed() {
		t.Error("the list was loaded anew")
	}
	s.until(id, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
}

func withoutNetwork(t *testing.T, s *service, x *tab) {
	release := s.hold()
	id := x.orders(s.photo, "된장찌개", "8000")
	x.until(underWay)
	x.stays()
	form := x.another(t)
	form.open("/")
	form.picks(s.photo)
	form.do(chromedp.SendKeys(chromedp.CSS("#menu"), "비빔밥"), chromedp.SendKeys(chromedp.CSS("#price"), "9000"))
	for _, y := range []*tab{x, form} {
		y.network(true)
	}
	s.offline(true)
	x.until(`!document.getElementById("offline").hidden`)
	form.press("#send")
	form.until(`!document.getElementById("toast").hidden`)
	release()
	s.until(id, apptest.Delivered) // the page hears nothing of it
	if !eval[bool](x, `Boolean(`+underWay+`)`) {
		t.Error("the page changed without a network")
	}
	s.offline(false)
	for _, y := range []*tab{x, form} {
		y.network(false)
	}
	x.until(plays)
	x.until(`document.getElementById("offline").hidden`)
	if !x.stayed() {
		t.Error("the page was loaded anew")
	}
	if sent := form.placed(); sent == id { // it is sent by itself, as it was filled in
		t.Errorf("the form became order %d", sent)
	}
	form.until(plays)
}

func killed(t *testing.T, s *service, x *tab) {
	release := s.hold()
	id := x.orders(s.photo, "순두부찌개", "9000")
	x.until(underWay)
	s.until(id, func(o pipeline.Order) bool { return o.Step == pipeline.Animate && o.Phase == pipeline.Waiting })
	x.stays()
	for _, c := range s.child {
		c.Kill()
	}
	x.until(underWay)
	s.start(forms)
	s.start(sockets)
	release()
	x.until(plays)
	if !x.stayed() {
		t.Error("the page was loaded anew")
	}
}

func shared(t *testing.T, s *service, x *tab) {
	x.open("/")
	m := call(x, page.GetAppManifest, page.GetAppManifestParams{})
	if len(m.Errors) > 0 || !strings.Contains(m.Data, `"share_target"`) || !strings.Contains(m.Data, `"/web/share"`) {
		t.Errorf("the manifest %s: %+v", m.Data, m.Errors)
	}
	// What a phone does with share_target of the manifest: it posts the form that is described there.
	eval[bool](x, `(async () => {
		const target = (await (await fetch(document.querySelector("link[rel=manifest]").href)).json()).share_target;
		const photo = await (await fetch("/web/sample.jpg")).blob();
		const form = document.createElement("form"), input = document.createElement("input"), files = new DataTransfer();
		Object.assign(form, { action: target.action, method: target.method, enctype: target.enctype });
		Object.assign(input, { type: "file", name: target.params.files[0].name });
		files.items.add(new File([photo], "갤러리.jpg", { type: "image/jpeg" }));
		input.files = files.files;
		form.append(input);
		document.body.append(form);
		setTimeout(() => form.submit(), 0);
		return true;
	})()`)
	x.until(`location.search.startsWith("?kept=") && document.querySelector("#new.has-photo")`)
	x.do(chromedp.SendKeys(chromedp.CSS("#menu"), "갈비탕"), chromedp.SendKeys(chromedp.CSS("#price"), "13000"))
	x.press("#send")
	id := x.placed()
	if o := s.until(id, apptest.Delivered); o.Cut.Words.Menu != "갈비탕" {
		t.Errorf("ordered %+v", o.Cut.Words)
	}
}

func withoutScripts(t *testing.T, s *service, x *tab) {
	y := x.another(t)
	call(y, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	y.open("/")
	y.do(chromedp.SetUploadFiles(chromedp.CSS("#photo"), []string{s.photo}),
		chromedp.SendKeys(chromedp.CSS("#menu"), "떡볶이"), chromedp.SendKeys(chromedp.CSS("#price"), "아무거나"))
	y.press("#send")
	y.until(`document.querySelector("#price-wrong")?.textContent`) // the photo is kept
	y.do(chromedp.Clear(chromedp.CSS("#price")), chromedp.SendKeys(chromedp.CSS("#price"), "5000"))
	y.press("#send")
	id := y.placed()
	o := s.until(id, apptest.Delivered)
	y.open("/web/orders")
	y.press(".card")
	if got := y.placed(); got != id {
		t.Errorf("the newest is order %d", got)
	}
	y.until(`document.querySelector("a.act.first")`)
	if name, file := y.saves("a.act.first"); name != "떡볶이.mp4" || !bytes.Equal(file, s.kept(o.Cut.ShortKey)) {
		t.Errorf("saved %s with %d bytes", name, len(file))
	}
}
