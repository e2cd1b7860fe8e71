package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	sdk "github.com/slack-go/slack"
)

// upload brings the file to Slack, where it isn't to be seen before it is shared.
func (up *uploader) upload(ctx context.Context, api *sdk.Client, x bot.Media) (file string, err error) {
	name, mime := "short.mp4", "video/mp4"
	if x.Still {
		name, mime = "still.jpg", "image/jpeg"
	}
	size, err := x.Data.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = x.Data.Seek(0, io.SeekStart)
	}
	if err != nil {
		return "", httpx.Passing(fmt.Errorf("slack: read %s: %w", name, err))
	}
	// With an alt_txt Slack says ok and never shares the file (python-slack-sdk#1818).
	to, err := api.GetUploadURLExternalContext(ctx, sdk.GetUploadURLExternalParameters{
		FileName: name, FileSize: int(size),
	})
	if err != nil {
		return "", up.fault(x.Thread.Chat, "files.getUploadURLExternal", repeatable, err)
	}
	lent := httpx.Lend(x.Data) // the next try begins at its start, even if a request still sends for this one
	defer lent.End()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.UploadURL, io.NopCloser(lent))
	if err != nil {
		return "", httpx.Passing(errors.New("slack: the upload's address is no address"))
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", mime)
	res, err := up.large.Do(req)
	if err != nil {
		return "", httpx.Passing(fmt.Errorf("slack: upload: %s", up.withoutSecrets(httpx.StripURL(err).Error())))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		err := &refusal{status: res.StatusCode, after: retryAfter(res.Header)}
		return "", up.fault(x.Thread.Chat, "upload", repeatable, err)
	}
	return to.FileID, nil
}

// maxFresh is how many uploads are remembered.
const maxFresh = 1000

// newFresh remembers the files that this process has uploaded and hasn't asked to be shared yet: they needn't be
// looked for. What it forgets is looked for.
func newFresh() *lru.Cache[string, bool] {
	files, err := lru.New[string, bool](maxFresh)
	if err != nil {
		panic(err) // only of a size that is none
	}
	return files
}
