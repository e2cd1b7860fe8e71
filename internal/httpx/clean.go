package httpx

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many characters of a provider's words go into an error.
const maxText = 300

// maxWord is how long a word of a provider may be before it is taken for a token or a file.
const maxWord = 128

var linkMarks = []string{
	"://", "%3a%2f%2f", "data:", "x-amz-", "signature=", "token=", "_jwt=", "/webhooks/", "/files/",
}

// Clean makes a provider's words fit for errors and logs: one line of at most 300 characters in
// which every address, data URI and very long word has become [link], and the key and the given
// secrets (each an address or a plain string) have become ***. Providers like to quote what they
// were sent, and our links carry signatures.
func (c *Client) Clean(text string, secrets ...string) string {
	text = strings.NewReplacer(`\/`, `/`, `\u0026`, `&`).Replace(text)
	for _, s := range append(secrets, c.key) {
		for _, part := range parts(s) {
			text = strings.ReplaceAll(text, part, "***")
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("\"<>`\ufffd", r)
	})
	for i, w := range words {
		if isLink(w) {
			words[i] = "[link]"
		}
	}
	return truncateRunes(strings.Join(words, " "), maxText)
}

// parts lists the pieces of a secret that are secret by themselves, the longest first.
func parts(secret string) []string {
	if secret == "" {
		return nil
	}
	all := []string{secret, url.QueryEscape(secret)}
	u, err := url.Parse(secret)
	if err != nil || u.Host == "" {
		return all
	}
	for _, p := range []string{u.RequestURI(), u.RawQuery, path.Base(u.Path)} {
		if len(p) >= 12 {
			all = append(all, p)
		}
	}
	return all
}

func isLink(word string) bool {
	if utf8.RuneCountInString(word) > maxWord {
		return true
	}
	word = strings.ToLower(word)
	for _, m := range linkMarks {
		if strings.Contains(word, m) {
			return true
		}
	}
	return false
}

// truncateRunes ends a text with … where it would be longer than n characters.
func truncateRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
