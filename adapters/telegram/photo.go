package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	tg "github.com/go-telegram/bot"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/remote"
)

// maxPhoto is the largest file that Telegram hands to bots.
const maxPhoto = 20 << 20

// What Telegram says of a file that it doesn't have any more.
var noFile = []string{"file_id", "file identifier", "file id", "file is temporarily unavailable", "file_reference", "not found", "can't unserialize"}

// Photo is part of bot.Messenger. Its errors, those of reading too, are Faults, and none has the
// address: it holds the token.
func (c *Client) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	if p.Bytes > maxPhoto {
		return nil, heavy(fmt.Errorf("telegram: photo of %d bytes", p.Bytes))
	}
	f, err := c.api.GetFile(ctx, &tg.GetFileParams{FileID: p.Ref})
	switch {
	case refuses(err, "file is too big"):
		return nil, heavy(fmt.Errorf("telegram: getFile: %w", c.told(err)))
	case refuses(err, noFile...):
		return nil, missing(fmt.Errorf("telegram: getFile: %w", c.told(err)))
	case err != nil:
		return nil, c.fault("", "getFile", repeatable, err)
	case f.FileSize > maxPhoto:
		return nil, heavy(fmt.Errorf("telegram: photo of %d bytes", f.FileSize))
	case f.FilePath == "":
		return nil, passing(errors.New("telegram: getFile: no path yet"))
	}
	return c.open(ctx, f.FilePath)
}

func (c *Client) open(ctx context.Context, path string) (io.ReadCloser, error) {
	address := c.base + "/file/bot" + c.token + "/" + (&url.URL{Path: path}).EscapedPath()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, passing(errors.New("telegram: the photo's address is no address"))
	}
	res, err := c.files.Do(req)
	if err != nil {
		return nil, passing(fmt.Errorf("telegram: photo: %s", c.clean(remote.Bare(err).Error())))
	}
	switch {
	case res.StatusCode == http.StatusOK && res.ContentLength > maxPhoto:
		err = heavy(fmt.Errorf("telegram: photo of %d bytes", res.ContentLength))
	case res.StatusCode == http.StatusOK:
		return &body{res.Body, c, maxPhoto}, nil
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		err = missing(fmt.Errorf("telegram: photo: HTTP %d", res.StatusCode))
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= 500:
		err = passing(fmt.Errorf("telegram: photo: HTTP %d", res.StatusCode))
	default: // a redirect is followed nowhere
		err = &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: fmt.Errorf("telegram: photo: HTTP %d", res.StatusCode)}
	}
	res.Body.Close()
	return nil, err
}

// body is a photo on its way, at most left bytes of it.
type body struct {
	io.ReadCloser
	c    *Client
	left int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	switch {
	case b.left < 0:
		return 0, heavy(errors.New("telegram: photo is larger than 20 MB"))
	case err != nil && err != io.EOF:
		return n, passing(fmt.Errorf("telegram: photo was cut off: %s", b.c.clean(remote.Bare(err).Error())))
	}
	return n, err
}

func heavy(err error) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoHeavy, Err: err}
}

func missing(err error) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoGone, Err: err}
}

func passing(err error) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: err}
}
