// Package intake reads what a browser or a program sends as a form: fields in memory, a picture on its way into our
// blobs while it arrives.
package intake

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	MaxPhoto  = 20 << 20         // bytes
	maxField  = 4096             // bytes
	maxFields = 40               // in one form
	maxForm   = MaxPhoto + 1<<17 // bytes
	maxTime   = 2 * time.Minute  // for a form on a slow line
)

var (
	// ErrForm says that a request is no form of ours.
	ErrForm = errors.New("not a form of the page")
	// ErrHeavy says that a picture has more than MaxPhoto bytes, ErrEmpty that it has none, ErrKind that it is no picture.
	ErrHeavy = errors.New("photo is too big")
	ErrEmpty = errors.New("photo is empty")
	ErrKind  = errors.New("not a picture")
	// ErrLong says that a field has more than maxField bytes.
	ErrLong = errors.New("too many characters")
)

// Form is what was sent.
type Form struct {
	fields map[string]string
	Photo  pipeline.Photo // Ref is empty when none came
}

// Get is a field, "" when it is missing.
func (f Form) Get(name string) string { return strings.TrimSpace(f.fields[name]) }

// Reader keeps the pictures of forms.
type Reader struct {
	Blobs  pipeline.Blobs
	Signer pipeline.Signer
}

// Read reads a form of a shop. A picture named photo is kept under a name that follows from the shop and the form's
// field key, so one that is sent twice is written twice to the same place.
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
		if name == "photo" {
			if f.Photo.Ref != "" {
				return f, ErrForm
			}
			if key == "" {
				key = f.Get("key")
			}
			if f.Photo, err = rd.keep(r.Context(), shop, key, part); err != nil {
				return f, err
			}
			continue
		}
		if f.fields[name], err = readText(part); err != nil {
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

// keep writes a picture into the blobs. A part without bytes and name is a field that was left empty.
func (rd Reader) keep(ctx context.Context, shop int64, key string, part *multipart.Part) (pipeline.Photo, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(part, head)
	head = head[:n]
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return pipeline.Photo{}, tooLong(err)
	case n == 0 && part.FileName() == "":
		return pipeline.Photo{}, nil
	case n == 0:
		return pipeline.Photo{}, ErrEmpty
	case !IsName(key):
		return pipeline.Photo{}, ErrForm
	case !looksLikePicture(head):
		return pipeline.Photo{}, ErrKind
	}
	ref := rd.Ref(shop, key)
	body := &limited{r: io.MultiReader(bytes.NewReader(head), part)}
	if err := rd.Blobs.Put(ctx, ref, "application/octet-stream", body); err != nil {
		return pipeline.Photo{}, fmt.Errorf("keep photo: %w", err)
	}
	return pipeline.Photo{Ref: ref, Name: fileName(part), Bytes: body.n}, nil
}

// Ref names the blob of a picture. It can't be guessed without our secret, so what a browser says of one it sent
// before can only be its own shop's.
func (rd Reader) Ref(shop int64, key string) string {
	return "uploads/" + hex.EncodeToString(rd.Signer.Sign("page upload", strconv.FormatInt(shop, 10)+" "+key))
}

// Kept finds a picture that was kept before under a key.
func (rd Reader) Kept(ctx context.Context, shop int64, key string) (pipeline.Photo, bool) {
	if !IsName(key) {
		return pipeline.Photo{}, false
	}
	ref := rd.Ref(shop, key)
	blob, err := rd.Blobs.Open(ctx, ref)
	if err != nil {
		return pipeline.Photo{}, false
	}
	defer blob.Close()
	size, err := blob.Seek(0, io.SeekEnd)
	return pipeline.Photo{Ref: ref, Bytes: size}, err == nil
}

// IsName reports whether s can be the name that a page or a program gives its form.
func IsName(s string) bool {
	ok := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
	}
	return len(s) >= 8 && len(s) <= 128 && strings.IndexFunc(s, func(c rune) bool { return !ok(c) }) < 0
}

// looksLikePicture goes by the first bytes, whatever the sender calls the file. HEIC and AVIF are boxes of ISO 14496-12.
func looksLikePicture(head []byte) bool {
	switch http.DetectContentType(head) {
	case "image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp":
		return true
	}
	return len(head) > 12 && string(head[4:8]) == "ftyp" &&
		slices.Contains([]string{"hei", "hev", "mif", "msf", "avi"}, string(head[8:11]))
}

// fileName is what the person's file is called, cut to what a database likes.
func fileName(photo *multipart.Part) string {
	name := strings.ToValidUTF8(path.Base(photo.FileName()), "")
	name = strings.ReplaceAll(name, "\x00", "")
	for len(name) > 200 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// limited fails instead of ending when more comes than a photo may have.
type limited struct {
	r io.Reader
	n int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	l.n += int64(n)
	if long := (*http.MaxBytesError)(nil); l.n > MaxPhoto || errors.As(err, &long) {
		return n, ErrHeavy
	}
	return n, err
}
