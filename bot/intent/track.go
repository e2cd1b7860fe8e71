package intent

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption"
)

var (
	addressIn  = regexp.MustCompile(`(?i)https?://\S+`)
	aboutMusic = regexp.MustCompile(`(?i)음악|노래|브금|\b(?:bgm|music|song|mp3)\b`)
	// spokenEnd is what Korean hangs on a name without a space.
	spokenEnd = regexp.MustCompile(`(?i)(\.mp3)(?:으?로|[을를은는]|이?요|이에요)$`)
)

// longestAddress is more than any that isn't meant to do harm.
const longestAddress = 2000

// readTrack finds the address of a piece of music in a text that says so, or that is nothing but the address of
// a file. A line with a price is an order.
func (rd *Reader) readTrack(text string) (address string, ok bool) {
	at := addressIn.FindStringIndex(text)
	if at == nil {
		return "", false
	}
	address, ok = ReadAddress(text[at[0]:at[1]])
	about := text[:at[0]] + " " + text[at[1]:]
	if !ok || rd.Caption(about).Outcome == caption.OK {
		return "", false
	}
	u, err := url.Parse(address)
	file := err == nil && strings.EqualFold(path.Ext(u.Path), ".mp3") && strings.TrimSpace(about) == ""
	return address, file || aboutMusic.MatchString(about)
}

// ReadAddress reads an address as people paste it: in brackets or quotes, with a full stop behind it, or
// without its scheme.
func ReadAddress(text string) (string, bool) {
	text = strings.Trim(text, " \t<>()[]{}\"'“”‘’「」,;!")
	text = spokenEnd.ReplaceAllString(strings.TrimRight(text, "."), "$1")
	if !strings.Contains(text, "://") {
		if !strings.Contains(text, "/") {
			return "", false
		}
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > longestAddress || strings.ContainsAny(text, " \t\n") || u.User != nil ||
		u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(u.Hostname(), ".") {
		return "", false
	}
	return text, true
}
