package s3

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// oldStore is a real server behind one that answers as stores do that don't know the checksums of 2025.
func oldStore(t *testing.T) string {
	t.Helper()
	to, err := url.Parse(serve(t))
	if err != nil {
		t.Fatal(err)
	}
	behind := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // it is signed
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name := range r.Header {
			name = strings.ToLower(name)
			if strings.HasPrefix(name, "x-amz-checksum-crc") || name == "x-amz-trailer" ||
				name == "x-amz-sdk-checksum-algorithm" {
				w.WriteHeader(http.StatusNotImplemented)
				fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>NotImplemented</Code><Message>no</Message></Error>`)
				return
			}
		}
		behind.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestPut_HeedsTheSDKsSwitchOfChecksums(t *testing.T) {
	endpoint := oldStore(t)
	const name = "AWS_REQUEST_CHECKSUM_CALCULATION"
	large := strings.Repeat("x", 2*partSize)
	s := open(t, Options{Bucket: bucket, Endpoint: endpoint})
	for what, body := range map[string]string{"small": "x", "large": large} {
		err := s.Put(t.Context(), key, "text/plain", strings.NewReader(body))
		wantSetup(t, what, err, name+"=when_required")
	}
	if got := trials(s.Probe(t.Context())); !strings.Contains(got, name) {
		t.Errorf("doctor's trial says %q", got)
	}
	t.Setenv(name, "when_required")
	s = open(t, Options{Bucket: bucket, Endpoint: endpoint})
	for what, body := range map[string]string{"small": "x", "large": large} {
		if err := s.Put(t.Context(), key, "text/plain", strings.NewReader(body)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if err := s.holds(t.Context(), key, body); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
