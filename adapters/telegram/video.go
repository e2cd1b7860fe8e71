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

// uploader sends files, a few at a time.
type uploader struct {
	sender
	large   *tg.Bot
	uploads chan struct{}
}

// MaxBytes is part of bot.Messenger.
func (up *uploader) MaxBytes(still bool) int64 {
	if still {
		return maxPicture
	}
	return maxVideo
}

// Media is part of bot.Messenger. A video's size and duration go along because Telegram looks at none above
// 10 MB by itself: it would be a square of no length. Telegram stores a picture in several sizes, of which the largest
// may be smaller than what was sent.
func (up *uploader) Media(ctx context.Context, m bot.Media) (string, error) {
	x := parcel{
		method: "sendVideo", coming: models.ChatActionUploadVideo, name: "short.mp4", copy: m.File, data: m.Data,
		first: m.Priority,
		send: func(ctx context.Context, api *tg.Bot, p place, file models.InputFile) (*models.Message, error) {
			return api.SendVideo(ctx, video(ctx, m, p, file))
		},
	}
	if m.Still {
		x.method, x.coming, x.name = "sendPhoto", models.ChatActionUploadPhoto, "still.jpg"
		x.send = func(ctx context.Context, api *tg.Bot, p place, file models.InputFile) (*models.Message, error) {
			return api.SendPhoto(ctx, photo(m, p, file))
		}
	}
	sent, err := up.hand(ctx, m.Thread, x)
	if err != nil {
		return "", err
	}
	var largest models.PhotoSize
	for _, p := range sent.Photo {
		if p.Width*p.Height >= largest.Width*largest.Height {
			largest = p
		}
	}
	id := largest.FileID
	if sent.Video != nil {
		id = sent.Video.FileID
	}
	return receipt(sent, id), nil
}

func video(ctx context.Context, v bot.Media, p place, file models.InputFile) *tg.SendVideoParams {
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

func photo(m bot.Media, p place, file models.InputFile) *tg.SendPhotoParams {
	x := &tg.SendPhotoParams{
		ChatID: p.chat, MessageThreadID: p.topic, ReplyParameters: p.reply, Photo: file,
		Caption: present.TruncateUTF16(m.Text, maxCaption),
	}
	if len(m.Buttons) > 0 {
		x.ReplyMarkup = keyboard(m.Buttons)
	}
	return x
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
func (up *uploader) hand(ctx context.Context, t pipeline.Thread, x parcel) (sent *models.Message, err error) {
	err = up.there(ctx, x.method, x.first, where(t), func(p place) (err error) {
		if x.copy != "" {
			sent, err = x.send(ctx, up.api, p, &models.InputFileString{Data: x.copy})
			if x.data == nil || !refuses(err, badFile...) {
				return err
			}
			x.copy = ""
		}
		sent, err = up.upload(ctx, x, p)
		return err
	})
	return sent, err
}

// upload sends the file itself, from its start.
func (up *uploader) upload(ctx context.Context, x parcel, p place) (*models.Message, error) {
	if x.data == nil {
		return nil, &httpx.NoResponseError{Err: errors.New("nothing to upload")}
	}
	select {
	case up.uploads <- struct{}{}:
		defer func() { <-up.uploads }()
	case <-ctx.Done():
		return nil, &httpx.NoResponseError{Err: context.Cause(ctx)}
	}
	if _, err := x.data.Seek(0, io.SeekStart); err != nil {
		return nil, &httpx.NoResponseError{Err: fmt.Errorf("read %s: %w", x.name, err)}
	}
	defer up.busy(ctx, p, x.coming)()
	return x.send(ctx, up.large, p, &models.InputFileUpload{Filename: x.name, Data: x.data})
}

// busy lets the chat show what is on its way until the returned function is called. It waits for the
// first time only, and nothing depends on it.
func (up *uploader) busy(ctx context.Context, p place, coming models.ChatAction) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	show := func() {
		_, err := up.api.SendChatAction(ctx, &tg.SendChatActionParams{
			ChatID: p.chat, MessageThreadID: p.topic, Action: coming,
		})
		if err != nil && ctx.Err() == nil {
			up.log.Debug("upload not announced", "platform", Platform, "err", up.told(err))
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
