package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	maxPhoto   = 20 << 20         // bytes
	maxCaption = 1024             // characters, as in Telegram
	maxForm    = maxPhoto + 1<<16 // bytes of a whole message
	patience   = 2 * time.Minute  // for a message on a slow line
)

// message is what a browser sends: the fields in this order, the photo last, so that words which
// can't be understood cost no upload.
type message struct {
	id      string // made by the page; one id is one order
	caption string
	earlier string // what was said about the same photo before, and was not enough
	reading string // what the page was asked about: whether it was read rightly
}

var (
	errForm    = errors.New("not a message of the page")
	errTooBig  = errors.New("photo is too big")
	errNoPhoto = errors.New("photo is empty")
	errLong    = errors.New("too many characters")
)

// post takes a message in. It answers 200 with the order when the order is safe, 422 with a
// question when the words aren't enough, and says what is wrong with the photo otherwise.
func (p *Page) post(w http.ResponseWriter, r *http.Request) {
	lang, v := language(r), p.visitor(w, r)
	// A recorder in a test has no deadline; a real connection always takes one.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience))
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)

	m, photo, err := readMessage(r)
	if err != nil {
		drain(r)
		p.refuse(w, lang, err)
		return
	}
	words, question := understand(lang, m)
	if question != nil {
		drain(r)
		answer(w, http.StatusUnprocessableEntity, question)
		return
	}
	key := uploadKey(v, m.id)
	if err := p.Blobs.Put(r.Context(), key, "application/octet-stream", &limited{r: photo}); err != nil {
		p.failed(w, lang, fmt.Errorf("keep photo: %w", err))
		return
	}
	o, _, err := p.Place(r.Context(), pipeline.Order{
		Source: Platform + ":" + v.Chat + ":" + m.id,
		Thread: pipeline.Thread{Platform: Platform, Chat: v.Chat, Message: m.id, Lang: lang},
		Photo:  pipeline.Photo{Ref: key, Name: fileName(photo)},
		Cut:    pipeline.Cut{N: 1, Words: words, Look: p.Look, Music: "bright"},
	})
	if err != nil {
		p.failed(w, lang, err)
		return
	}
	answer(w, http.StatusOK, p.view(lang, o, 0))
}

// drain takes the rest of a message that nobody wants: a browser that is cut off while it sends
// never reads the answer.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// readMessage reads the fields up to the photo, whose bytes are still to come.
func readMessage(r *http.Request) (m message, photo *multipart.Part, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return m, nil, errForm
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return m, nil, fmt.Errorf("%w: %w", errForm, err)
		}
		switch part.FormName() {
		case "id":
			m.id, err = readText(part)
		case "caption":
			m.caption, err = readText(part)
		case "earlier":
			m.earlier, err = readText(part)
		case "reading":
			m.reading, err = readText(part)
		case "photo":
			if !isName(m.id) {
				return m, nil, errForm
			}
			return m, part, nil
		}
		if err != nil {
			return m, nil, err
		}
	}
}

// readText reads a field of at most maxCaption characters.
func readText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCaption*utf8.UTFMax+1))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errForm, err)
	}
	if !utf8.Valid(data) {
		return "", errForm
	}
	if utf8.RuneCount(data) > maxCaption {
		return "", errLong
	}
	return string(data), nil
}

// uploadKey names the blob of a message's photo. It can't be guessed without the cookie, and a
// message that is sent twice writes the same blob twice.
func uploadKey(v visitor, id string) string {
	sum := sha256.Sum256([]byte("sajangpick web upload " + v.cookie + " " + id))
	return "uploads/" + hex.EncodeToString(sum[:16])
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

// limited fails instead of ending when there is nothing at all, or more than a photo may have.
type limited struct {
	r io.Reader
	n int
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	l.n += n
	var tooLong *http.MaxBytesError
	switch {
	case l.n > maxPhoto || errors.As(err, &tooLong):
		return n, errTooBig
	case err == io.EOF && l.n == 0:
		return 0, errNoPhoto
	}
	return n, err
}
