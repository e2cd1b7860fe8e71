package present

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Form is an order, or its new words, with a field for each thing. All of it is hostile.
type Form struct {
	Menu    string // may be a whole caption when Price is empty
	Price   string // in any way that a caption may have it
	Regular string // the price before a discount; empty: none
	Real    bool   // the regular price was charged lately: the person says so
	Seen    string // Reading.Shown of what the person was shown, which makes it sure
	Look    string // empty: the shop's
	Music   string // a name; empty: the shop's
}

// Reading is what a Form means.
type Reading struct {
	Words    pipeline.Words
	Shown    string // all of it on one line, as it will stand on the short; empty when something is missing
	Sure     bool
	Doubtful string // the field that a reading that isn't sure comes from
	Problems []Problem
}

// Problem is what stands in the way of an order, in words for the person.
type Problem struct {
	Field string `json:"field"` // menu, price, regular, real, photo or order
	Text  string `json:"text"`
}

// ReadForm says what a form means. It decides nothing that depends on the shop.
func ReadForm(lang string, f Form) Reading {
	r := readFields(f)
	if r.Outcome != caption.OK {
		return Reading{Words: r.Words(), Problems: []Problem{{fieldOf(r), Question(lang, r)}}}
	}
	w := r.Words()
	if strings.TrimSpace(f.Regular) != "" {
		won := caption.Parse(f.Regular).Won
		key := ""
		switch {
		case won == 0:
			key = "form.regular.unread"
		case len(w.Options) > 1 || w.Won == 0:
			key = "form.regular.one"
		case won <= w.Won:
			key = "form.regular.low"
		}
		if key != "" {
			return Reading{Words: w, Problems: []Problem{{"regular", Fill(lang, key, nil)}}}
		}
		w.Regular = won
	}
	read := Reading{Words: w, Shown: w.Menu + " · " + caption.FullPrice(w), Sure: r.Sure(nil), Doubtful: "menu"}
	switch {
	case r.Doubt&caption.DoubtPrice != 0:
		read.Doubtful = "price"
	case f.Price != "": // each has a field of its own
		read.Sure = true
	}
	return read
}

// readFields reads menu and price together, as they would stand below a photo; where that isn't enough, each alone.
func readFields(f Form) caption.Result {
	menu, price := strings.TrimSpace(f.Menu), strings.TrimSpace(f.Price)
	whole := caption.Parse(intent.Joined(menu, price))
	if whole.Outcome == caption.OK || menu == "" || price == "" {
		return whole
	}
	m, p := caption.Parse("메뉴 "+menu), caption.Parse(price)
	if m.Outcome != caption.NeedPrice || m.Menu == "" || p.Outcome != caption.NeedMenu {
		return whole
	}
	p.Outcome, p.Menu = caption.OK, m.Menu
	return p
}

// fieldOf is the field that a question is about.
func fieldOf(r caption.Result) string {
	if r.Outcome == caption.NeedMenu || r.Outcome == caption.NeedBoth {
		return "menu"
	}
	return "price"
}
