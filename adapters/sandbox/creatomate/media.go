package creatomate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// Bounds of one medium; the real ones aren't documented.
const (
	mediaTime = 2 * time.Minute
	mediaMax  = 200 << 20
)

func newMediaClient() *http.Client {
	return &http.Client{Timeout: mediaTime, Transport: &http.Transport{
		MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
	}}
}

// film fetches the media of one render, then cuts it. A medium that can't be fetched fails the
// render, with every studio.
func (c *Creatomate) film(ctx context.Context, j taskstore.Job) error {
	var s spec
	if err := json.Unmarshal(j.Task.Spec, &s); err != nil {
		return err
	}
	media := &files{client: c.media, prefix: j.Scratch + "-media-", all: map[string]*medium{}}
	defer media.clear()
	if !c.opt.Unseen {
		for _, address := range sources(s.Source) {
			if _, err := media.fetch(ctx, address); err != nil {
				return err
			}
		}
	}
	return c.opt.Cut(ctx, CutJob{
		Source: s.Source, Scale: s.Scale, Format: s.format(), Fetch: media.fetch, Out: j.Out, Progress: j.Progress,
	})
}

// sources lists the media that a document needs, each once.
func sources(doc map[string]any) []string {
	var all []string
	elements, _ := doc["elements"].([]any)
	for _, e := range elements {
		el, _ := e.(map[string]any)
		if v, ok := el["visible"].(bool); el == nil || ok && !v {
			continue
		}
		all = append(all, sources(el)...)
		typ, _ := el["type"].(string)
		source, _ := el["source"].(string)
		if source != "" && slices.Contains([]string{"video", "image", "audio"}, typ) && !slices.Contains(all, source) {
			all = append(all, source)
		}
	}
	return all
}

// files keeps the media of one render while it lasts.
type files struct {
	client *http.Client
	prefix string

	mu  sync.Mutex
	all map[string]*medium
}

type medium struct {
	once sync.Once
	path string
	err  error
}

func (s *files) fetch(ctx context.Context, address string) (string, error) {
	s.mu.Lock()
	m, ok := s.all[address]
	if !ok {
		m = &medium{path: fmt.Sprint(s.prefix, len(s.all))}
		s.all[address] = m
	}
	s.mu.Unlock()
	m.once.Do(func() { m.err = download(ctx, s.client, address, m.path) })
	return m.path, m.err
}

func (s *files) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.all {
		os.Remove(m.path)
	}
}

// download gets one medium. Its errors name the host only: the rest of an address may be a secret.
func download(ctx context.Context, client *http.Client, address, path string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("a source is not a valid URL")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return errors.New("a source is not a valid URL")
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("the file at %s could not be downloaded: %w", u.Host, standin.StripURL(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the file at %s could not be downloaded: status %d", u.Host, res.StatusCode)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(res.Body, mediaMax+1))
	err = errors.Join(err, f.Close())
	switch {
	case err != nil:
		return fmt.Errorf("the file at %s could not be downloaded: %w", u.Host, standin.StripURL(err))
	case n == 0:
		return fmt.Errorf("the file at %s is empty", u.Host)
	case n > mediaMax:
		return fmt.Errorf("the file at %s is too large", u.Host)
	}
	return nil
}
