package s3

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// failures are what each verb says about a store that can't work.
func failures(t *testing.T, s *Store) map[string]error {
	t.Helper()
	_, openErr := s.Open(t.Context(), key)
	return map[string]error{
		"Open":      openErr,
		"Put":       s.Put(t.Context(), key, "video/mp4", strings.NewReader("x")),
		"large Put": s.Put(t.Context(), key, "video/mp4", strings.NewReader(strings.Repeat("x", 2*partSize))),
		"Delete":    s.Delete(t.Context(), key),
	}
}

func wantSetup(t *testing.T, verb string, err error, words ...string) {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) || f.Kind != pipeline.Misconfigured {
		t.Errorf("%s: %v is not for an operator", verb, err)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %q doesn't say %q", verb, err, w)
		}
	}
	wantDiscreet(t, verb, err)
}

// wantDiscreet looks through the whole chain.
func wantDiscreet(t *testing.T, verb string, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, hidden := range []string{"hidden-name", "://", "X-Amz", "test-access", "test-secret"} {
			if strings.Contains(e.Error(), hidden) {
				t.Errorf("%s: the error tells %q: %v", verb, hidden, e)
			}
		}
	}
}

func TestExplain_NamesAMissingBucket(t *testing.T) {
	endpoint := serve(t)
	for verb, err := range failures(t, open(t, Options{Bucket: "nobodys-bucket", Endpoint: endpoint})) {
		wantSetup(t, verb, err, "nobodys-bucket", "BLOB_URL")
	}
}

func TestExplain_AWrongSecretIsForAnOperator(t *testing.T) {
	endpoint := serve(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
	for verb, err := range failures(t, open(t, Options{Bucket: bucket, Endpoint: endpoint})) {
		wantSetup(t, verb, err, bucket, "SignatureDoesNotMatch")
	}
}

func TestExplain_SaysThatCredentialsAreMissing(t *testing.T) {
	settings(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	for verb, err := range failures(t, open(t, Options{Bucket: bucket})) {
		if err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
			t.Errorf("%s: %v, want an error that names AWS_ACCESS_KEY_ID", verb, err)
		}
		wantDiscreet(t, verb, err)
	}
}

func TestExplain_AServerThatIsDownIsAnErrorWithoutAddresses(t *testing.T) {
	settings(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	s := open(t, Options{Bucket: bucket, Endpoint: down.URL})
	if _, err := s.Open(t.Context(), key); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v, want that the connection was refused", err)
	} else {
		wantDiscreet(t, "Open", err)
	}
}

func TestS3_TriesAPassingFailureAgain(t *testing.T) {
	at, err := url.Parse(serve(t))
	if err != nil {
		t.Fatal(err)
	}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(at)
		r.Out.Host = r.In.Host // it is signed
	}}
	var asked atomic.Int32
	shaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		through.ServeHTTP(w, r)
	}))
	defer shaky.Close()
	s := open(t, Options{Bucket: bucket, Endpoint: shaky.URL})
	put(t, s, "short")
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "short" || asked.Load() != 3 {
		t.Errorf("%q, %v after %d requests; want 3", got, err, asked.Load())
	}
}

func TestS3Open_DoesNotMixWhatIsReplacedBetweenTwoReads(t *testing.T) {
	s := open(t, Options{Bucket: bucket, Endpoint: serve(t)})
	put(t, s, "the old one")
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, s, "the new one")
	if _, err := f.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := io.ReadAll(f)
		if err == nil || !strings.Contains(err.Error(), "replaced") || len(got) > 0 {
			t.Errorf("read %q, %v; want an error that says so", got, err)
		}
		wantDiscreet(t, "Read", err)
	}
}

// half sends the first half of an object; then it does as it is told.
func half(t *testing.T, then func(*http.Request)) *Store {
	t.Helper()
	settings(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write(make([]byte, 500))
		w.(http.Flusher).Flush()
		then(r)
	}))
	t.Cleanup(server.Close)
	return open(t, Options{Bucket: bucket, Endpoint: server.URL})
}

func readFails(t *testing.T, s *Store, want error) {
	t.Helper()
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if len(got) != 500 || !errors.Is(err, want) {
		t.Errorf("read %d bytes, %v; want 500, %v", len(got), err, want)
	}
	wantDiscreet(t, "Read", err)
}

func TestS3Open_ABlobThatIsCutOffIsAnError(t *testing.T) {
	readFails(t, half(t, func(*http.Request) { panic(http.ErrAbortHandler) }), io.ErrUnexpectedEOF)
}

func TestS3Open_ABucketThatFallsSilentIsAnError(t *testing.T) {
	s := half(t, func(r *http.Request) { <-r.Context().Done() })
	s.silence = 50 * time.Millisecond
	readFails(t, s, errSilent)
}

func TestS3Open_ReadingEndsWithItsContext(t *testing.T) {
	s := half(t, func(r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	f, err := s.Open(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cancel()
	if _, err := io.ReadAll(f); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}
