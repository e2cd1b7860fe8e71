package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	tg "github.com/go-telegram/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxPhoto is the largest file that Telegram hands to bots.
const maxPhoto = 20 << 20

// What Telegram says of a file that it doesn't have any more. It says unsure of one that it couldn't get just now, too.
var (
	noFile = []string{"file_id", "file identifier", "file id", "file_reference", "not found", "can't unserialize"}
	unsure = []string{"file is temporarily unavailable"}
)

// unsureTries is how often a file is asked for that may be gone or not.
const unsureTries = 4

// downloader fetches the pictures that people post.
type downloader struct {
	*identity
	files *http.Client
	opens atomic.Bool // whether files can be fetched, as far as it can be known
}

// Photo is part of bot.Messenger. Its errors, those of reading too, are Faults, and none has the
// address: it holds the token.
func (d *downloader) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	if p.Bytes > maxPhoto {
		return nil, httpx.HeavyPhoto(fmt.Errorf("telegram: photo of %d bytes", p.Bytes))
	}
	f, err := d.api.GetFile(ctx, &tg.GetFileParams{FileID: p.Ref})
	switch {
	case refuses(err, "file is too big"):
		return nil, httpx.HeavyPhoto(fmt.Errorf("telegram: getFile: %w", d.told(err)))
	case refuses(err, unsure...):
		return nil, &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonPhotoGone, MaxAttempts: unsureTries,
			Err: fmt.Errorf("telegram: getFile: %w", d.told(err)),
		}
	case refuses(err, noFile...):
		return nil, httpx.MissingPhoto(fmt.Errorf("telegram: getFile: %w", d.told(err)))
	case err != nil:
		return nil, d.fault("", "getFile", repeatable, err)
	case f.FileSize > maxPhoto:
		return nil, httpx.HeavyPhoto(fmt.Errorf("telegram: photo of %d bytes", f.FileSize))
	case f.FilePath == "":
		return nil, httpx.Passing(errors.New("telegram: getFile: no path yet"))
	}
	return d.open(ctx, f.FilePath)
}

// open opens a file at a path that getFile has just given, so whatever fails now is no fault of the file's.
func (d *downloader) open(ctx context.Context, path string) (io.ReadCloser, error) {
	if f := d.local(path); f != nil {
		return httpx.Photo(f, Platform, maxPhoto, d.withoutSecrets), nil
	}
	address := d.base + "/file/bot" + d.token + "/" + (&url.URL{Path: path}).EscapedPath()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, httpx.Passing(errors.New("telegram: the photo's address is no address"))
	}
	res, err := d.files.Do(req)
	if err != nil {
		return nil, httpx.Passing(fmt.Errorf("telegram: photo: %s", d.withoutSecrets(httpx.StripURL(err).Error())))
	}
	said := fmt.Errorf("telegram: photo: HTTP %d", res.StatusCode)
	gone := res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone
	switch {
	case res.StatusCode == http.StatusOK && res.ContentLength > maxPhoto:
		err = httpx.HeavyPhoto(fmt.Errorf("telegram: photo of %d bytes", res.ContentLength))
	case res.StatusCode == http.StatusOK:
		return httpx.Photo(res.Body, Platform, maxPhoto, d.withoutSecrets), nil
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= 500, gone && d.base == official:
		err = httpx.Passing(said)
	case gone && filepath.IsAbs(path):
		err = httpx.Unset(fmt.Errorf("%w: the server at TELEGRAM_API_URL runs with --local and keeps files on its own "+
			"disk: let this process read them at the same path, or have a web server give them out under /file/", said))
	case gone:
		err = httpx.Unset(fmt.Errorf("%w: the server at TELEGRAM_API_URL doesn't give files out: "+
			"have a web server do so under /file/", said))
	default: // a redirect is followed nowhere
		err = httpx.Unset(said)
	}
	res.Body.Close()
	return nil, err
}

// local opens a file of a Bot API server that runs with --local on a disk that we share: its path is absolute, and
// one of its folders is named after the token. It is nil for all else.
func (d *downloader) local(path string) io.ReadCloser {
	folders := strings.Split(filepath.ToSlash(path), "/")
	onWindows := strings.ReplaceAll(d.token, ":", "~")
	own := slices.Contains(folders, d.token) || slices.Contains(folders, onWindows)
	if !own || !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return nil
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	return f
}

// TryFile fetches a file for a try: a picture of the bot itself. Telegram's own server isn't tried. tried is false
// where the bot has none, or the server doesn't say. An error that is Misconfigured says what to do.
func (d *downloader) TryFile(ctx context.Context) (tried bool, err error) {
	if d.base == official {
		return true, nil
	}
	me, err := d.Me(ctx)
	if err != nil {
		return false, err
	}
	all, err := d.api.GetUserProfilePhotos(ctx, &tg.GetUserProfilePhotosParams{UserID: me.ID, Limit: 1})
	switch {
	case err != nil:
		return false, d.fault("", "getUserProfilePhotos", repeatable, err)
	case len(all.Photos) == 0 || len(all.Photos[0]) == 0:
		return false, nil
	}
	r, err := d.Photo(ctx, pipeline.Photo{Ref: all.Photos[0][0].FileID})
	if err != nil {
		return true, err
	}
	return true, r.Close()
}

// ready is an error if Telegram doesn't say who we are, or if photos surely can't be fetched, so that nothing is taken
// in. It asks until it knows.
func (d *downloader) ready(ctx context.Context) error {
	if _, err := d.Me(ctx); err != nil {
		return err
	}
	if d.opens.Load() {
		return nil
	}
	tried, err := d.TryFile(ctx)
	if tried && err != nil && pipeline.AsFault(err).Kind == pipeline.Misconfigured {
		return err
	}
	d.opens.Store(err == nil)
	return nil
}
