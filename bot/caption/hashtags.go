package caption

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// maxTags is how many hashtags are looked at; Instagram allows 30.
const maxTags = 30

// openTags takes the sign off the first hashtag that may be a dish and off those that are prices: of a caption
// whose only words are hashtags, these are its words.
func openTags(caption string) (opened string, ok bool, steps int) {
	if !strings.ContainsAny(caption, "#＃") {
		return "", false, 0
	}
	var b strings.Builder
	rs := []rune(caption)
	tags := 0
	for i := 0; i < len(rs); {
		if rs[i] != '#' && rs[i] != '＃' || tags == maxTags {
			b.WriteRune(rs[i])
			i++
			continue
		}
		j := i + 1
		for j < len(rs) && (letters.IsWord(letters.Fold(rs[j])) || letters.Contains("_,.", rs[j])) {
			j++
		}
		tag := strings.ReplaceAll(string(rs[i+1:j]), "_", " ")
		tags++
		alone, more := once(tag, false)
		steps += more
		switch {
		case alone.Outcome == NeedMenu && alone.Won > 0:
			b.WriteString(" " + tag + " ")
		case !ok && (alone.Outcome == NeedPrice || alone.Outcome == OK) && !words.IsPlace(strings.ToLower(tag)):
			ok = true
			b.WriteString(" " + tag + " ")
		default:
			b.WriteString(string(rs[i:j]))
		}
		i = max(j, i+1)
	}
	return b.String(), ok, steps
}
