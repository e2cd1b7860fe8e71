package taskstore

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	nonceLen = 8
	stampLen = 8
	macLen   = 16
)

// Files is where results are on this server: the provider's name, a slash and Task.File follow.
const Files = "/sandbox/files/"

// Token makes a secret that opens one path until the link's life is over. Each is different.
func (s *Store) Token(path string) string {
	b := make([]byte, nonceLen+stampLen, nonceLen+stampLen+macLen)
	rand.Read(b[:nonceLen])
	binary.BigEndian.PutUint64(b[nonceLen:], uint64(time.Now().Add(s.opt.LinkLife).UnixNano()))
	return base64.RawURLEncoding.EncodeToString(append(b, s.mac(path, b)...))
}

// Opens reports whether token is ours, for this path, and still alive.
func (s *Store) Opens(token, path string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != nonceLen+stampLen+macLen {
		return false
	}
	head, mac := b[:nonceLen+stampLen], b[nonceLen+stampLen:]
	if !hmac.Equal(mac, s.mac(path, head)) {
		return false
	}
	return time.Now().UnixNano() < int64(binary.BigEndian.Uint64(head[nonceLen:]))
}

func (s *Store) mac(path string, head []byte) []byte {
	m := hmac.New(sha256.New, s.key)
	m.Write(head)
	m.Write([]byte(path))
	return m.Sum(nil)[:macLen]
}

var contentTypes = map[string]string{"mp4": "video/mp4", "jpg": "image/jpeg", "png": "image/png"}

// ServeResult serves the file of a finished task, ranges and HEAD included; 404 while there is none.
// The path value "file" is Task.File.
func (q *Queue) ServeResult(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	id, _, _ := strings.Cut(name, ".")
	t, err := q.Task(id)
	if err != nil || name != t.File() {
		http.NotFound(rw, r)
		return
	}
	f, err := os.Open(q.Result(t)) // it is there, whole, or not at all
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	defer f.Close()
	rw.Header().Set("Content-Type", contentTypes[t.kind()])
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(rw, r, "", t.Ended, f)
}
