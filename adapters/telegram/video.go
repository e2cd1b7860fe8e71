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
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxVideo is how many bytes a video may have that is uploaded.
const maxVideo = 50_000_000

// maxPicture is how many bytes a picture may have (sendPhoto).
const maxPicture = 10_000_000

// actionLasts is how often "sends a file" must be said again to stay.
const actionLasts = 4 * time.Second

// badFile is how Telegram calls a file id that it doesn't know (any more), or that is another bot's.
var badFile = []string{
	"wrong file identifier", "wrong remote file", "invalid file_id", "invalid file id", "file_reference",
	"wrong file_id", "can't unserialize",
}

// MaxVideo is part of bot.Messenger.
func (c *Client) MaxVideo() int64 { return maxVideo }

// MaxPicture is part of bot.Messenger.
func (c *Client) MaxPicture() int64 { return maxPicture }

// Video is part of bot.Messenger. Size and duration go along because Telegram looks at no video above
// 10 MB by itself: it would be a square of no length.
func (c *Client) Video(ctx context.Context, v bot.Video) (string, error) {
	sent, err := c.hand(ctx, v.Thread, parcel{
		method: "sendVideo", coming: models.ChatActionUploadVideo, name: "short.mp4", copy: v.File, data: v.Short,
		send: func(ctx context.Context, api *tg.Bot, p place, file models.InputFile) (*models.Message, error) {
			return api.SendVideo(ctx, video(ctx, v, p, file))
		},
	})
	if err != nil {
		return "", err
	}
	id := ""
	if sent.Video != nil {
		id = sent.Video.FileID
	}
	return receipt(sent, id), nil
}

func video(ctx context.Context, v bot.Video, p place, file models.InputFile) *tg.SendVideoParams {
	x := &tg.SendVideoParams{
		ChatID: p.chat, MessageThreadID: p.topic, ReplyParameters: p.reply, Video: file,
		Caption: present.TruncateUTF16(v.Text, maxCaption),
		Width:   v.W, Height: v.H, Duration: int(v.Duration.Round(time.Second) / time.Second), SupportsStreaming: true,
	}
	posters := bot.Posters{}
	if v.Posters != nil {
		posters = v.Posters(ctx)
	}
	if _, upload := file.(*models.InputFileUpload); upload && len(posters.Thumb) > 0 {
		x.Thumbnail = &models.InputFileUpload{Filename: "thumb.jpg", Data: bytes.NewReader(posters.Thumb)}
	}
	if len(posters.Cover) > 0 { // unlike a thumbnail it isn't kept with Telegram's own copy
		x.Cover = &models.InputFileUpload{Filename: "cover.jpg", Data: bytes.NewReader(posters.Cover)}
	}
	if len(v.Buttons) > 0 {
		x.ReplyMarkup = keyboard(v.Buttons)
	}
	return x
}

// Picture is part of bot.Messenger. Telegram stores it in several sizes, of which the largest may be smaller
// than what was sent.
func (c *Client) Picture(ctx context.Context, x bot.Picture) (string, error) {
	sent, err := c.hand(ctx, x.Thread, parcel{
		method: "sendPhoto", coming: models.ChatActionUploadPhoto, name: "still.jpg", copy: x.File, data: x.JPEG,
		first: x.Priority,
		send: func(ctx context.Context, api *tg.Bot, p place, file models.InputFile) (*models.Message, error) {
			s := &tg.SendPhotoParams{
				ChatID: p.chat, MessageThreadID: p.topic, ReplyParameters: p.reply, Photo: file,
				Caption: present.TruncateUTF16(x.Text, maxCaption),
			}
			if len(x.Buttons) > 0 {
				s.ReplyMarkup = keyboard(x.Buttons)
			}
			return api.SendPhoto(ctx, s)
		},
	})
	if err != nil {
		return "", err
	}
	var largest models.PhotoSize
	for _, p := range sent.Photo {
		if p.Width*p.Height >= largest.Width*largest.Height {
			largest = p
		}
	}
	return receipt(sent, largest.FileID), nil
}

func receipt(m *models.Message, file string) string {
	if file == "" {
		return strconv.Itoa(m.ID)
	}
	return strconv.Itoa(m.ID) + " " + file
}

// parcel is a file on its way into a chat.
type parcel struct {
	method string
	coming models.ChatAction // what the chat shows meanwhile
	name   string
	copy   string // Telegram's own; empty: there is none
	data   io.ReadSeeker
	first  bot.Priority
	send   func(context.Context, *tg.Bot, place, models.InputFile) (*models.Message, error)
}

// hand sends a file by Telegram's own copy of it, and uploads it where there is none, or none any more.
func (c *Client) hand(ctx context.Context, t pipeline.Thread, x parcel) (sent *models.Message, err error) {
	err = c.there(ctx, x.method, x.first, where(t), func(p place) (err error) {
		if x.copy != "" {
			sent, err = x.send(ctx, c.api, p, &models.InputFileString{Data: x.copy})
			if x.data == nil || !refuses(err, badFile...) {
				return err
			}
			x.copy = ""
		}
		sent, err = c.upload(ctx, x, p)
		return err
	})
	return sent, err
}

// upload sends the file itself, from its start.
func (c *Client) upload(ctx context.Context, x parcel, p place) (*models.Message, error) {
	if x.data == nil {
		return nil, &httpx.NoResponseError{Err: errors.New("nothing to upload")}
	}
	select {
	case c.uploads <- struct{}{}:
		defer func() { <-c.uploads }()
	case <-ctx.Done():
		return nil, &httpx.NoResponseError{Err: context.Cause(ctx)}
	}
	if _, err := x.data.Seek(0, io.SeekStart); err != nil {
		return nil, &httpx.NoResponseError{Err: fmt.Errorf("read %s: %w", x.name, err)}
	}
	defer c.busy(ctx, p, x.coming)()
	return x.send(ctx, c.large, p, &models.InputFileUpload{Filename: x.name, Data: x.data})
}

// busy lets the chat show what is on its way until the returned function is called. It waits for the
// first time only, and nothing depends on it.
func (c *Client) busy(ctx context.Context, p place, coming models.ChatAction) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	show := func() {
		_, err := c.api.SendChatAction(ctx, &tg.SendChatActionParams{
			ChatID: p.chat, MessageThreadID: p.topic, Action: coming,
		})
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
