package caption

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// gap is what stands between two prices of a line, before the first or behind the last.
type gap struct {
	name, told []token
	arrow      bool // → : the next price replaces the last
	reach      bool // nothing but ~ or - : a range
	off        bool // the last price is what is taken off (3,000원 할인)
	from       bool // 에서 behind a price
	regular    bool // 정가 before a price
	sale       bool // 할인가 before a price
	extra      bool // 추가 behind a price
	since      bool // 부터 behind a price, parted from it
	least      bool // 이상 behind a price
	correct    bool // 아니: the next price replaces the last
	later      bool // 내일부터: the next price isn't today's
	condition  bool // 포장만: the next price is for some
	bound      bool // 예약시: the next price is for those who do something
}

// row is one line: gaps[i] stands before prices[i], the last gap behind them all.
type row struct {
	prices []*amounts.Amount
	gaps   []gap
}

// maxLines is how many lines of a caption count: what has more is no caption.
const maxLines = 100

// lines cuts tokens into lines, and lines into prices and gaps.
func (t *text) lines(ts []token, good []amounts.Amount) []row {
	var rows []row
	for len(ts) > 0 && len(rows) < maxLines {
		n := 0
		for n < len(ts) && ts[n].kind != line {
			n++
		}
		if n > 0 {
			rows = append(rows, t.row(ts[:n], good))
		}
		ts = ts[min(n+1, len(ts)):]
	}
	return rows
}

func (t *text) row(ts []token, good []amounts.Amount) row {
	var r row
	start := 0
	if len(ts) > 2 && ts[0].kind == word && strings.Trim(t.word(ts[0]), "0123456789") == "" && t.is(ts[1], ".)") {
		ts = t.drop(ts, 2) // 1. 2) … of a list
	}
	ts = t.withoutNotes(ts)
	asks := false
	for _, k := range ts {
		asks = asks || k.kind == word && (words.Ends("request", t.word(k)) != "" || words.Is("tail", t.word(k)))
	}
	for i, k := range ts {
		if k.kind == money {
			r.gaps = append(r.gaps, t.gap(ts[start:i], start > 0, &good[k.n], asks))
			r.prices = append(r.prices, &good[k.n])
			start = i + 1
		}
	}
	t.named = len(r.gaps) > 0 && slices.ContainsFunc(r.gaps, func(g gap) bool {
		name, _ := t.splitOption(g.name)
		return len(name) > 0
	})
	r.gaps = append(r.gaps, t.gap(ts[start:], start > 0, nil, asks))
	return r
}

// gap reads what stands behind a price, before the next, or both; asks reports whether the line holds a request.
func (t *text) gap(ts []token, behind bool, next *amounts.Amount, asks bool) gap {
	var g gap
	ts = t.withoutPercent(ts)
	if behind && next != nil && t.corrects(ts) {
		g.correct, t.corrected = true, true
		t.use(ts)
		return g
	}
	if behind {
		g.reach = next != nil && len(ts) > 0 && len(ts) < 3
		for _, k := range ts {
			g.reach = g.reach && t.is(k, "~-")
		}
		ts = t.readBehind(&g, ts, next == nil)
	}
	if next != nil {
		ts = t.readBefore(&g, ts)
	}
	if behind && next == nil && g.arrow && count(ts) > 0 { // 5천원 → 오늘은 서비스
		t.doubt |= DoubtPrice
	}
	if behind && next == nil && (t.named && t.tells(ts) || !t.named && (t.notifies(ts) || t.allKnown(ts))) {
		t.use(ts)
		ts = nil
	}
	if behind && next == nil && t.named {
		t.useRemarks(ts)
	}
	g.name, g.told = t.strip(ts, next == nil && !behind)
	if next != nil && len(g.name) > 0 {
		if last := &g.name[len(g.name)-1]; last.kind == word {
			t.cutParticle(last, next.Ended || asks)
		}
	}
	return g
}

// longestGift is how many words say what comes with a dish: 3인분 이상 주문시 계란찜 서비스.
const longestGift = 6

// tells reports whether the words behind the last price say only when, for whom, how many or what comes with
// it: 1인 2개 한정, 평일 점심만, 콜라 1.25L 서비스.
func (t *text) tells(ts []token) bool {
	last, vague := "", false
	for _, k := range ts {
		if k.kind != word {
			continue
		}
		last = t.word(k)
		vague = vague || !words.IsWhen(last) && !words.IsCount(last) && !words.IsShout(last) &&
			!words.IsCondition(last) && !words.Is("part", last) &&
			!words.Is("after", last)
	}
	// 서비스예요, 공짜여
	noun := strings.TrimSuffix(strings.TrimSuffix(last, words.Ends("copula", last)), words.Ends("saying", last))
	switch {
	case last == "":
		return false
	case words.Is("gift", noun), words.Ends("included", noun) != "":
		return count(ts) <= longestGift
	case words.Is("tail", last) || words.Ends("predicate", last) != "": // 배달 가능해요
		for _, k := range ts {
			if w := t.word(k); k.kind == word && w != last && !words.IsWhen(w) && !words.Is("option", w) &&
				!words.Is("part", w) {
				return false
			}
		}
		return true
	}
	return !vague && (words.IsShout(last) || words.IsCondition(last) || words.Is("after", last))
}

// notifies tells a notice without a dish: 재료 소진시 마감.
func (t *text) notifies(ts []token) bool {
	return !words.IsDish(t.name(ts)) &&
		slices.ContainsFunc(ts, func(k token) bool { return k.kind == word && words.IsNotice(t.word(k)) })
}

// allKnown tells words none of which says anything about a dish: 많관부.
func (t *text) allKnown(ts []token) bool {
	return count(ts) > 0 && !words.IsDish(t.name(ts)) && !slices.ContainsFunc(ts, func(k token) bool {
		return k.kind == word && (!words.IsKnown(t.word(k)) || t.isOption(k))
	})
}

// withoutPercent drops how much a discount is: 20% 할인.
func (t *text) withoutPercent(ts []token) []token {
	for i, k := range ts {
		if k.kind != word || !letters.IsDigit(t.Read[k.i]) {
			continue
		}
		_, what, percent := strings.Cut(t.word(k), "%")
		n := i + 1
		if percent && what == "" && n < len(ts) && ts[n].kind == word {
			what = t.word(ts[n])
			n++
		}
		if percent && words.Is("off", what) {
			return t.without(ts, i, n, k)
		}
		if percent && what == "" && i > 0 && ts[i-1].kind == word && words.Is("off", t.word(ts[i-1])) {
			return t.without(ts, i-1, i+1, k)
		}
	}
	return ts
}

// without takes tokens i to j out, which say that the percentage k is taken off.
func (t *text) without(ts []token, i, j int, k token) []token {
	if n := t.Digits(k.i); !n.Odd && n.Milli > 0 && n.Milli < 100_000 {
		t.percent = n.Milli / 1000
	}
	for n := i; n > 0 && ts[n-1].kind == word && t.isForSome(t.word(ts[n-1])); {
		n--
		if words.Is("whole", t.word(ts[n])) { // 전 메뉴 포장 10% 할인
			i = n
		}
	}
	t.use(ts[i:j])
	return append(ts[:i:i], ts[j:]...)
}

// isForSome tells for whom or what a percentage is taken off.
func (t *text) isForSome(w string) bool {
	return words.Is("whole", w) || words.Is("doing", w) || words.IsWhen(w) || words.IsCondition(w)
}

// corrects reports whether nothing but words of correction stand between two prices.
func (t *text) corrects(ts []token) bool {
	said := false
	for _, k := range ts {
		if k.kind == word {
			if !words.Is("correct", t.word(k)) {
				return false
			}
			said = true
		}
	}
	return said
}

// readBehind takes off what belongs to the price before.
func (t *text) readBehind(g *gap, ts []token, last bool) []token {
	for i, k := range ts {
		switch {
		case k.kind == word && last && words.IsCondition(t.word(k)):
			g.extra = g.extra || t.word(k) == "추가시"
			t.use(ts[i : i+1])
			continue
		case k.kind == sign && t.is(k, "→>"):
			g.arrow = true
			continue
		case k.kind == sign && !t.is(k, opening):
			continue
		case k.kind == sign && i+1 < len(ts) && ts[i+1].kind == word && words.Is("post", t.word(ts[i+1])):
			continue
		case k.kind == word:
			w := t.word(k)
			if words.Is("post", w) {
				g.off = g.off || words.Is("off", w)
				g.from = g.from || words.Is("from", w)
				g.sale = g.sale || words.Is("sale", w)
				g.since = g.since || w == "부터"
				g.least = g.least || w == "이상"
				continue
			}
			if t.isOption(k) || words.Is("regular", w) {
				return ts[i:]
			}
			if end, from := t.Endings(k.i); end == k.j {
				g.from = g.from || from
				continue
			}
			if w == "추가" || w == "추가하면" || w == "extra" {
				g.extra = true
				continue
			}
		}
		return ts[i:]
	}
	return nil
}

// readBefore takes off what belongs to the price that follows.
func (t *text) readBefore(g *gap, ts []token) []token {
	for len(ts) > 0 {
		k := ts[len(ts)-1]
		switch {
		case k.kind == word:
			w := t.word(k)
			switch {
			case words.IsNoun("regular", w):
				g.regular = true
			case words.IsNoun("sale", w):
				g.sale = true
			case words.IsNoun("price", w):
			case w == "시" && len(ts) > 1 && ts[len(ts)-2].kind == word && words.Is("doing", t.word(ts[len(ts)-2])):
				// 예약 시
				g.sale, g.condition, g.bound = true, true, true
				t.use(ts[len(ts)-1:])
				ts = ts[:len(ts)-1]
			case words.Ends("provided", w) != "":
				g.sale, g.condition, g.bound = true, true, true
				return t.withoutCondition(ts)
			case words.Is("later", w):
				g.later = true
			case words.IsCondition(w):
				g.sale, g.condition = true, true
				g.bound = g.bound || strings.HasSuffix(w, "시")
			case t.onlyThat(ts):
				if stem := t.Key(k.i, k.j-1); words.IsDish(stem) || count(ts) == 1 {
					ts = append(ts[:len(ts)-1:len(ts)-1], token{word, k.i, k.j - 1, 0})
					return ts
				}
				g.sale, g.condition = true, true
			default:
				return ts
			}
			t.use(ts[len(ts)-1:])
		case t.is(k, closing) && !t.saysPrice(ts):
			return ts
		case t.is(k, ">") && t.lessBefore(ts, len(ts)-1), t.is(k, "\"'") && t.quoted(ts, len(ts)-1):
			return ts
		case t.is(k, "→>"):
			g.arrow = true
		}
		ts = ts[:len(ts)-1]
	}
	return ts
}

// withoutCondition drops what is to be done for the price that follows: 텀블러 가져오시면.
func (t *text) withoutCondition(ts []token) []token {
	i := len(ts) - 1
	for i > 0 && !words.IsDish(t.word(ts[i-1])) && !t.isOption(ts[i-1]) {
		i--
	}
	t.use(ts[i:])
	return ts[:i]
}

// onlyThat reports whether the last word ends in the particle 만: 탕수육만 13,000원.
func (t *text) onlyThat(ts []token) bool {
	k := ts[len(ts)-1]
	return k.j-k.i > 2 && t.Read[k.j-1] == '만' && letters.IsHangul(t.Read[k.j-2]) && !words.Is("man", t.word(k))
}

// saysPrice tells a closing bracket behind a label or nothing: [가격], 가격), ().
func (t *text) saysPrice(ts []token) bool {
	n := len(ts)
	if n < 2 || t.is(ts[n-2], opening) {
		return true
	}
	w := t.word(ts[n-2])
	return ts[n-2].kind == word && (words.IsNoun("price", w) || words.IsNoun("sale", w) || words.IsNoun("regular", w))
}
