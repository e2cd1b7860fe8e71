package s3

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest/blobs"
)

const key = "orders/1/hidden-name.mp4"

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, content string) {
	t.Helper()
	if err := s.Put(t.Context(), key, "video/mp4", iotest.OneByteReader(strings.NewReader(content))); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, method, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestS3_KeepsTheContractOfBlobs(t *testing.T) {
	endpoint := serve(t)
	blobs.Run(t, func(t *testing.T) pipeline.Blobs {
		return open(t, Options{Bucket: bucket, Prefix: "/prod/", Endpoint: endpoint})
	})
	s := open(t, Options{Bucket: bucket, Endpoint: endpoint})
	name := bucket
	left, err := s.client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &name})
	if err != nil || len(left.Uploads) > 0 {
		t.Errorf("%d uploads that failed are still there, %v", len(left.Uploads), err)
	}
}

func TestS3_TheSDKsOwnEndpointVariableCounts(t *testing.T) {
	endpoint := serve(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", endpoint)
	t.Setenv("AWS_REGION", "")
	put(t, open(t, Options{Bucket: bucket, Prefix: "a/b"}), "by variable")
	f, err := open(t, Options{Bucket: bucket, Prefix: "a", Endpoint: endpoint}).Open(t.Context(), "b/"+key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "by variable" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestS3Link_CountsOnlyAsItWasSigned(t *testing.T) {
	s := open(t, Options{Bucket: bucket, Endpoint: serve(t)})
	put(t, s, "short")
	l, err := s.Link(t.Context(), key, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if l.Head || l.Public {
		t.Errorf("Head %v, Public %v; want neither for a presigned link to this machine", l.Head, l.Public)
	}
	if status := ask(t, http.MethodGet, l.URL); status != http.StatusOK {
		t.Fatalf("GET: %d", status)
	}
	if status := ask(t, http.MethodHead, l.URL); status == http.StatusOK {
		t.Errorf("HEAD: %d, so Link.Head could be true", status)
	}
	for name, change := range map[string]func(url.Values){
		"another signature": func(q url.Values) {
			q.Set("X-Amz-Signature", strings.Map(func(r rune) rune {
				if r == '0' {
					return '1'
				}
				return '0'
			}, q.Get("X-Amz-Signature")))
		},
		"a longer life": func(q url.Values) { q.Set("X-Amz-Expires", "3600") },
		"no signature":  func(q url.Values) { q.Del("X-Amz-Signature") },
	} {
		u, err := url.Parse(l.URL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		if status := ask(t, http.MethodGet, u.String()); status < 400 {
			t.Errorf("GET with %s: %d, want it refused", name, status)
		}
	}
	if status := ask(
		t, http.MethodGet, strings.Replace(l.URL, "hidden-name", "another", 1),
	); status != http.StatusForbidden {
		t.Errorf("GET of another key with this signature: %d, want 403", status)
	}
}

// hourAgo signs as if an hour ago.
type hourAgo struct{ s3.HTTPPresignerV4 }

func (h hourAgo) PresignHTTP(
	ctx context.Context, c aws.Credentials, r *http.Request, payloadHash, service, region string, at time.Time,
	o ...func(*v4.SignerOptions),
) (string, http.Header, error) {
	return h.HTTPPresignerV4.PresignHTTP(ctx, c, r, payloadHash, service, region, at.Add(-time.Hour), o...)
}

func TestS3Link_AnExpiredOneIsRefused(t *testing.T) {
	s := open(t, Options{Bucket: bucket, Endpoint: serve(t)})
	put(t, s, "short")
	s.presign = s3.NewPresignClient(s.client, func(o *s3.PresignOptions) { o.Presigner = hourAgo{v4.NewSigner()} })
	for ttl, want := range map[time.Duration]int{
		59 * time.Minute: http.StatusForbidden, 61 * time.Minute: http.StatusOK,
	} {
		l, err := s.Link(t.Context(), key, ttl)
		if err != nil {
			t.Fatal(err)
		}
		if status := ask(t, http.MethodGet, l.URL); status != want {
			t.Errorf("GET of a link for %v, after an hour: %d, want %d", ttl, status, want)
		}
	}
}

func TestS3Link_LivesForSevenDaysAtMost(t *testing.T) {
	settings(t)
	s := open(t, Options{Bucket: bucket})
	if _, err := s.Link(t.Context(), key, maxTTL); err != nil {
		t.Errorf("7 days: %v", err)
	}
	if _, err := s.Link(t.Context(), key, maxTTL+time.Second); err == nil {
		t.Error("a link for longer than 7 days was made, which S3 refuses")
	}
}

func TestS3Link_IsPlainInABucketThatAnyoneCanRead(t *testing.T) {
	settings(t)
	l, err := open(t, Options{
		Bucket: bucket, Prefix: "prod", PublicURL: "https://cdn.example.com/x/",
	}).Link(t.Context(), key, time.Minute)
	if want := (pipeline.Link{URL: "https://cdn.example.com/x/prod/" + key, Head: true, Public: true}); err != nil ||
		l != want {
		t.Errorf("%+v, %v; want %+v", l, err, want)
	}
}

func TestS3Public_IsHTTPSOnTheInternetOnly(t *testing.T) {
	settings(t)
	for _, c := range []struct {
		endpoint, publicURL string
		want                bool
	}{
		{"", "", true},
		{"https://s3.example.com", "", true},
		{"http://s3.example.com", "", false},
		{"https://localhost:9000", "", false},
		{"https://127.0.0.1:9000", "", false},
		{"https://[::1]:9000", "", false},
		{"https://10.0.0.7", "", false},
		{"http://127.0.0.1:9000", "https://cdn.example.com", true},
		{"", "http://127.0.0.1:9000", false},
	} {
		l, err := open(t, Options{
			Bucket: bucket, Endpoint: c.endpoint, PublicURL: c.publicURL,
		}).Link(t.Context(), key, time.Minute)
		if err != nil || l.Public != c.want {
			t.Errorf("%+v: Public %v, %v", c, l.Public, err)
		}
	}
}

func TestS3_RefusesSettingsThatCannotWork(t *testing.T) {
	settings(t)
	for variable, o := range map[string]Options{
		"BLOB_URL":        {},
		"BLOB_PUBLIC_URL": {Bucket: bucket, PublicURL: "cdn.example.com"},
		"endpoint":        {Bucket: bucket, Endpoint: "127.0.0.1:9000"},
	} {
		if _, err := New(t.Context(), o); err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%+v: %v, want an error that names %s", o, err, variable)
		}
	}
	t.Setenv("AWS_REGION", "")
	if _, err := New(t.Context(), Options{Bucket: bucket}); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("without a region: %v, want an error that names AWS_REGION", err)
	}
}
