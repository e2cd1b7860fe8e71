package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/remote"
)

// maxVideo is how many bytes a video may have that is uploaded. Slack itself takes more.
const maxVideo = 200_000_000

// A file is shared some time after Slack was asked to. Its words shall stand below it, so they wait for
// it, but not forever.
const (
	shareLooks = 10
	shareEvery = 500 * time.Millisecond
)

// MaxVideo is part of bot.Messenger.
func (c *Client) MaxVideo() int64 { return maxVideo }

// parcel is a file on its way into a channel.
type parcel struct {
	thread      pipeline.Thread
	text, title string
	buttons     [][]state.Button
	name, mime  string
	data        io.ReadSeeker
	bytes       int64
}

// Video is part of bot.Messenger: the file, and below it a message with the words and the buttons, after
// which the receipt is called. A file can't be shared a second time, so the receipt names none. When only
// a part was done, a repeat in this process goes on from there.
func (c *Client) Video(ctx context.Context, v bot.Video) (string, error) {
	return c.hand(ctx, parcel{v.Thread, v.Text, v.Title, v.Buttons, "short.mp4", "video/mp4", v.Short, v.Bytes})
}

// Picture is part of bot.Messenger, as Video is.
func (c *Client) Picture(ctx context.Context, p bot.Picture) (string, error) {
	return c.hand(ctx, parcel{p.Thread, p.Text, p.Title, p.Buttons, "still.jpg", "image/jpeg", p.JPEG, p.Bytes})
}

func (c *Client) hand(ctx context.Context, x parcel) (string, error) {
	if x.data == nil {
		return "", passing(errors.New("slack: nothing to upload"))
	}
	leave, err := c.lanes.enter(ctx, x.thread.Chat)
	if err != nil {
		return "", err
	}
	defer leave()
	if err := c.pace.take(ctx, x.thread.Chat); err != nil { // there are two messages to come
		return "", err
	}
	name := strings.Join([]string{x.thread.Chat, x.thread.Topic, x.thread.Message, x.name, x.text, strconv.FormatInt(x.bytes, 10)}, "\x00")
	var ts string
	err = c.there(ctx, "upload", x.thread, func(api *sdk.Client, p place) (err error) {
		if err := c.share(ctx, api, p, name+p.channel, x); err != nil {
			return err
		}
		ts, err = post(ctx, api, p, x.text, x.buttons)
		return err
	})
	if err == nil {
		c.begun.forget(name)
	}
	return ts, err
}

// share brings the file to a place, unless an earlier try has done so.
func (c *Client) share(ctx context.Context, api *sdk.Client, p place, name string, x parcel) (err error) {
	file := c.begun.get(name)
	if file != "" && shared(ctx, api, file, p.channel) {
		return nil
	}
	if file == "" {
		if file, err = c.upload(ctx, api, x); err != nil {
			return err
		}
	}
	_, err = api.CompleteUploadExternalContext(ctx, sdk.CompleteUploadExternalParameters{
		Files: []sdk.FileSummary{{ID: file, Title: x.title}}, Channel: p.channel, ThreadTimestamp: p.thread,
	})
	var no *refusal
	if refused := errors.As(err, &no); refused && !no.is(unsure...) && no.status != http.StatusGatewayTimeout {
		return err
	}
	c.begun.set(name, file)
	there := c.await(ctx, api, file, p.channel)
	if there || err == nil {
		if !there {
			c.Log.Warn("file isn't to be seen yet", "platform", Platform, "file", file)
		}
		return nil
	}
	// The next try looks once more before it asks again.
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, After: 10 * time.Second, Err: fmt.Errorf("slack: files.completeUploadExternal: %w", c.told(err))}
}

// await waits until a file stands in its channel, and tells whether it does.
func (c *Client) await(ctx context.Context, api *sdk.Client, file, channel string) bool {
	for range shareLooks {
		if shared(ctx, api, file, channel) {
			return true
		}
		select {
		case <-time.After(c.every):
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// shared tells whether a file is known to stand in a channel.
func shared(ctx context.Context, api *sdk.Client, file, channel string) bool {
	f, _, _, err := api.GetFileInfoContext(ctx, file, 0, 0)
	return err == nil && (len(f.Shares.Public[channel]) > 0 || len(f.Shares.Private[channel]) > 0)
}

// upload brings the file to Slack, where nobody sees it yet.
func (c *Client) upload(ctx context.Context, api *sdk.Client, x parcel) (file string, err error) {
	size, err := x.data.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = x.data.Seek(0, io.SeekStart)
	}
	if err != nil {
		return "", passing(fmt.Errorf("slack: read %s: %w", x.name, err))
	}
	to, err := api.GetUploadURLExternalContext(ctx, sdk.GetUploadURLExternalParameters{FileName: x.name, FileSize: int(size), AltTxt: x.title})
	if err != nil {
		return "", c.fault(x.thread.Chat, "files.getUploadURLExternal", repeatable, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.UploadURL, io.NopCloser(x.data))
	if err != nil {
		return "", passing(errors.New("slack: the upload's address is no address"))
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", x.mime)
	res, err := c.large.Do(req)
	if err != nil {
		return "", passing(fmt.Errorf("slack: upload: %s", c.clean(remote.Bare(err).Error())))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		err := &refusal{status: res.StatusCode, after: retryAfter(res.Header)}
		return "", c.fault(x.thread.Chat, "upload", repeatable, err)
	}
	return to.FileID, nil
}

// mostBegun is how many unfinished uploads are remembered.
const mostBegun = 1000

// begun remembers files that are at Slack, and whose place or words may still be missing.
type begun struct {
	mu    sync.Mutex
	files map[string]string
}

func newBegun() *begun { return &begun{files: map[string]string{}} }

func (b *begun) get(name string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.files[name]
}

func (b *begun) set(name, file string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.files) >= mostBegun {
		for other := range b.files { // any one
			delete(b.files, other)
			break
		}
	}
	b.files[name] = file
}

// forget is for a file that is there, wherever it went.
func (b *begun) forget(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n := range b.files {
		if strings.HasPrefix(n, name) {
			delete(b.files, n)
		}
	}
}
