package caption

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/pipeline"
)

// FullPrice is a price with what it was before a discount: 22,000원 → 18,000원.
func FullPrice(w pipeline.Words) string {
	if w.Regular > 0 {
		return Won(w.Regular) + " → " + w.Price
	}
	return w.Price
}

// priceText is how an amount stands on a short.
func priceText(a *amounts.Amount) string {
	switch {
	case a.Market:
		return "시가"
	case a.High > 0:
		return Won(a.Won) + "~" + Won(a.High)
	case a.Since:
		return Won(a.Won) + "부터"
	}
	return Won(a.Won)
}

// Won writes an amount the way it stands on a short: 18,000원.
func Won(won int) string {
	var digits [20]byte
	i := len(digits)
	for n := 0; n == 0 || won > 0; n++ {
		if n > 0 && n%3 == 0 {
			i--
			digits[i] = ','
		}
		i--
		digits[i] = byte('0' + won%10)
		won /= 10
	}
	var b strings.Builder
	b.Write(digits[i:])
	b.WriteString("원")
	return b.String()
}
