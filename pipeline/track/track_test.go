package track

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// slow is a place that answers when it is let.
type slow struct {
	let   chan struct{}
	piece []byte
}

func (s slow) Open(ctx context.Context, _ string) (io.ReadCloser, error) {
	select {
	case <-s.let:
	case <-ctx.Done():
	}
	return io.NopCloser(bytes.NewReader(s.piece)), nil
}

// begins writes nothing down.
func begins() error { return nil }

func TestOnlyAFewPiecesAreInMemoryAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		place := slow{make(chan struct{}), bytes.Repeat(frame, 100)}
		f := NewFetcher(place, nil)
		for range atOnce {
			go func() {
				if _, err := f.Fetch(t.Context(), "https://example.com/a.mp3", begins); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		began := time.Now()
		_, err := f.Fetch(t.Context(), "https://example.com/b.mp3", begins)
		if !pipeline.AsFault(err).RateLimited || time.Since(began) != 0 {
			t.Errorf("one too many after %v: %v", time.Since(began), err)
		}
		close(place.let)
		synctest.Wait()
		if _, err := f.Fetch(t.Context(), "https://example.com/b.mp3", begins); err != nil {
			t.Error(err)
		}
	})
}

// lost is where no server is found.
type lost struct{ why *net.DNSError }

func (l lost) Open(context.Context, string) (io.ReadCloser, error) {
	return nil, &pipeline.Fault{Kind: pipeline.Transient, Err: &net.OpError{Op: "dial", Err: l.why}}
}

func TestANameThatNobodyHasIsAskedForOnce(t *testing.T) {
	var no Refusal
	_, err := NewFetcher(lost{&net.DNSError{IsNotFound: true}}, nil).Fetch(t.Context(), "https://typo.test/a.mp3", begins)
	if !errors.As(err, &no) || no != Away {
		t.Errorf("a name that nobody has: %v", err)
	}
	_, err = NewFetcher(lost{&net.DNSError{IsTimeout: true}}, nil).Fetch(t.Context(), "https://song.test/a.mp3", begins)
	if errors.As(err, &no) || pipeline.AsFault(err).Kind != pipeline.Transient {
		t.Errorf("nobody who knows the name: %v", err)
	}
}
