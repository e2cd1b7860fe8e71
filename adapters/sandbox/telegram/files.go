package telegram

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png" // pictures that people send
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // pictures that people send
)

// downloadMax is the largest file that a bot may fetch.
const downloadMax = 20 << 20

// file is one stored file. The same bytes have one unique name; each message has an id of its own.
type file struct {
	id, unique, kind string
	name, mime       string
	data             []byte
	w, h, seconds    int
	thumb            *file
	path             string
	until            time.Time // path works till then
}

type files struct {
	byID   map[string]*file
	byPath map[string]*file
	sizes  map[[32]byte][]file // pictures that were scaled already
}

func newFiles() files {
	return files{map[string]*file{}, map[string]*file{}, map[[32]byte][]file{}}
}

// keep stores a file under a new id.
func (s *Server) keep(f file) *file {
	sum := sha256.Sum256(f.data)
	n := s.Next()
	f.unique = "AQAD" + base64.RawURLEncoding.EncodeToString(sum[:9])
	own := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", s.token, n, f.unique))
	f.id = "AgACAgUAAxkB" + base64.RawURLEncoding.EncodeToString(own[:27])
	f.path = fmt.Sprintf("%ss/file_%d%s", f.kind, n, ending(f))
	s.files.byID[f.id] = &f
	s.files.byPath[f.path] = &f
	return &f
}

func ending(f file) string {
	if e := path.Ext(f.name); e != "" {
		return e
	}
	switch f.kind {
	case "photo", "thumbnail":
		return ".jpg"
	case "video":
		return ".mp4"
	}
	return ""
}

// wire writes a file as the kind that it is.
func (f *file) wire() *wireFile {
	w := &wireFile{FileID: f.id, FileUniqueID: f.unique, FileSize: len(f.data)}
	if f.kind != "document" {
		w.Width, w.Height = &f.w, &f.h
	}
	if f.kind == "video" {
		w.Duration = &f.seconds
	}
	if f.kind == "video" || f.kind == "document" {
		w.FileName, w.MimeType = f.name, f.mime
	}
	if f.thumb != nil {
		w.Thumbnail = f.thumb.wire()
	}
	return w
}

// boxes are the long sides of the sizes that Telegram makes of a photo.
var boxes = []int{90, 320, 800, 1280}

// photo stores all sizes of a picture, the smallest first; none is larger than what was sent.
func (s *Server) photo(data []byte) ([]wireFile, error) {
	sum := sha256.Sum256(data)
	sizes, ok := s.files.sizes[sum]
	if !ok {
		var err error
		if sizes, err = scale(data); err != nil {
			return nil, bad("IMAGE_PROCESS_FAILED")
		}
		s.files.sizes[sum] = sizes
	}
	var all []wireFile
	for _, f := range sizes {
		all = append(all, *s.keep(f).wire())
	}
	return all, nil
}

func scale(data []byte) ([]file, error) {
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if w+h > 10_000 || w > 20*h || h > 20*w {
		return nil, fmt.Errorf("%dx%d is no photo", w, h)
	}
	long, n := max(w, h), 1
	for n < len(boxes) && boxes[n-1] < long {
		n++
	}
	var all []file
	for _, box := range slices.Backward(boxes[:n]) {
		f := file{kind: "photo", w: w, h: h}
		if long > box {
			f.w, f.h = max(1, w*box/long), max(1, h*box/long)
		}
		small := image.NewRGBA(image.Rect(0, 0, f.w, f.h))
		draw.ApproxBiLinear.Scale(small, small.Bounds(), src, src.Bounds(), draw.Src, nil)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 87}); err != nil {
			return nil, err
		}
		f.data = out.Bytes()
		all = slices.Insert(all, 0, f)
		src = small // each size is made of the next larger one: that is quick
	}
	return all, nil
}

// getFile makes a link to a file work for a while.
func getFile(s *Server, p params) (any, error) {
	f := s.files.byID[p.Text("file_id")]
	switch {
	case p.Text("file_id") == "":
		return nil, bad("file_id not specified")
	case f == nil:
		return nil, bad("wrong file_id or the file is temporarily unavailable")
	case len(f.data) > downloadMax:
		return nil, bad("file is too big")
	}
	f.until = s.Now().Add(s.fileLife)
	at := f.path
	if s.local != "" {
		at = filepath.Join(s.local, s.token, f.path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, f.data, 0o600)); err != nil {
			return nil, err
		}
	}
	return map[string]any{"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.data), "file_path": at}, nil
}

// portrait is the bot's own picture.
var portrait = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 160, 160)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// getUserProfilePhotos shows the bot's picture. People have none here.
func getUserProfilePhotos(s *Server, p params) (any, error) {
	photos := [][]wireFile{}
	if id := int64(p.Number("user_id")); id == s.BotID() {
		sizes, err := s.photo(portrait())
		if err != nil {
			return nil, err
		}
		photos = append(photos, sizes)
	} else if s.people[id] == nil {
		return nil, bad("user not found")
	}
	return map[string]any{"total_count": len(photos), "photos": photos}, nil
}

// download answers /file/bot<token>/<path>, for as long as getFile promised.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	token, at, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	if refused := s.admit(token); refused != nil {
		refuse(w, refused)
		return
	}
	f := s.meets(Downloads, "")
	f.Meet(w, r, refuseFault, func(w http.ResponseWriter, r *http.Request) {
		s.Mu.Lock()
		file := s.files.byPath[at]
		works := file != nil && s.Now().Before(file.until)
		s.Mu.Unlock()
		if !works {
			refuse(w, &apiError{Code: http.StatusNotFound, Description: "Not Found"})
			return
		}
		f.Send(w, "application/octet-stream", file.data)
	})
}
