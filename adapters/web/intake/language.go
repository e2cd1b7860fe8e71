package intake

import (
	"net/http"
	"strconv"
	"strings"
)

// Language chooses between Korean and English by what the browser prefers (RFC 9110, 12.5.4), else Korean.
func Language(r *http.Request) string {
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
