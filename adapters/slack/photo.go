package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	sdk "github.com/slack-go/slack"
)

// maxPhoto is the largest picture that is taken.
const maxPhoto = 20 << 20

// What Slack says of a file that is gone, or was never ours to see.
var noFile = []string{"file_not_found", "file_deleted", "access_denied", "not_visible", "file_not_visible"}

// downloader fetches the pictures that people post.
type downloader struct {
	*conn
	files *http.Client
}

// Photo is part of bot.Messenger. Its errors, those of reading too, are Faults without the address.
func (d downloader) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	team, file, ok := strings.Cut(p.Ref, "/")
	if !ok || file == "" {
		return nil, httpx.MissingPhoto(errors.New("slack: this names no file"))
	}
	if p.Bytes > maxPhoto {
		return nil, httpx.HeavyPhoto(fmt.Errorf("slack: photo of %d bytes", p.Bytes))
	}
	token, err := d.token(ctx, team)
	if err != nil {
		return nil, err
	}
	f, _, _, err := d.library(token).GetFileInfoContext(ctx, file, 0, 0)
	switch {
	case refuses(err, noFile...):
		return nil, httpx.MissingPhoto(fmt.Errorf("slack: files.info: %w", d.told(err)))
	case err != nil:
		return nil, d.fault("", "files.info", repeatable, err)
	}
	return d.open(ctx, token, f)
}

// open downloads a file, if it is a picture that Slack has.
func (d downloader) open(ctx context.Context, token string, f *sdk.File) (io.ReadCloser, error) {
	refuse := func(r pipeline.Reason, why string) error {
		return &pipeline.Fault{Kind: pipeline.Rejected, Reason: r, Err: errors.New("slack: photo: " + why)}
	}
	from := cmp.Or(f.URLPrivateDownload, f.URLPrivate)
	at, err := url.Parse(from)
	switch {
	case f.Mode == "tombstone" || f.Mode == "hidden_by_limit":
		return nil, httpx.MissingPhoto(errors.New("slack: photo: " + f.Mode))
	case f.IsExternal || f.Mode == "external":
		return nil, refuse(pipeline.ReasonNotPhoto, "it is kept outside of Slack: the picture itself must be uploaded")
	case f.Size > maxPhoto:
		return nil, httpx.HeavyPhoto(fmt.Errorf("slack: photo of %d bytes", f.Size))
	case !httpx.IsPicture(f.Mimetype, f.Name):
		return nil, refuse(pipeline.ReasonNotPhoto, "it is a file of another kind")
	case from == "":
		return nil, httpx.MissingPhoto(errors.New("slack: photo: it has no address"))
	case err != nil || !d.mayHaveToken(at):
		return nil, refuse(pipeline.ReasonNotPhoto, "its address isn't Slack's")
	}
	return d.download(ctx, token, from)
}

// mayHaveToken reports whether an address is Slack's own.
func (d downloader) mayHaveToken(u *url.URL) bool {
	if u.Scheme == d.api.Scheme && strings.EqualFold(u.Host, d.api.Host) {
		return true
	}
	host := "." + strings.ToLower(u.Hostname())
	return u.Scheme == "https" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

func (d downloader) download(ctx context.Context, token, from string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, httpx.Passing(errors.New("slack: the photo's address is no address"))
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := d.files.Do(req)
	if err != nil {
		return nil, httpx.Passing(fmt.Errorf("slack: photo: %s", d.withoutSecrets(httpx.StripURL(err).Error())))
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	said := fmt.Errorf("slack: photo: HTTP %d", res.StatusCode)
	switch {
	case res.StatusCode/100 == 3, res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden,
		res.StatusCode == http.StatusOK && kind == "text/html":
		// A client that may not read a file is sent to a page to sign in at.
		err = httpx.Unset(fmt.Errorf(
			"%w: Slack asks to sign in: the app needs the scope files:read and must be installed again", said,
		))
	case res.StatusCode == http.StatusOK && res.ContentLength > maxPhoto:
		err = httpx.HeavyPhoto(fmt.Errorf("slack: photo of %d bytes", res.ContentLength))
	case res.StatusCode == http.StatusOK:
		return httpx.Photo(res.Body, Platform, maxPhoto, d.withoutSecrets), nil
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		err = httpx.MissingPhoto(said)
	case res.StatusCode == http.StatusTooManyRequests:
		err = d.fault("", "photo", repeatable, &refusal{status: res.StatusCode, after: retryAfter(res.Header)})
	default:
		err = httpx.Passing(said)
	}
	res.Body.Close()
	return nil, err
}
