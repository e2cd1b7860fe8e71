// Package caption understands what an owner types beside a photo: which dish, and for how much.
//
// A caption is read in passes: letters are made alike and what is neither dish nor price is taken out (package
// letters); amounts of money are found and weighed (package amounts); the words between them are cleared of labels,
// notices, shouts, greetings and requests (notes.go, shout.go, strip.go); amounts and words are put together into
// dishes with sizes and discounts (lines.go, dishes.go, result.go); and it is judged how sure that is (sure.go). What
// single words say is package words. Each pass goes over the letters once, and a caption has limits of letters,
// words, lines and prices.
package caption

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Outcome says what a caption is good for.
type Outcome string

const (
	OK        Outcome = "ok"         // a menu and one meaning of its price
	NeedPrice Outcome = "need_price" // a menu without a usable price
	NeedMenu  Outcome = "need_menu"  // a price without a menu
	NeedBoth  Outcome = "need_both"  // neither
	Choose    Outcome = "choose"     // several dishes, or one with prices that don't fit together
)

// Result is what a caption means. Fields that the outcome doesn't speak of may hold what was
// understood so far: the menu of NeedPrice, the price of NeedMenu.
type Result struct {
	Outcome   Outcome
	Menu      string // display text, at most 40 grapheme clusters
	Won       int    // the price that is shown first; 0 with a PriceText is a market price
	PriceText string
	Regular   int // the price before a discount; 0 without one
	Options   []pipeline.Option
	Choices   []Choice // with Choose, in the order written
	Read      string   // the amount that can't be meant (18원) or isn't in won ($18), as written
	Foreign   bool     // Read is in a foreign currency
	Doubt     Doubt    // with OK: what isn't certain, see Sure
	Sticker   string   // 신메뉴, 오늘만: what the person wants said beside the price; empty: nothing
}

// Words are what a short shows of it.
func (r Result) Words() pipeline.Words {
	return pipeline.Words{
		Menu: r.Menu, Price: r.PriceText, Won: r.Won, Regular: r.Regular, Options: r.Options, Sticker: r.Sticker,
	}
}

// Choice is one of several dishes, or one of several prices of the same dish.
type Choice struct {
	Menu      string
	Won       int
	PriceText string
	Regular   int
	Options   []pipeline.Option
}

// Words are what a short shows of it.
func (c Choice) Words() pipeline.Words {
	return pipeline.Words{Menu: c.Menu, Price: c.PriceText, Won: c.Won, Regular: c.Regular, Options: c.Options}
}

// Parse reads a caption. It never fails, and takes time in proportion to the text's length;
// of very long texts (over 4,096 letters) only the beginning counts.
func Parse(caption string) Result {
	r, _ := parse(caption)
	r.Sticker = sticker(caption, r.Menu)
	return r
}

// parse also tells how many letters and words were looked at.
func parse(caption string) (r Result, steps int) {
	r, steps = once(caption, true)
	if r.Outcome != NeedMenu && r.Outcome != NeedBoth {
		return r, steps
	}
	if strings.Contains(caption, "~~") || strings.ContainsFunc(caption, letters.IsStroke) {
		kept, more := once(caption, false)
		steps += more
		if kept.Outcome == OK { // nothing but what is struck out names the dish
			return kept, steps
		}
	}
	opened, ok, more := openTags(caption)
	steps += more
	if ok {
		tagged, more := once(opened, true)
		steps += more
		if tagged.Outcome != NeedBoth {
			return tagged, steps
		}
	}
	return r, steps
}

// once reads a caption, without the names in it that are struck out or with them.
func once(caption string, struckGoes bool) (r Result, steps int) {
	t := &text{Reader: &amounts.Reader{Text: letters.New(caption)}}
	t.Silence()
	if struckGoes {
		t.DropStruck()
	}
	found := t.All()
	good, bad := t.Weigh(found)
	ts := t.tokens(good, bad)
	rows := t.lines(ts, good)
	r = t.result(t.dishes(rows), ts, good, bad)
	return r, t.Steps
}
