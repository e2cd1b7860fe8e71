package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
	sdk "github.com/slack-go/slack"
)

// maxVideo is how many bytes a video may have that is uploaded. Slack itself takes more.
const maxVideo = 200_000_000

// Slack's ok to an upload means that the file is to be shared some time later. Its words shall stand below it,
// so they wait until it is seen.
const (
	shareLooks = 10
	shareEvery = 500 * time.Millisecond
)

// maxAsked is how often Slack is asked to share one file. Each time it gets a while before it is looked after again.
const maxAsked = 2

func unseenPause(asked int) time.Duration { return time.Duration(asked) * 30 * time.Second }

// uploader sends files, which takes several requests and looks whether they arrived.
type uploader struct {
	sender
	large *http.Client
	lanes *lanes
	fresh *lru.Cache[string, bool]
	every time.Duration // between two looks at a file
}

// MaxBytes is part of bot.Messenger: files are all the same to Slack.
func (up *uploader) MaxBytes(bool) int64 { return maxVideo }

// Media is part of bot.Messenger. At first the file is uploaded, and not to be seen: that is a Partial.
// Called again, the file is shared, and below it stands a message with the words and the buttons, after which
// the receipt is called. A file can't be shared a second time, so the receipt of what is there names none.
func (up *uploader) Media(ctx context.Context, x bot.Media) (string, error) {
	leave, err := up.lanes.enter(ctx, x.Thread.Chat)
	if err != nil {
		return "", err
	}
	defer leave()
	if x.File == "" {
		return "", up.deposit(ctx, x)
	}
	// There are two messages to come.
	if err := up.pace.Take(
		ctx, x.Thread.Chat, 0, tier(where(x.Thread).team, "files.completeUploadExternal", tier4),
	); err != nil {
		return "", err
	}
	u := readUpload(x.File)
	var ts string
	err = up.there(ctx, "upload", x.Thread, func(api *sdk.Client, p place) (err error) {
		if err := up.share(ctx, api, p, u, x.Title); err != nil {
			return err
		}
		ts, err = post(ctx, api, p, x.Text, x.Buttons)
		return err
	})
	if errors.Is(err, errExpired) {
		return "", up.deposit(ctx, x)
	}
	return ts, err
}

// deposit uploads a file. Its error is a Partial when that went well.
func (up *uploader) deposit(ctx context.Context, x bot.Media) error {
	if x.Data == nil {
		return httpx.Passing(errors.New("slack: nothing to upload"))
	}
	p := where(x.Thread)
	api, err := up.in(ctx, p.team)
	if err != nil {
		return err
	}
	if err := up.pace.Take(ctx, "", 0, tier(p.team, "files.getUploadURLExternal", tier4)); err != nil {
		return err
	}
	id, err := up.upload(ctx, api, x)
	if err != nil {
		return err
	}
	up.fresh.Add(id, true)
	return &pipeline.Partial{Receipt: " " + upload{id: id}.String()}
}

// upload is a file that is with Slack, and how often Slack was asked to share it: what a Partial's receipt
// holds, as F0AB12CD or F0AB12CD/1.
type upload struct {
	id    string
	asked int
}

func (u upload) String() string {
	if u.asked == 0 {
		return u.id
	}
	return fmt.Sprintf("%s/%d", u.id, u.asked)
}

func readUpload(s string) (u upload) {
	id, asked, _ := strings.Cut(s, "/")
	u.id = id
	u.asked, _ = strconv.Atoi(asked)
	return u
}

// errExpired says that Slack doesn't have an upload any more: it wasn't shared for too long.
var errExpired = errors.New("the upload has expired")

// share has a file stand in its place, unless it does already. Where it isn't seen after Slack was asked, that
// is a Partial that waits, and in the end bot.ErrUnseen.
func (up *uploader) share(ctx context.Context, api *sdk.Client, p place, u upload, title string) error {
	fresh := up.fresh.Contains(u.id)
	if !fresh { // an earlier try may have asked
		if there, err := up.await(ctx, api, u.id, p.channel); there || err != nil {
			return err
		}
	}
	if u.asked >= maxAsked {
		return httpx.Undeliverable(fmt.Errorf("slack: file %s: %w", u.id, bot.ErrUnseen))
	}
	_, err := api.CompleteUploadExternalContext(ctx, sdk.CompleteUploadExternalParameters{
		Files: []sdk.FileSummary{{ID: u.id, Title: title}}, Channel: p.channel, ThreadTimestamp: p.thread,
	})
	var no *refusal
	switch refused := errors.As(err, &no); {
	case refused && no.is("file_not_found", "file_deleted"):
		up.fresh.Remove(u.id)
		err = fmt.Errorf("slack: files.completeUploadExternal: %w", up.told(err))
		if !fresh {
			err = fmt.Errorf("%w: %w", errExpired, err)
		}
		return httpx.Passing(err)
	case refused && !no.is(unsure...) && no.status != http.StatusGatewayTimeout:
		return err
	}
	up.fresh.Remove(u.id)
	there, unknown := up.await(ctx, api, u.id, p.channel)
	if there {
		return nil
	}
	u.asked++
	why := errors.New("it isn't to be seen")
	if err != nil {
		why = fmt.Errorf("%w: %w", why, up.told(err))
	}
	if unknown != nil {
		why = fmt.Errorf("%w: %w", why, unknown)
	}
	up.log.Warn(
		"file was shared, but isn't visible yet; it is looked for again", "platform", Platform, "file", u.id, "asked",
		u.asked, "err", why,
	)
	return &pipeline.Partial{Receipt: " " + u.String(), Err: &pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: unseenPause(u.asked),
		Err: fmt.Errorf("slack: file %s: %w", u.id, why),
	}}
}

// await looks for a while whether a file stands in a channel. Its error is a Fault: Slack can't be asked.
func (up *uploader) await(ctx context.Context, api *sdk.Client, file, channel string) (there bool, err error) {
	asked := false
	for range shareLooks {
		f, _, _, no := api.GetFileInfoContext(ctx, file, 0, 0)
		switch {
		case no == nil && (len(f.Shares.Public[channel]) > 0 || len(f.Shares.Private[channel]) > 0):
			return true, nil
		case no == nil, refuses(no, noFile...):
			asked = true
		default:
			err = no
		}
		if !pace.Sleep(ctx, up.every) {
			return false, httpx.Passing(context.Cause(ctx))
		}
	}
	if asked {
		err = nil
	}
	return false, up.fault("", "files.info", repeatable, err)
}
