package messengertest

import (
	"bytes"
	"image/jpeg"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
)

func still(t *testing.T, w World, data []byte) bot.Media {
	return bot.Media{
		Thread: w.Thread(t), Text: hostile, Title: "새우 파스타", Buttons: rows,
		Still: true, Data: bytes.NewReader(data),
	}
}

// looksLike reports whether a message shows a small picture. A platform may store it anew.
func (s Seen) looksLike(t *testing.T, data []byte) {
	t.Helper()
	want, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.DecodeConfig(bytes.NewReader(s.Picture))
	if err != nil || got.Width != want.Width || got.Height != want.Height {
		t.Errorf(
			"it shows %d bytes, %d×%d, %v; want %d×%d", len(s.Picture), got.Width, got.Height, err, want.Width,
			want.Height,
		)
	}
	if len(s.Video) > 0 {
		t.Error("it shows a video")
	}
}

func pictureSeen(t *testing.T, w World, data []byte) {
	p := still(t, w, data)
	message, _ := show(t, w, p)
	s := see(t, w, message)
	s.check(t, hostile, shown(w, rows), above(w, p.Thread))
	s.looksLike(t, data)
}

func pictureAgain(t *testing.T, w World, data []byte) {
	p := still(t, w, data)
	first, file := show(t, w, p)
	p.File, p.Text = file, "다시"
	if file != "" { // the platform's copy is enough
		p.Data = nil
	}
	second, _ := show(t, w, p)
	s := see(t, w, second)
	s.looksLike(t, data)
	if second == first || s.Text != "다시" {
		t.Errorf("%s after %s: %q", second, first, s.Text)
	}
}

func pictureCopyLost(t *testing.T, w World, data []byte) {
	p := still(t, w, data)
	p.File = "nobody-has-it"
	message, _ := show(t, w, p)
	see(t, w, message).looksLike(t, data)
}
