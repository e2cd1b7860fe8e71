package s3

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Trial is a step of Probe that failed.
type Trial struct {
	Step string // list, put, head, get, link or delete
	Err  error
	Left string // the object that stays, if it couldn't be deleted
}

// probeLife is how long the link of a probe works, and how long its end may take when ctx is over.
const (
	probeLife = 5 * time.Minute
	probeEnd  = 2 * time.Second
)

// Probe does with a small object all that is ever done with blobs, and takes it away again. It returns
// what failed.
func (s *Store) Probe(ctx context.Context) (failed []Trial) {
	key := "doctor/" + strings.ToLower(rand.Text()) + ".txt"
	text := rand.Text()
	try := func(step string, err error) bool {
		if err != nil {
			failed = append(failed, Trial{Step: step, Err: err})
		}
		return err == nil
	}
	if !try("list", s.misses(ctx, key)) {
		return failed
	}
	kept := try("put", s.Put(ctx, key, "text/plain", strings.NewReader(text)))
	if !kept && ctx.Err() == nil {
		return failed
	}
	defer func() {
		if ctx.Err() != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), probeEnd)
			defer cancel()
		}
		if err := s.Delete(ctx, key); err != nil && kept {
			failed = append(failed, Trial{"delete", err, *s.name(key)})
		}
	}()
	if !kept {
		return failed
	}
	_, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: s.name(key)})
	try("head", s.explain("head", err))
	try("get", s.holds(ctx, key, text))
	try("link", s.leads(ctx, key, text))
	return failed
}

// misses reports whether the bucket says of a blob that isn't there that it isn't there. To those who may
// not list it, S3 says AccessDenied instead.
func (s *Store) misses(ctx context.Context, key string) error {
	f, err := s.Open(ctx, key)
	if err == nil {
		f.Close()
		return errors.New("s3: open: a blob that was never put is there")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Store) holds(ctx context.Context, key, text string) error {
	f, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err == nil && string(b) != text {
		err = errors.New("s3: open: what comes back isn't what was put")
	}
	return err
}

// leads fetches a blob as a provider does. The link isn't shown: it is signed.
func (s *Store) leads(ctx context.Context, key, text string) error {
	link, err := s.Link(ctx, key, probeLife)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL, nil)
	if err != nil {
		return errors.New("s3: link: it is no address")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return fmt.Errorf("s3: link: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	switch {
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("s3: link: HTTP %d", res.StatusCode)
	case err != nil:
		return fmt.Errorf("s3: link: %w", err)
	case string(b) != text:
		return errors.New("s3: link: what comes back isn't what was put")
	}
	return nil
}
