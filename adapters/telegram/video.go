package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline/remote"
)

// maxVideo is how many bytes a video may have that is uploaded.
const maxVideo = 50_000_000

// actionLasts is how often "sends a video" must be said again to stay.
const actionLasts = 4 * time.Second

// badFile is how Telegram calls a file id that it doesn't know (any more), or that is another bot's.
var badFile = []string{"wrong file identifier", "wrong remote file", "invalid file_id", "invalid file id", "file_reference", "wrong file_id", "can't unserialize"}

// MaxVideo is part of bot.Messenger.
func (c *Client) MaxVideo() int64 { return maxVideo }

// Video is part of bot.Messenger. Size and duration go along because Telegram looks at no video above
// 10 MB by itself: it would be a square of no length.
func (c *Client) Video(ctx context.Context, v bot.Video) (string, error) {
	var sent *models.Message
	file := v.File
	err := c.there(ctx, "sendVideo", where(v.Thread), func(p place) (err error) {
		if file != "" {
			sent, err = c.api.SendVideo(ctx, video(v, p, &models.InputFileString{Data: file}))
			if v.Short == nil || !refuses(err, badFile...) {
				return err
			}
			file = ""
		}
		sent, err = c.upload(ctx, v, p)
		return err
	})
	if err != nil {
		return "", err
	}
	receipt := strconv.Itoa(sent.ID)
	if sent.Video != nil && sent.Video.FileID != "" {
		receipt += " " + sent.Video.FileID
	}
	return receipt, nil
}

func video(v bot.Video, p place, file models.InputFile) *tg.SendVideoParams {
	x := &tg.SendVideoParams{
		ChatID: p.chat, MessageThreadID: p.topic, ReplyParameters: p.reply, Video: file, Caption: cut(v.Text, maxCaption),
		Width: v.W, Height: v.H, Duration: int(v.Duration.Round(time.Second) / time.Second), SupportsStreaming: true,
	}
	if len(v.Buttons) > 0 {
		x.ReplyMarkup = keyboard(v.Buttons)
	}
	return x
}

// upload sends the short itself, from its start.
func (c *Client) upload(ctx context.Context, v bot.Video, p place) (*models.Message, error) {
	if v.Short == nil {
		return nil, &remote.Silence{Err: errors.New("no short to upload")}
	}
	select {
	case c.uploads <- struct{}{}:
		defer func() { <-c.uploads }()
	case <-ctx.Done():
		return nil, &remote.Silence{Err: context.Cause(ctx)}
	}
	if _, err := v.Short.Seek(0, io.SeekStart); err != nil {
		return nil, &remote.Silence{Err: fmt.Errorf("read short: %w", err)}
	}
	x := video(v, p, &models.InputFileUpload{Filename: "short.mp4", Data: v.Short})
	if len(v.Thumb) > 0 {
		x.Thumbnail = &models.InputFileUpload{Filename: "thumb.jpg", Data: bytes.NewReader(v.Thumb)}
	}
	defer c.busy(ctx, p)()
	return c.large.SendVideo(ctx, x)
}

// busy lets the chat show that a video is on its way until the returned function is called. It waits
// for the first time only, and nothing depends on it.
func (c *Client) busy(ctx context.Context, p place) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	show := func() {
		_, err := c.api.SendChatAction(ctx, &tg.SendChatActionParams{ChatID: p.chat, MessageThreadID: p.topic, Action: models.ChatActionUploadVideo})
		if err != nil && ctx.Err() == nil {
			c.log.Debug("upload not announced", "platform", Platform, "err", c.told(err))
		}
	}
	show()
	done := make(chan struct{})
	go func() {
		defer close(done)
		again := time.NewTicker(actionLasts)
		defer again.Stop()
		for {
			select {
			case <-again.C:
				show()
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}
