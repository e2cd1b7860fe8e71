package toy_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// service is one whose providers and only messenger are those of this folder. The line of each is all that wires it in.
func service(t *testing.T, set func(*app.Parts)) (*apptest.Process, *vendor, *loft) {
	t.Helper()
	v, l := newVendor(t), newLoft(t)
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Wire = func(p *app.Parts) {
		p.Clips = kiln{v.client(clipsName, "가마", "Kiln")}
		p.Cuts = loom{v.client(cutsName, "베틀", "Loom")}
		p.Pictures() // as serve has them prepared
		p.Messengers = append(p.Messengers, l.wiring())
		set(p)
	}
	w.Settings["ADMINS"], w.Settings["OPS_CHAT"] = "pigeon:boss", "pigeon:@boss"
	p := w.Start(pipeline.DefaultTimes(), nil) // on a busy machine too, no request is given up
	t.Cleanup(p.Stop)
	return p, v, l
}

func TestToy_APhotoBecomesAFilmWithProvidersAndAMessengerThatNothingElseKnows(t *testing.T) {
	t.Parallel()
	p, v, l := service(t, func(*app.Parts) {})
	l.writes(p, letter{ID: "1", User: "kim", Photo: "dish", Text: apptest.Pasta}, apptest.TinyPhoto())
	film := l.gets("kim")
	o := p.Until(1, apptest.Delivered)
	kept, err := p.Blobs.Open(t.Context(), o.Cut.ShortKey)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	var want bytes.Buffer
	if _, err := want.ReadFrom(kept); err != nil || !bytes.Equal(film, want.Bytes()) {
		t.Errorf("a film of %d bytes came, %d are kept: %v", len(film), want.Len(), err)
	}
	calls, err := p.Engine.Calls(t.Context(), o.ID)
	if err != nil || len(calls) != 2 {
		t.Fatalf("%d calls in the ledger: %v", len(calls), err)
	}
	for i, name := range []string{clipsName, cutsName} {
		if c := calls[i]; c.Provider != name || c.State != pipeline.CallSettled || c.Settled != 7_00 {
			t.Errorf("the ledger has %+v", c)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if clip := v.taken[0]; clip.Ratio != "1:1" || clip.Seconds != 4 {
		t.Errorf("the clip was ordered as %+v", clip)
	}
	if cut := v.taken[1]; cut.Price != "18,000원" || cut.Clip == "" || cut.Ref != calls[1].ID {
		t.Errorf("the cut was ordered as %+v", cut)
	}
}

func TestToy_TheLimitsOfProvidersAreTheirOwn(t *testing.T) {
	t.Parallel()
	p, v, l := service(t, func(*app.Parts) {})
	v.setBusy(true)
	const photos = kilnHas + 1
	for i := range photos {
		n := strconv.Itoa(i)
		l.writes(p, letter{ID: n, User: "kim" + n, Photo: "dish" + n, Text: apptest.Pasta}, apptest.TinyPhoto())
	}
	waits := func(s pipeline.Step) func(pipeline.Order) bool {
		return func(o pipeline.Order) bool { return o.Step == s && o.Reason == pipeline.ReasonTurn }
	}
	begun := 0
	for id := range int64(photos) {
		if o := p.Until(id+1, func(o pipeline.Order) bool {
			return waits(pipeline.Animate)(o) || o.Phase == pipeline.Waiting
		}); o.Phase == pipeline.Waiting {
			begun++
		}
	}
	if begun != kilnHas {
		t.Errorf("%d clips are under way", begun)
	}
	v.setBusy(false)
	delivered := 0
	for id := range int64(photos) {
		if o := p.Until(id+1, func(o pipeline.Order) bool {
			return waits(pipeline.Render)(o) || apptest.Delivered(o)
		}); apptest.Delivered(o) {
			delivered++
		}
	}
	if delivered != 1 {
		t.Errorf("%d shorts were made", delivered)
	}
}

func TestToy_IdsInTheSettingsHaveItsForms(t *testing.T) {
	t.Parallel()
	p := app.Parts{Messengers: []app.Wiring{newLoft(t).wiring()}}
	p.Cfg.Admins, p.Cfg.OpsChat = map[string]bool{"pigeon:BOSS": true}, "pigeon:boss"
	got := config.Problems(p.Problems()).Error()
	if !strings.Contains(got, `ADMINS: "pigeon:BOSS" names no person`) || !strings.Contains(got, "pigeon:kim") ||
		!strings.Contains(got, `OPS_CHAT: "pigeon:boss" is no chat`) || !strings.Contains(got, "pigeon:@kim") {
		t.Error(got)
	}
}

// TestToy_StrangersBuyNothingInTheSandbox has a sandbox with a real key, in which a messenger reaches everybody.
func TestToy_StrangersBuyNothingInTheSandbox(t *testing.T) {
	t.Parallel()
	p, _, l := service(t, func(p *app.Parts) {
		p.Cfg.Runway.BaseURL = &url.URL{Scheme: "https", Host: "clips.example"} // of no use but to look like a real one
	})
	l.writes(p, letter{ID: "1", User: "kim", Photo: "dish", Text: apptest.Pasta}, apptest.TinyPhoto())
	l.hears("kim", "초대 코드가 필요해요")
}

func TestToy_PeopleAreToldOfThemAsTheyDescribeThemselves(t *testing.T) {
	t.Parallel()
	p, _, l := service(t, func(*app.Parts) {})
	l.writes(p, letter{ID: "1", User: "kim", Photo: "dish", Text: apptest.Pasta}, apptest.TinyPhoto())
	l.gets("kim")
	p.Until(1, apptest.Delivered)
	l.writes(p, letter{ID: "2", User: "kim", Text: "고마워요"}, nil)
	l.hears("kim", "구구!")
	l.writes(p, letter{ID: "3", User: "boss", Text: "/status"}, nil)
	l.hears("boss", "가마", "베틀")
	l.writes(p, letter{ID: "4", User: "boss", Text: "/status 1"}, nil)
	l.hears("boss", "비둘기 kim")
	l.writes(p, letter{ID: "5", User: "boss", Text: "/invite"}, nil)
	l.hears("boss", "https://pigeon.example/")
	page := httptest.NewRecorder()
	p.Metrics.Page().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		`provider="kiln",result="ok",what="start"`, `provider="loom"`, `webhook="pigeon"`, `platform="pigeon"`,
	} {
		if !strings.Contains(page.Body.String(), line) {
			t.Errorf("metrics have nothing of %s", line)
		}
	}
}
