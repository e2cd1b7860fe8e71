package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
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

// keepPhoto writes a picture into the blobs. A part without bytes and name is a field that was left empty.
func (rd Reader) keepPhoto(ctx context.Context, f *Form, shop int64, key string, part *multipart.Part) error {
	head, err := begins(part)
	switch {
	case f.Photo.Ref != "":
		return ErrForm
	case err != nil || head == nil:
		return err
	case !IsName(key):
		return ErrForm
	case !looksLikePicture(head):
		return ErrKind
	}
	ref, sum := rd.Ref(shop, key), sha256.New()
	n, err := rd.put(ctx, shop, ref, io.TeeReader(io.MultiReader(bytes.NewReader(head), part), sum), MaxPhoto)
	if err == nil {
		f.Photo = pipeline.Photo{Ref: ref, Name: fileName(part), Bytes: n}
		f.Sum = hex.EncodeToString(sum.Sum(nil))
	}
	return err
}

// keepTrack does the same with a piece of music. What kind of file it is shows when it is opened.
func (rd Reader) keepTrack(ctx context.Context, f *Form, shop int64, key string, part *multipart.Part) error {
	head, err := begins(part)
	switch {
	case f.Track != "":
		return ErrForm
	case err != nil || head == nil:
		return err
	case !IsName(key):
		return ErrForm
	}
	ref := rd.Ref(shop, "track "+key)
	if _, err = rd.put(ctx, shop, ref, io.MultiReader(bytes.NewReader(head), part), MaxTrack); err == nil {
		f.Track = ref
	}
	return err
}

// begins reads the first bytes of a file; nil when the field was left empty.
func begins(part *multipart.Part) ([]byte, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(part, head)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, tooLong(err)
	case n == 0 && part.FileName() == "":
		return nil, nil
	case n == 0:
		return nil, ErrEmpty
	}
	return head[:n], nil
}

func (rd Reader) put(ctx context.Context, shop int64, ref string, r io.Reader, maxBytes int64) (int64, error) {
	body := &limited{r: r, maxBytes: maxBytes}
	if err := rd.Uploads.NoteUpload(ctx, ref, shop, time.Now()); err != nil {
		return 0, fmt.Errorf("keep upload: %w", err)
	}
	if err := rd.Blobs.Put(ctx, ref, "application/octet-stream", body); err != nil {
		return 0, fmt.Errorf("keep upload: %w", err)
	}
	return body.n, nil
}

// Drop deletes an upload that nothing came of. One that can't be deleted now is swept.
func (rd Reader) Drop(ctx context.Context, ref string) error {
	if ref == "" {
		return nil
	}
	return rd.Blobs.Delete(ctx, ref)
}

// Ref names the blob of a picture. It can't be guessed without our secret, so what a browser says of one it sent
// before can only be its own shop's.
func (rd Reader) Ref(shop int64, key string) string {
	return "uploads/" + hex.EncodeToString(rd.Signer.Sign("page upload", strconv.FormatInt(shop, 10)+" "+key))
}

// Kept finds a picture that was kept before under a key, if that wasn't long ago.
func (rd Reader) Kept(ctx context.Context, shop int64, key string) (pipeline.Photo, bool) {
	if !IsName(key) {
		return pipeline.Photo{}, false
	}
	ref := rd.Ref(shop, key)
	if fresh, err := rd.Uploads.UploadedSince(ctx, ref, time.Now().Add(-keptFor)); err != nil || !fresh {
		return pipeline.Photo{}, false
	}
	blob, err := rd.Blobs.Open(ctx, ref)
	if err != nil {
		return pipeline.Photo{}, false
	}
	defer blob.Close()
	size, err := blob.Seek(0, io.SeekEnd)
	return pipeline.Photo{Ref: ref, Bytes: size}, err == nil
}

// looksLikePicture goes by the first bytes, whatever the sender calls the file. HEIC and AVIF are boxes of ISO
// 14496-12.
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

// limited fails instead of ending when more comes than a file may have.
type limited struct {
	r        io.Reader
	n        int64
	maxBytes int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	l.n += int64(n)
	if long := (*http.MaxBytesError)(nil); l.n > l.maxBytes || errors.As(err, &long) {
		return n, ErrHeavy
	}
	return n, err
}
