package s3

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// guarded is a real server behind a policy: refuse says which requests are AccessDenied.
func guarded(t *testing.T, endpoint string, refuse func(r *http.Request) bool) string {
	t.Helper()
	to, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	behind := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // it is signed
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse(r) {
			w.WriteHeader(http.StatusForbidden)
			if r.Method != http.MethodHead {
				fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
			}
			return
		}
		behind.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// trials are the steps of a probe that failed, with their errors.
func trials(failed []Trial) string {
	var all []string
	for _, x := range failed {
		all = append(all, fmt.Sprintf("%s: %v%s", x.Step, x.Err, x.Left))
	}
	return strings.Join(all, "; ")
}

func TestS3Probe_LeavesNothing(t *testing.T) {
	endpoint := serve(t)
	s := open(t, Options{Bucket: bucket, Prefix: "prod", Endpoint: endpoint})
	if failed := s.Probe(t.Context()); len(failed) > 0 {
		t.Error(trials(failed))
	}
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := guarded(t, endpoint, func(r *http.Request) bool {
		if r.Method == http.MethodHead {
			cancel()
		}
		return false
	})
	if failed := open(t, Options{Bucket: bucket, Endpoint: interrupted}).Probe(ctx); len(failed) == 0 {
		t.Error("an interrupted probe has nothing to say")
	}
	name := bucket
	left, err := s.client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &name})
	if err != nil || len(left.Contents) > 0 {
		t.Errorf("%d objects are left, %v", len(left.Contents), err)
	}
}

func TestS3Probe_NamesTheStepThatIsRefused(t *testing.T) {
	endpoint := serve(t)
	method := func(m string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.Method == m }
	}
	foreign := httptest.NewServer(http.NotFoundHandler())
	page := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "welcome") }),
	)
	defer func() { foreign.Close(); page.Close() }()
	for promise, c := range map[string]struct {
		o    Options
		want string // how it begins
	}{
		"may not delete": {
			Options{Endpoint: guarded(t, endpoint, method(http.MethodDelete))},
			"delete: s3: delete: bucket \"blobs\" says AccessDenied",
		},
		"may not write": {
			Options{Endpoint: guarded(t, endpoint, method(http.MethodPut))},
			"put: s3: put: bucket \"blobs\" says AccessDenied",
		},
		"may not read": {
			Options{Endpoint: guarded(t, endpoint, method(http.MethodGet))},
			"list: s3: open: bucket \"blobs\" says AccessDenied",
		},
		"links lead elsewhere": {Options{Endpoint: endpoint, PublicURL: foreign.URL}, "link: s3: link: HTTP 404"},
		"links lead to a page": {
			Options{Endpoint: endpoint, PublicURL: page.URL}, "link: s3: link: what comes back isn't what was put",
		},
		"links lead nowhere": {
			Options{Endpoint: endpoint, PublicURL: "http://127.0.0.1:1"}, "link: s3: link: dial tcp",
		},
		"no such bucket": {
			Options{Endpoint: endpoint, Bucket: "other"}, "list: s3: open: there is no bucket \"other\"",
		},
		"nobody is there": {Options{Endpoint: "http://127.0.0.1:1"}, "list: s3: open: dial tcp"},
	} {
		c.o.Prefix = "prod"
		c.o.Bucket = cmp.Or(c.o.Bucket, bucket)
		got := trials(open(t, c.o).Probe(t.Context()))
		if !strings.HasPrefix(got, c.want) || strings.Contains(got, "prod/doctor/") != (promise == "may not delete") ||
			strings.Contains(got, "X-Amz") || strings.Contains(got, "test-secret") {
			t.Errorf("%s: %q, want %q", promise, got, c.want)
		}
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
	if got := trials(
		open(t, Options{Bucket: bucket, Endpoint: endpoint}).Probe(t.Context()),
	); !strings.HasPrefix(got, "list: ") || !strings.Contains(got, "SignatureDoesNotMatch") {
		t.Errorf("wrong keys: %q", got)
	}
}
