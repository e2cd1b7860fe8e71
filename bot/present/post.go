package present

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
	"golang.org/x/text/unicode/norm"
)

// Head is what was understood of an order.
func Head(w pipeline.Words) string {
	return Emoji(w.Menu) + " " + OneLine(w.Menu+" · "+caption.FullPrice(w))
}

const (
	CaptionUnits = 1000 // what every platform takes below a video
	CopyUnits    = 256  // what a button may copy
	maxTags      = 6
	minTags      = 3
	tagLength    = 20
)

// Post is the text that an owner may publish with a short: what it is, for how much, where, and
// hashtags. Hashtags that don't fit into so many UTF-16 units are left out; the rest is cut where it must be. Of a
// film that AI has moved it says so: who publishes it must.
func Post(lang string, o pipeline.Order, units int) string {
	w := o.Cut.Words
	where := Fill(lang, "post.noshop", nil)
	if w.Shop != "" {
		where = Fill(lang, "post.shop", Args{"shop": OneLine(w.Shop)})
	}
	ai := ""
	if movedByAI(o) {
		ai = "\n" + Fill(lang, "post.ai", nil)
	}
	text := TruncateUTF16(what(lang, w)+"\n"+where, units-unitsOf(ai)) + ai
	gap := "\n\n"
	for _, tag := range hashtags(lang, w) {
		more := text + gap + "#" + tag
		if unitsOf(more) > units {
			break
		}
		text, gap = more, " "
	}
	return text
}

// movedByAI reports whether a clip is in an order's short, and not the photo itself.
func movedByAI(o pipeline.Order) bool {
	return o.Fallback == pipeline.ReasonNone && o.Cut.Size != pipeline.Still
}

// what is the menu and its price; sizes have a line of their own.
func what(lang string, w pipeline.Words) string {
	menu, price := OneLine(w.Menu), OneLine(w.Price)
	switch {
	case w.Regular > 0 && len(w.Options) == 0:
		return menu + "\n" + Fill(lang, "post.regular", Args{"regular": caption.Won(w.Regular), "price": price})
	case len(w.Options) > 1:
		return menu + "\n" + price
	}
	return menu + " " + price
}

// hashtags are words of the menu, the kind of dish, and the shop.
func hashtags(lang string, w pipeline.Words) []string {
	d, word := whichDish(w.Menu)
	lang = Language(lang)
	kind := d.tags[lang]
	var tags []string
	add := func(s string) {
		tag := hashtag(s)
		if tag == "" || len(tags) == maxTags {
			return
		}
		for _, t := range tags {
			if strings.EqualFold(t, tag) {
				return
			}
		}
		tags = append(tags, tag)
	}
	add(plainName(w.Menu))
	if utf8.RuneCountInString(word) > 1 {
		add(word)
	}
	add(kind[0])
	add(w.Shop)
	for _, k := range kind[1:] {
		add(k)
	}
	for _, k := range dishes().other.tags[lang] {
		if len(tags) < minTags {
			add(k)
		}
	}
	return tags
}

// hashtag makes one of a text: letters, digits and underscores. "" when there is none in it.
func hashtag(s string) string {
	letters := false
	tag := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			letters = true
			return r
		case unicode.IsDigit(r), r == '_':
			return r
		}
		return -1
	}, norm.NFC.String(s))
	if !letters || utf8.RuneCountInString(tag) > tagLength {
		return ""
	}
	return tag
}

// OneLine makes a person's words safe to stand in a message: one line, no controls, nothing that turns
// the direction of what follows.
func OneLine(s string) string {
	const joiner = '\u200d' // holds emoji together
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r != joiner && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)), " ")
}
