package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxBody  = 64 << 10
	bodyTime = 10 * time.Second
	maxKey   = 255 // bytes of an Idempotency-Key
	onPage   = 20  // orders of a list
	maxPage  = 100
)

var (
	errBody = errors.New("not the object that was expected")
	errLong = errors.New("too long")
	errType = errors.New("not of that type")
)

// readJSON reads one object with known fields from a request into v.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return errType
	}
	// A recorder in a test has no deadline; a real connection always takes one.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return errLong
	}
	if err != nil {
		return errBody
	}
	return decode(data, v)
}

// decode reads exactly one object. Text that isn't UTF-8, or has a NUL in it, is none.
func decode(data []byte, v any) error {
	if !utf8.Valid(data) || !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) ||
		bytes.Contains(data, []byte(`\u0000`)) {
		return errBody
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return errBody
	}
	if _, err := d.Token(); err != io.EOF {
		return errBody
	}
	return nil
}

// idempotencyKey makes of a request's Idempotency-Key what an order is known by: the same for the same key, plain or
// quoted as the header's draft has it. It never is a name that the page gives a form.
func idempotencyKey(h http.Header) (string, bool) {
	all := h.Values("Idempotency-Key")
	if len(all) != 1 {
		return "", false
	}
	key := strings.TrimSpace(all[0])
	if n := len(key); n > 1 && key[0] == '"' && key[n-1] == '"' {
		key = key[1 : n-1]
	}
	visible := func(r rune) bool { return r > ' ' && r < 0x7f && r != '"' }
	if key == "" || len(key) > maxKey || strings.IndexFunc(key, func(r rune) bool { return !visible(r) }) >= 0 {
		return "", false
	}
	sum := sha256.Sum256([]byte(key))
	return "api-" + hex.EncodeToString(sum[:16]), true
}

// place is what a list begins behind, and how long it is.
type place struct {
	before int64 // 0: at the newest
	limit  int
}

// readPlace reads the query of a list.
func readPlace(cursor, limit string) (place, bool) {
	p := place{limit: onPage}
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n <= 0 || cursor != writeCursor(n) {
			return place{}, false
		}
		p.before = n
	}
	if limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil || n < 1 || n > maxPage {
			return place{}, false
		}
		p.limit = n
	}
	return p, true
}

func writeCursor(last int64) string { return strconv.FormatInt(last, 10) }
