// Package intake reads what a browser or a program sends as a form: fields in memory, a picture on its way into our
// blobs while it arrives.
package intake

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

const (
	MaxPhoto  = 20 << 20         // bytes
	MaxTrack  = 15 << 20         // bytes; as much as a piece at an address may have
	maxField  = 4096             // bytes
	maxFields = 40               // in one form
	maxForm   = MaxPhoto + 1<<17 // bytes
	maxTime   = 2 * time.Minute  // for a form on a slow line
)

var (
	// ErrForm says that a request is no form of ours.
	ErrForm = errors.New("not a form of the page")
	// ErrHeavy says that a file has more bytes than it may, ErrEmpty that it has none, ErrKind that it is no picture.
	ErrHeavy = errors.New("file is too big")
	ErrEmpty = errors.New("file is empty")
	ErrKind  = errors.New("not a picture")
	// ErrLong says that a field has more than maxField bytes.
	ErrLong = errors.New("too many characters")
)

// Form is what was sent.
type Form struct {
	fields map[string]string
	Photo  pipeline.Photo // Ref is empty when none came
	Sum    string         // SHA-256 of the photo
	Track  string         // blob of a piece of music, whatever it is; empty: none came
}

// Names are those of the fields that came, files aside.
func (f Form) Names() []string { return slices.Sorted(maps.Keys(f.fields)) }

// Get is a field, "" when it is missing.
func (f Form) Get(name string) string { return strings.TrimSpace(f.fields[name]) }

// Reader keeps the pictures of forms: see Sweep for those that no order took.
type Reader struct {
	Blobs   pipeline.Blobs
	Uploads bot.Uploads
	Signer  sign.Signer
}

// Read reads a form of a shop. A picture named photo and a piece of music named track are kept under names that follow
// from the shop and key; with an empty one from the form's own field key, so that what is sent twice is written twice
// to the same place. A person who has no shop (0) leaves no file with us.
func (rd Reader) Read(w http.ResponseWriter, r *http.Request, shop int64, key string) (Form, error) {
	f := Form{fields: map[string]string{}}
	// A recorder in a test has no deadline; a real connection always takes one.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(maxTime))
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind == "application/x-www-form-urlencoded" {
		return f, f.readPlain(r)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return f, ErrForm
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case err == io.EOF:
			return f, nil
		case err != nil || n == maxFields:
			return f, tooLong(err)
		}
		name := part.FormName()
		if key == "" {
			key = f.Get("key")
		}
		switch file := name == "photo" || name == "track"; {
		case file && shop == 0:
			err = ErrForm
		case name == "photo":
			err = rd.keepPhoto(r.Context(), &f, shop, key, part)
		case file:
			err = rd.keepTrack(r.Context(), &f, shop, key, part)
		default:
			f.fields[name], err = readText(part)
		}
		if err != nil {
			return f, err
		}
	}
}

// readPlain reads a form without a picture.
func (f Form) readPlain(r *http.Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxFields*maxField)
	if err := r.ParseForm(); err != nil {
		return tooLong(err)
	}
	for name, values := range r.PostForm {
		if len(f.fields) == maxFields {
			return ErrForm
		}
		text, err := readText(strings.NewReader(values[0]))
		if err != nil {
			return err
		}
		f.fields[name] = text
	}
	return nil
}

func tooLong(err error) error {
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return ErrHeavy
	}
	return ErrForm
}

func readText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxField+1))
	switch {
	case err != nil:
		return "", tooLong(err)
	case len(data) > maxField:
		return "", ErrLong
	case !utf8.Valid(data), bytes.IndexByte(data, 0) >= 0:
		return "", ErrForm
	}
	return string(data), nil
}

// IsName reports whether s can be the name that a page or a program gives its form.
func IsName(s string) bool {
	ok := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
	}
	return len(s) >= 8 && len(s) <= 128 && strings.IndexFunc(s, func(c rune) bool { return !ok(c) }) < 0
}

// Refusal is how to answer what Read returned: the status, and the phrase that says why. 0 says that the fault is ours.
func Refusal(err error) (status int, phrase string) {
	for is, as := range map[error]struct {
		status int
		phrase string
	}{
		ErrHeavy: {http.StatusRequestEntityTooLarge, "reason." + string(pipeline.ReasonPhotoHeavy)},
		ErrEmpty: {http.StatusUnprocessableEntity, "reason." + string(pipeline.ReasonPhotoEmpty)},
		ErrKind:  {http.StatusUnprocessableEntity, "reason." + string(pipeline.ReasonNotPhoto)},
		ErrLong:  {http.StatusRequestEntityTooLarge, "page.long"},
		ErrForm:  {http.StatusBadRequest, "page.form"},
	} {
		if errors.Is(err, is) {
			return as.status, as.phrase
		}
	}
	return 0, ""
}
