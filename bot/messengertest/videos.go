package messengertest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

func film(t *testing.T, w World, short []byte) bot.Media {
	return bot.Media{
		Thread: w.Thread(t), Text: hostile, Title: "새우 파스타", Buttons: rows,
		Data: bytes.NewReader(short), W: 1080, H: 1920, Duration: 3 * time.Second,
	}
}

// show sends a video or a picture until all of its parts are done, and parts its receipt.
func show(t *testing.T, w World, m bot.Media) (message, file string) {
	t.Helper()
	receipt, err := w.Messenger().Media(t.Context(), m)
	var part *pipeline.Partial
	for n := 0; n < 5 && errors.As(err, &part) && part.Err == nil; n++ {
		message, m.File, _ = strings.Cut(part.Receipt, " ")
		if message != "" || m.File == "" {
			t.Fatalf("a part is called %q", part.Receipt)
		}
		receipt, err = w.Messenger().Media(t.Context(), m)
	}
	if err != nil {
		t.Fatal(err)
	}
	message, file, _ = strings.Cut(receipt, " ")
	return message, file
}

func videoPlays(t *testing.T, w World, short, thumb []byte) {
	v := film(t, w, short)
	v.Posters = func(context.Context) bot.Posters { return bot.Posters{Thumb: thumb} }
	message, _ := show(t, w, v)
	s := see(t, w, message)
	s.check(t, hostile, shown(w, rows), above(w, v.Thread))
	_, plain := w.(Plain)
	if !bytes.Equal(s.Video, short) ||
		!plain && (!bytes.Equal(s.Thumb, thumb) || s.W != 1080 || s.H != 1920 || s.Duration != 3*time.Second) {
		t.Errorf(
			"%d of %d bytes, a thumbnail of %d, %d×%d, %v", len(s.Video), len(short), len(s.Thumb), s.W, s.H,
			s.Duration,
		)
	}
	if most := w.Messenger().MaxBytes(false); int64(len(short)) > most {
		t.Errorf("at most %d bytes go", most)
	}
}

func videoAgain(t *testing.T, w World, short []byte) {
	v := film(t, w, short)
	first, file := show(t, w, v)
	v.File, v.Text = file, "다시"
	if file != "" { // the platform's copy is enough
		v.Data = nil
	}
	second, _ := show(t, w, v)
	if s := see(t, w, second); second == first || !bytes.Equal(s.Video, short) || s.Text != "다시" {
		t.Errorf("%s after %s: %d bytes, %q", second, first, len(s.Video), s.Text)
	}
}

func videoCopyLost(t *testing.T, w World, short []byte) {
	v := film(t, w, short)
	v.File = "nobody-has-it"
	message, _ := show(t, w, v)
	if s := see(t, w, message); !bytes.Equal(s.Video, short) {
		t.Errorf("%d of %d bytes", len(s.Video), len(short))
	}
}

func videoToGone(t *testing.T, w World, short []byte) {
	v := film(t, w, short)
	w.Delete(t, v.Thread.Message)
	message, _ := show(t, w, v)
	if s := see(t, w, message); !bytes.Equal(s.Video, short) {
		t.Errorf("%d of %d bytes", len(s.Video), len(short))
	}
}
