package runway

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that Runway takes
	_ "image/png"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	_ "golang.org/x/image/webp"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Rules for the photo (docs.dev.runwayml.com, "API Input Parameters"). The time limit and the most
// pixels were seen at third parties only.
const (
	fetchTime  = 10 * time.Second
	photoMax   = 16 << 20
	sideMax    = 8000
	aspectMin  = 0.5
	aspectMax  = 2.0
	fetchAgent = "RunwayML API/1.0"
)

var photoTypes = []string{"image/jpeg", "image/jpg", "image/png", "image/webp"}

func newFetcher() *http.Client {
	return &http.Client{
		Timeout:       fetchTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// local reports whether s is a plain-http address on this machine: the one thing that the stand-in
// takes and Runway doesn't.
func local(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// photo gets the picture of a request and checks it as Runway does. Errors are for the caller.
func (r *Runway) photo(ctx context.Context, uri string) ([]byte, error) {
	data, err := r.load(ctx, uri)
	if err != nil {
		return nil, err
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("the asset is not a picture that can be read")
	}
	if cfg.Width > sideMax || cfg.Height > sideMax {
		return nil, fmt.Errorf(
			"width and height must be at most %d pixels, got %d x %d", sideMax, cfg.Width, cfg.Height,
		)
	}
	if a := float64(cfg.Width) / float64(cfg.Height); a < aspectMin || a > aspectMax {
		return nil, fmt.Errorf(
			"invalid asset aspect ratio: width / height must be between %.1f and %.1f, got %.3f", aspectMin, aspectMax,
			a,
		)
	}
	return data, nil
}

func (r *Runway) load(ctx context.Context, uri string) ([]byte, error) {
	if strings.HasPrefix(uri, dataScheme) {
		return inline(uri)
	}
	return r.download(ctx, uri)
}

// inline reads a data URI.
func inline(uri string) ([]byte, error) {
	head, data, ok := strings.Cut(strings.TrimPrefix(uri, dataScheme), ",")
	typ, ok64 := strings.CutSuffix(head, ";base64")
	if !ok || !ok64 {
		return nil, errors.New("a data URI must be base64")
	}
	if !slices.Contains(photoTypes, typ) {
		return nil, fmt.Errorf("unsupported asset type %q", typ)
	}
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return nil, errors.New("the data URI holds broken base64")
	}
	return b, nil
}

// download asks HEAD, then GET, and follows no redirect.
func (r *Runway) download(ctx context.Context, uri string) ([]byte, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the asset's URL is invalid")
	}
	if net.ParseIP(u.Hostname()) != nil && !loopback(u.Hostname()) {
		return nil, errors.New("the asset's URL must have a domain name, not an IP address")
	}
	head, err := r.ask(ctx, http.MethodHead, uri)
	if err != nil {
		return nil, err
	}
	head.Body.Close()
	get, err := r.ask(ctx, http.MethodGet, uri)
	if err != nil {
		return nil, err
	}
	defer get.Body.Close()
	data, err := io.ReadAll(io.LimitReader(get.Body, photoMax+1))
	if err != nil {
		return nil, fmt.Errorf("failed to fetch the asset: %w", standin.StripURL(err))
	}
	if int64(len(data)) != head.ContentLength || get.Header.Get("Content-Type") != head.Header.Get("Content-Type") {
		return nil, errors.New("the asset differs from what HEAD said about it")
	}
	return data, nil
}

// ask sends one request and checks the answer's head.
func (r *Runway) ask(ctx context.Context, method, uri string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, uri, nil)
	if err != nil {
		return nil, errors.New("the asset's URL is invalid")
	}
	req.Header.Set("User-Agent", fetchAgent)
	req.Header.Set("Accept-Encoding", "identity")
	res, err := r.fetch.Do(req)
	if err != nil {
		return nil, fmt.Errorf("failed to fetch the asset: %s: %w", method, standin.StripURL(err))
	}
	if err := acceptable(res); err != nil {
		res.Body.Close()
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return res, nil
}

func acceptable(res *http.Response) error {
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		return fmt.Errorf("failed to fetch the asset: redirects are not followed (status %d)", res.StatusCode)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("failed to fetch the asset: upstream answered with status %d", res.StatusCode)
	}
	if typ, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil ||
		!slices.Contains(photoTypes, typ) {
		return fmt.Errorf("unsupported asset type %q", res.Header.Get("Content-Type"))
	}
	if res.ContentLength < 0 {
		return errors.New("the asset's Content-Length is missing")
	}
	if res.ContentLength > photoMax {
		return fmt.Errorf("the asset must be at most %d bytes, got %d", photoMax, res.ContentLength)
	}
	return nil
}
