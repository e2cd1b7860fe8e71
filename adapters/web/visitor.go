package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

const cookieName = "sajangpick_chat"

// visitor is who sits in front of the browser. The cookie is the only key to a chat, so neither
// the database nor a log gets it: they get Chat.
type visitor struct {
	cookie string
	Chat   string
}

// visitor reads the browser's cookie, and gives a fresh one to a browser that has none.
func (p *Page) visitor(w http.ResponseWriter, r *http.Request) visitor {
	if v, ok := known(r); ok {
		return v
	}
	cookie := strings.ToLower(rand.Text())
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: cookie, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	return visitor{cookie, chatOf(cookie)}
}

func known(r *http.Request) (visitor, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil || !isName(c.Value) {
		return visitor{}, false
	}
	return visitor{c.Value, chatOf(c.Value)}, true
}

func chatOf(cookie string) string {
	sum := sha256.Sum256([]byte("sajangpick web chat " + cookie))
	return hex.EncodeToString(sum[:12])
}

// isName reports whether s can be one of our cookies or a page's name for its message.
func isName(s string) bool {
	if len(s) < 16 || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// language chooses between Korean and English: ?lang= if the page says it, else what the browser
// prefers (RFC 9110, 12.5.4), else Korean.
func language(r *http.Request) string {
	switch lang := r.URL.Query().Get("lang"); lang {
	case "ko", "en":
		return lang
	}
	best, weight := "ko", 0.0
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(text, 64)
		}
		if (primary == "ko" || primary == "en") && q > weight {
			best, weight = primary, q
		}
	}
	return best
}
