// Package prompt chooses what a clip provider is asked to do with the photo of a dish: steam on
// what is served hot, never on what is served cold. What the words of a menu mean, and how each
// kind of dish is asked for, is data (lexicon.txt, motions.txt).
//
// Nothing of the menu goes into the prompt: lettering asked for in a prompt is a known cause of
// failed clips, and what a person writes must not steer the provider.
package prompt

import "sync"

// Kind is what a dish wants of its moving picture.
type Kind string

const (
	Hot      Kind = "hot"      // soups, noodles, rice, braised and stir-fried dishes
	Grill    Kind = "grill"    // grilled and fried
	Cold     Kind = "cold"     // dishes served cold
	Iced     Kind = "iced"     // cold and alcoholic drinks
	HotDrink Kind = "hotdrink" // coffee and tea, unless they are iced
	Dessert  Kind = "dessert"  // cakes, breads, sweets, ice cream
	Unknown  Kind = "unknown"  // nothing in the menu says; no steam, to be safe
)

// Steam reports whether steam may rise from such a dish.
func (k Kind) Steam() bool { return k == Hot || k == Grill || k == HotDrink }

// Motion is what is asked for one dish.
type Motion struct {
	Kind   Kind
	Steam  bool
	Prompt string // English, at most 1,000 characters (what clip providers take)
}

// data is read once and never written again.
var data = sync.OnceValue(func() *book {
	l, err := readLexicon(lexiconText)
	if err != nil {
		panic(err) // embedded: a test has read it
	}
	return &book{l, readMotions(motionsText)}
})

type book struct {
	lexicon *lexicon
	motions map[Kind][]string
}

// KindOf tells what a dish is by its name, without choosing a wording: many names can be looked up quickly.
func KindOf(menu string) Kind {
	if k := data().lexicon.kind(menu); k != frozen {
		return k
	}
	return Dessert
}

// For chooses the motion of a dish. An empty menu is of unknown kind. The same menu and seed give
// the same motion; the seed only picks among wordings.
func For(menu string, seed uint32) Motion {
	b := data()
	k := b.lexicon.kind(menu)
	wordings := b.motions[k]
	if k == frozen {
		k = Dessert
	}
	text := wordings[int(seed%uint32(len(wordings)))]
	if !k.Steam() {
		text += " " + b.motions["still"][0]
	}
	return Motion{Kind: k, Steam: k.Steam(), Prompt: text + " " + b.motions["always"][0]}
}
