package httpx

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
)

// maxLine is how many bytes of a platform's words are kept by OneLine.
const maxLine = 400

// Photo is a photo on its way from a platform, at most left bytes of it. Its errors are Faults; clean takes out of one
// what must not be seen.
func Photo(from io.ReadCloser, platform string, left int64, clean func(string) string) io.ReadCloser {
	return &photo{from, platform, left, left, clean}
}

type photo struct {
	io.ReadCloser
	platform   string
	most, left int64
	clean      func(string) string
}

func (p *photo) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.left -= int64(n)
	switch {
	case p.left < 0:
		return 0, HeavyPhoto(fmt.Errorf("%s: photo is larger than %d MB", p.platform, p.most>>20))
	case err != nil && err != io.EOF:
		return n, Passing(errors.New(p.platform + ": photo was cut off: " + p.clean(StripURL(err).Error())))
	}
	return n, err
}

// HeavyPhoto is the Fault of a photo that weighs more than is taken.
func HeavyPhoto(err error) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoHeavy, Err: err}
}

// MissingPhoto is the Fault of a photo that its platform doesn't have any more.
func MissingPhoto(err error) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoGone, Err: err}
}

// Passing is a Fault that another try may find gone.
func Passing(err error) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: err}
}

// Undeliverable is the Fault of what can't be brought into a chat.
func Undeliverable(err error) error {
	return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: err}
}

// Unset is the Fault of settings that are missing or wrong.
func Unset(err error) *pipeline.Fault {
	return &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: err}
}

// IsPicture reports whether a file is a picture by what is said of it: its type, or its name's ending. What it is shows
// when it is opened.
func IsPicture(kind, name string) bool {
	if strings.HasPrefix(strings.ToLower(kind), "image/") {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".bmp", ".gif", ".tif", ".tiff":
		return true
	}
	return false
}

// OneLine makes a platform's words fit for errors and logs: one line of valid UTF-8, with … where it is cut.
func OneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if short := TruncateBytes(text, maxLine); short != text {
		return short + "…"
	}
	return text
}

// Storable is a text from outside without what no database takes (broken UTF-8, NUL), and at most n bytes of it.
func Storable(s string, n int) string {
	return TruncateBytes(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""), n)
}

// TruncateBytes is the beginning of valid UTF-8 that has at most n bytes, in whole characters.
func TruncateBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
