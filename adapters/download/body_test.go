package download

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestBody_TooManyBytesAreAnErrorWhileReading(t *testing.T) {
	for name, announce := range map[string]bool{"announced": true, "not announced": false} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if announce {
				w.Header().Set("Content-Length", "1001")
			}
			w.Write(make([]byte, 500))
			w.(http.Flusher).Flush()
			w.Write(make([]byte, 501))
		})
		for limit, fits := range map[int64]bool{1000: false, 1001: true} {
			r := results(t, s.URL)
			r.o.MaxBytes = limit
			f, err := r.Open(t.Context(), s.URL+path)
			if err != nil {
				t.Fatalf("%s: Open: %v", name, err)
			}
			n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, f, make([]byte, 300))
			f.Close()
			if fits && (err != nil || n != 1001) {
				t.Errorf("%s, limit %d: read %d, %v", name, limit, n, err)
			}
			if !fits {
				wantFault(t, err, pipeline.Misconfigured, "bytes")
				if _, again := f.Read(make([]byte, 1)); again == nil || n > limit {
					t.Errorf("%s: read %d bytes, then %v; want %d and an error that stays", name, n, again, limit)
				}
			}
		}
	}
}

func TestBody_ThatIsCutOffIsAnError(t *testing.T) {
	for name, length := range map[string]string{"with a length": "1000", "chunked": ""} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			w.Write(make([]byte, 500))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})
		got, err := fetch(t.Context(), results(t, s.URL), s.URL+path)
		if len(got) != 500 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %d bytes, %v; want 500 and io.ErrUnexpectedEOF", name, len(got), err)
		}
		wantFault(t, err, pipeline.Transient)
	}
}

func TestDownload_SilenceEndsTheRequest(t *testing.T) {
	for name, before := range map[string]int{"before the answer": 0, "in the middle": 500} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if before > 0 {
				w.Write(make([]byte, before))
				w.(http.Flusher).Flush()
			}
			<-r.Context().Done()
		})
		r := results(t, s.URL)
		r.o.Stall = 50 * time.Millisecond
		got, err := fetch(t.Context(), r, s.URL+path)
		if len(got) != before || !errors.Is(err, errSilent) {
			t.Errorf("%s: %d bytes, %v; want %d and %v", name, len(got), err, before, errSilent)
		}
		wantFault(t, err, pipeline.Transient)
	}
}

func TestDownload_ADripThatNeverEndsIsEnded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := w.Write([]byte{0}); err != nil || r.Context().Err() != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	})
	r := results(t, s.URL)
	r.o.Timeout = 100 * time.Millisecond
	_, err := fetch(t.Context(), r, s.URL+path)
	if !errors.Is(err, errSlow) {
		t.Errorf("%v, want %v", err, errSlow)
	}
	wantFault(t, err, pipeline.Transient)
}

func TestBody_AnEndedContextEndsTheReading(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, 500))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f, err := results(t, s.URL).Open(ctx, s.URL+path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.ReadFull(f, make([]byte, 500)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = io.ReadAll(f)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	_, err = fetch(ctx, results(t, s.URL), s.URL+path)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v, want context.Canceled", err)
	}
	wantFault(t, err, pipeline.Transient)
}
