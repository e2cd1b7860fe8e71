package disk

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/internal/names"
)

const (
	files      = "files" // the use that links are signed for
	expirySize = 8
)

// Link makes an address that Handler serves until ttl has passed. It doesn't look whether the blob
// is there. The address alone gives access: it is signed, and can't be made for another key.
func (s *Store) Link(ctx context.Context, key string, ttl time.Duration) (pipeline.Link, error) {
	if err := names.CheckKey(key); err != nil {
		return pipeline.Link{}, err
	}
	if err := ctx.Err(); err != nil {
		return pipeline.Link{}, fmt.Errorf("disk: link: %w", err)
	}
	expiry := time.Now().Add(ttl + time.Second) // whole seconds are written: round up, not down
	return pipeline.Link{URL: s.base + "/files/" + s.token(key, expiry), Head: true, Public: s.public}, nil
}

// token is base64url(signature, expiry, key).
func (s *Store) token(key string, expiry time.Time) string {
	signed := append(binary.BigEndian.AppendUint64(nil, uint64(expiry.Unix())), key...)
	return base64.RawURLEncoding.EncodeToString(append(s.signer.Sign(files, string(signed)), signed...))
}

// parse gives the key that a token of ours is for, while it is valid.
func (s *Store) parse(token string, now time.Time) (key string, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= sign.Size+expirySize {
		return "", false
	}
	sig, signed := b[:sign.Size], b[sign.Size:]
	if !s.signer.Verify(files, string(signed), sig) {
		return "", false
	}
	return string(signed[expirySize:]), now.Unix() < int64(binary.BigEndian.Uint64(signed))
}

// Handler serves GET and HEAD of /files/{token}, with ranges. Whatever is wrong with a token, and a
// blob that is gone, is 404.
func (s *Store) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /files/{token}", s.serve)
	return mux
}

func (s *Store) serve(w http.ResponseWriter, r *http.Request) {
	key, ok := s.parse(r.PathValue("token"), time.Now())
	if !ok {
		http.NotFound(w, r)
		return
	}
	f, info, err := s.open(r.Context(), key)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		http.Error(w, "the file can't be read", http.StatusInternalServerError)
		return
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", typeOf(key))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=300")
	if strings.Contains(r.Header.Get("Range"), ",") {
		// Each range is a read of its own: who asks for several gets the whole, as RFC 9110 allows.
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
}
