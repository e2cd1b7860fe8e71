package httpx

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
)

const signed = "https://bucket.example.com/orders/7/photo.jpg?X-Amz-Signature=8f4c0d1e2b3a&X-Amz-Expires=60"

func TestClean_WordsOfAProviderCarryNoSecret(t *testing.T) {
	c := client("http://127.0.0.1")
	for in, want := range map[string]string{
		"You do not have enough credits.":                                        "You do not have enough credits.",
		"could not fetch " + signed + " (403)":                                   "could not fetch *** (403)",
		"could not fetch https://other.example/x?sig=1, sorry":                   "could not fetch [link] sorry",
		"path /orders/7/photo.jpg?X-Amz-Signature=8f4c0d1e2b3a&X-Amz-Expires=60": "path ***",
		"query X-Amz-Signature=8f4c0d1e2b3a&X-Amz-Expires=60":                    "query ***",
		"gave bucket/k?X-Amz-Expires=60&X-Amz-Credential=c back":                 "gave [link] back",
		"bad key " + key + "!":                                                   "bad key ***!",
		`{"u":"https:\/\/other.example\/x"}`:                                     "{ u : [link] }",
		"https%3A%2F%2Fother.example%2Fx is bad":                                 "[link] is bad",
		"data:image/jpeg;base64,AAAA is bad":                                     "[link] is bad",
		"POST to /webhooks/creatomate/7/tok-en failed":                           "POST to [link] failed",
		"two\r\nlines\x00and\x1b[31mcolour":                                      "two lines and [31mcolour",
		strings.Repeat("A", 129) + " is long":                                    "[link] is long",
		"bad \xff bytes":                                                         "bad bytes",
	} {
		if got := c.Clean(in, signed, ""); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := c.Clean(strings.Repeat("새우 ", 400)); utf8.RuneCountInString(got) != maxText ||
		!strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %s", utf8.RuneCountInString(got), got)
	}
}

func FuzzClean_WordsOfAProviderCarryNoSecret(f *testing.F) {
	c := client("http://127.0.0.1")
	f.Add("could not fetch ", " (403)")
	f.Add("\"", "\\u0026x")
	f.Add("\xff", "새우")
	f.Fuzz(func(t *testing.T, before, after string) {
		got := c.Clean(before+signed+after+key, signed)
		if strings.Contains(got, key) || strings.Contains(got, "8f4c0d1e2b3a") {
			t.Errorf("secret in %q", got)
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxText || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("not a line: %q", got)
		}
	})
}

func TestRetryAfter_IsReadWithinItsLimits(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"": 7 * time.Second, "soon": 7 * time.Second, "-3": 7 * time.Second, "0": 0, "12": 12 * time.Second,
		"99999999": time.Hour, "99999999999999999999": 7 * time.Second,
		"Wed, 21 Oct 2015 07:28:00 GMT":                              0,
		time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat): time.Hour,
	} {
		if got := (Answer{Header: http.Header{"Retry-After": {in}}}).After(7 * time.Second); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
		var limit pipeline.Fault
		(Answer{Header: http.Header{"Retry-After": {in}}}).Limited(&limit, 7*time.Second)
		if most := max(want, time.Second); limit.RetryAfter != most || !limit.RateLimited {
			t.Errorf("a limit with %q: %+v, want to be left alone for %s", in, limit, most)
		}
	}
	in := time.Now().Add(2 * time.Minute).UTC().Format(http.TimeFormat)
	if got := (Answer{Header: http.Header{"Retry-After": {in}}}).After(0); got < time.Minute || got > 2*time.Minute {
		t.Errorf("a date in two minutes: %s", got)
	}
}

func TestIsID_AnIDCanStandInAPath(t *testing.T) {
	for id, want := range map[string]bool{
		"497f6eca-6276-4993-bfeb-53cbbbba6f08": true, "runway:1_2.3": true, "a": true,
		"": false, ".": false, "..": false, ".a": false, "a/b": false, "a?b": false, "a b": false, "a\n": false,
		"새우": false, "%2e": false,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
	} {
		if IsID(id) != want {
			t.Errorf("IsID(%q) is %t", id, !want)
		}
	}
}

func TestCredits_AreExactHundredths(t *testing.T) {
	for in, want := range map[string]int64{
		"15": 1500, "0": 0, "3.4": 340, "0.005": 1, "null": -1, `"15"`: -1, "-1": -1, "1e12": -1, "": -1, "{}": -1,
		"1e999": -1,
	} {
		if got := Credits(Number([]byte(in))); int64(got) != want {
			t.Errorf("%s: %d, want %d", in, got, want)
		}
	}
}
