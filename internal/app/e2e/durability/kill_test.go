package durability_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// browser is somebody at the page.
type browser struct {
	http  *http.Client
	base  string
	taken string // the path of its order
}

func newBrowser(base string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	return &browser{http: &http.Client{Jar: jar, Timeout: apptest.Patience}, base: base}
}

// order posts a photo and its words as the page does; id is the same at each try.
func (b *browser) order(id string) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range []struct{ name, value string }{{"key", id}, {"menu", "새우 파스타"}, {"price", "18,000원"}} {
		if err := form.WriteField(f.name, f.value); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("photo", "pasta.jpg")
	if err != nil {
		return err
	}
	if _, err := part.Write(apptest.TinyPhoto()); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, b.base+"/web/orders", &body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", b.base)
	r.Header.Set("Accept", "application/json")
	resp, err := b.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Location, Detail string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Location == "" {
		return fmt.Errorf("%s: %s (%w)", resp.Status, answer.Detail, err)
	}
	b.taken = answer.Location
	return nil
}

// TestCrash_LosesNothing kills the program at random moments while it works on many orders.
func TestCrash_LosesNothing(t *testing.T) {
	t.Parallel()
	for name, fresh := range apptest.Databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killAtRandom(t, fresh(t), 40, 6)
		})
	}
}

func killAtRandom(t *testing.T, database string, orders, rounds int) {
	w, addr := apptest.Servable(t, database)
	w.Settings["RETRY_UNKNOWN_AFTER"], w.Settings["POLL_INTERVAL"] = "1s", "1s"
	w.Settings["SHOP_MONTHLY_LIMIT"] = "0" // all of them are at the same shop
	random := rand.New(rand.NewPCG(1, uint64(len(database))))

	var people sync.WaitGroup
	browsers := make([]*browser, orders)
	for n := range browsers {
		b := newBrowser("http://" + addr)
		browsers[n] = b
		people.Go(func() { // a person sends again until it is taken: one message is one order
			apptest.Every(t, 100*time.Millisecond, b.visit)
			apptest.Every(t, 100*time.Millisecond, func() error { return b.order(fmt.Sprintf("message%016d", n)) })
		})
	}
	for range rounds {
		killAtSomePoint(t, w, random)
	}
	c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	people.Wait()
	apptest.Every(t, 200*time.Millisecond, func() error {
		browsers = slices.DeleteFunc(browsers, (*browser).served)
		if len(browsers) > 0 {
			return fmt.Errorf("%d orders aren't at their end", len(browsers))
		}
		return nil
	})
	if t.Failed() {
		return
	}
	c.Terminate()
	w.Audit(orders, rounds)
}

// killAtSomePoint runs the program until it has got a little further, however slow the machine is, and kills it.
func killAtSomePoint(t *testing.T, w *apptest.World, random *rand.Rand) {
	requests, there := 1+random.IntN(12), make(chan struct{})
	w.HoldRequest(func(*http.Request) bool { // holds none
		if requests--; requests == 0 {
			close(there)
		}
		return false
	})
	c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	select {
	case <-there:
	case <-time.After(apptest.Patience):
		t.Error("the program gets no further")
	}
	<-time.After(time.Duration(random.IntN(100)) * time.Millisecond) // the moment is the random part
	c.Kill()
}

// visit opens the page, which makes the browser known.
func (b *browser) visit() error { return apptest.Fine(b.http.Get(b.base + "/")) }

// served reports whether the page shows its order at its end.
func (b *browser) served() bool {
	resp, err := b.http.Get(b.base + b.taken)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK && bytes.Contains(page, []byte(`data-status="`)) &&
		!bytes.Contains(page, []byte(`data-status="open"`))
}
