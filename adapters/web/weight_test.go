package web_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

// linked are the files of ours that a page loads.
var linked = regexp.MustCompile(`(?:href|src)="(/web/[a-z]+\.(?:css|js|png|webmanifest))"`)

// TestEachScreen_WeighsAtMost60kBWithoutMedia counts a screen and all that it loads as they go over the wire: nothing
// is compressed.
func TestEachScreen_WeighsAtMost60kBWithoutMedia(t *testing.T) {
	const most = 60_000
	h := open(t, func(_ *session.Options, o *web.Options) { o.Icon = look.DefaultLogo() })
	b := h.owner("7")
	order := b.orders("새우 파스타")
	h.deliver(h.newest("7").ID, "film")
	for n := range 40 { // more than a page of the list
		_, _, err := h.place(t.Context(), pipeline.Order{
			Source: fmt.Sprint("weight-", n), Shop: h.newest("7").Shop,
			Thread: pipeline.Thread{Platform: "web", Chat: "1", Lang: "ko"},
			Maker:  fmt.Sprint("김사장 ", n),
			Cut: pipeline.Cut{
				N: 1, Look: "clean",
				Words: pipeline.Words{Menu: "전복 해물 순두부찌개 정식", Price: "소 22,000원 대 42,000원", Regular: 25000},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/", "/web/orders", "/web/shop", order} {
		page := b.get(path)
		weight, files := len(page.body), map[string]bool{}
		for _, m := range linked.FindAllStringSubmatch(page.body, -1) {
			files[m[1]] = true
		}
		if path == "/" {
			files["/web/form.js"] = true // which app.js loads
		}
		for file := range files {
			weight += len(b.get(file).body)
		}
		if len(files) < 4 || weight > most {
			t.Errorf("%s weighs %d bytes with %v", path, weight, files)
		}
	}
}
