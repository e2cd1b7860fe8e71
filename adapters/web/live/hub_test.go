package live_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/sajangpick/sajangpick/adapters/web/live"
)

// news is a source whose only order is whatever is asked for.
type news struct{}

func (news) Holds(context.Context) error                 { return nil }
func (news) Since(context.Context, int64) ([]any, error) { return nil, nil }
func (news) One(_ context.Context, order int64) (any, error) {
	return map[string]int64{"id": order}, nil
}

// pipes is a network of this process alone, without buffers.
type pipes struct{ accept chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, open := <-p.accept
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error {
	close(p.accept)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.accept <- theirs
	return ours, nil
}

// TestHub_CutsASlowPageOffAndWaitsForNone has a page take nothing from its socket while another one of the same shop
// reads.
func TestHub_CutsASlowPageOffAndWaitsForNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(slog.New(slog.DiscardHandler))
		network := pipes{make(chan net.Conn)}
		srv := &http.Server{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hub.Serve(w, r, 7, 0, news{}) }),
		}
		go srv.Serve(network)
		client := &http.Client{Transport: &http.Transport{DialContext: network.dial}}
		dial := func() *websocket.Conn {
			c, _, err := websocket.Dial(t.Context(), "http://page/web/live", &websocket.DialOptions{HTTPClient: client})
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.Read(t.Context()); err != nil { // what it missed: nothing
				t.Fatal(err)
			}
			return c
		}
		slow, quick := dial(), dial()
		heard := 0
		var reader sync.WaitGroup
		reader.Go(func() {
			for {
				if _, _, err := quick.Read(context.Background()); err != nil {
					return
				}
				heard++
			}
		})
		const events = 20
		for n := range int64(events) {
			hub.Changed(7, n+1) // which waits for nobody
			synctest.Wait()
		}
		if hub.Pages() != 2 {
			t.Errorf("%d pages are open before a write takes too long", hub.Pages())
		}
		<-time.After(time.Minute)
		if hub.Pages() != 1 {
			t.Errorf("%d pages are open after it", hub.Pages())
		}
		_ = quick.CloseNow() // its other end may have closed it
		reader.Wait()
		if heard != events {
			t.Errorf("the other page heard of %d orders", heard)
		}
		_ = slow.CloseNow() // it is cut off
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestHub_APageThatIsFarBehindIsCutOff fills the queue of a page that takes nothing out of it.
func TestHub_APageThatIsFarBehindIsCutOff(t *testing.T) {
	hub := live.NewHub(slog.New(slog.DiscardHandler))
	page := hub.Open(7)
	for n := range int64(100) {
		hub.Changed(7, n+1)
	}
	if hub.Pages() != 0 {
		t.Error("it is still open")
	}
	taken := 0
	for range page.Events {
		taken++
	}
	if taken == 0 || taken == 100 {
		t.Errorf("%d events waited for it", taken)
	}
}
