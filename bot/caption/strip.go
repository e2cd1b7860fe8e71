package caption

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// parting are signs between which words are looked at on their own.
const parting = ",/|·~*=:;!?._→>\"'" + string(letters.Gone) + string(letters.Cut) + "-"

// apart are those of them that part an announcement from the dish: 점심특선 | 차돌된장찌개.
const apart = "|*:!~-→>" + string(letters.Gone) + string(letters.Cut)

// longSentence is how many words make a sentence of their own that isn't the dish's name.
const longSentence = 3

// strip clears words of greetings, requests, labels and tags. told is what remains of sentences
// that only tell something (신메뉴가 나왔어요): a name only if there is no other.
// bare tells a line without a price, in which notices and questions are no name.
func (t *text) strip(ts []token, bare bool) (kept, told []token) {
	kept = make([]token, 0, len(ts))
	names := t.lastName(ts)
	n := 0 // words kept
	for len(ts) > 0 {
		size, after := t.segment(ts)
		seg, rest := ts[:size], ts[size:]
		more := len(rest) > 0 && names >= rest[0].i // a name follows
		ended := more && t.is(rest[0], ".!?~") && t.isAside(seg) && (t.dishNext(rest[1:]) || !words.IsDish(t.name(seg)))
		if other := t.label(&seg, after); other {
			t.use(ts)
			break
		}
		seg = t.withoutClauses(seg, bare)
		seg, tells := t.clear(seg)
		tells = tells || t.topical && after == ',' && more // 오늘 국은 미역국, 백반 8천원
		switch {
		case len(rest) > 0 && rest[0].kind == void && len(seg) > 0 && t.isExtra(seg): // 배달팁 0원
			t.use(seg)
		case !more && len(kept) > 0 && t.limits(seg), t.allTags(seg), more && letters.Contains(apart, after) &&
			t.announces(seg), t.saysOf(seg),
			more && (t.allKnown(seg) || t.givesAway(seg)):
			t.use(seg)
		case tells || ended:
			if words.IsDish(t.name(seg)) && !words.IsDish(t.name(told)) { // 오늘 점심 뭐 드실래요? 순두부 한그릇 하세요
				told = told[:0:0]
			}
			told = append(told, seg...)
			t.use(seg)
		default:
			kept = append(kept, seg...)
			n += count(seg)
		}
		if len(rest) > 0 {
			if t.is(rest[0], ".!?") && n > 0 && more && (n >= longSentence || t.dishNext(rest[1:])) {
				told, kept, n = append(told, kept...), kept[:0:0], 0
			}
			if len(kept) > 0 {
				kept = append(kept, rest[0])
			}
			rest = rest[1:]
		}
		ts = rest
	}
	return t.trim(kept), t.trim(told)
}

// announces tells words that say only when it is had or that something follows: 점심특선, today's special.
func (t *text) announces(seg []token) bool {
	for _, k := range seg {
		w := t.word(k)
		if k.kind != word || !words.Is("announce", w) && !words.IsShout(w) && !words.IsWhen(w) {
			return false
		}
	}
	return len(seg) > 0
}

// dishNext reports whether the next segment names a dish: 야식엔 역시 족발! 미니족발.
func (t *text) dishNext(ts []token) bool {
	n, _ := t.segment(ts)
	return words.IsDish(t.name(ts[:n])) && !t.saysOf(ts[:n])
}

// lastName gives where the last word stands that may name a dish, or -1.
func (t *text) lastName(ts []token) int {
	for i := len(ts) - 1; i >= 0; i-- {
		if t.namesDish(ts[i : i+1]) {
			return ts[i].i
		}
	}
	return -1
}

// segment gives how many tokens stand before the next parting sign outside of brackets, and that sign.
func (t *text) segment(ts []token) (int, rune) {
	for i := 0; i < len(ts); i++ {
		if t.is(ts[i], opening) {
			if end := t.close(ts, i); end > 0 {
				i = end
			}
			continue
		}
		if ts[i].kind == void || ts[i].kind == line || t.is(ts[i], parting) {
			return i, t.Read[ts[i].i]
		}
	}
	return len(ts), 0
}

// label drops 메뉴: and the like. It reports a label of something else (전화: …), with which the rest falls.
func (t *text) label(seg *[]token, after rune) (other bool) {
	ts := *seg
	if len(ts) == 0 || ts[0].kind != word {
		return false
	}
	w := t.word(ts[0])
	signed := after == ':' || after == '=' || after == '-'
	if words.IsNoun("label", w) && len(ts) == 1 && signed || words.IsNoun("barelabel", w) && (len(ts) > 1 || signed) {
		ts = ts[1:]
		for len(ts) > 0 && ts[0].kind == word && (words.IsNoun("label", t.word(ts[0])) || t.word(ts[0]) == "is") {
			ts = ts[1:]
		}
		*seg = ts
		return false
	}
	if !words.IsNoun("other", w) || len(ts) == 1 && !signed && words.Is("option", w) { // 배달 11,000 매장 10,000
		return false
	}
	if len(ts) == 1 && (after == ':' || after == '=') {
		return true
	}
	for _, k := range ts[1:] {
		if k.kind != word || !words.IsNoun("other", t.word(k)) && !words.Is("tail", t.word(k)) &&
			!words.IsNoun("clock", t.word(k)) {
			return false
		}
	}
	*seg = nil
	return false
}

// clear drops what isn't part of a dish's name from both ends of a segment.
func (t *text) clear(seg []token) (kept []token, tells bool) {
	t.topical = false
	seg = t.untag(seg)
	seg, tells = t.clearTail(seg)
	if len(seg) == 0 {
		return nil, tells
	}
	n := len(seg)
	if seg = t.clearLead(t.withoutShouts(t.clearLead(seg))); len(seg) < n {
		var told bool
		seg, told = t.clearTail(seg) // 딸기케이크 예약받아요 크리스마스 한정
		tells = tells || told
	}
	for i, k := range seg {
		w := t.word(k)
		if stem, ok := strings.CutSuffix(w, "요"); !ok || k.kind != word || !words.IsDish(stem) ||
			words.Ends("yo", w) != "" {
			continue
		}
		seg[i].j -= max(1, utf8.RuneCountInString(words.CopulaOf(w))) // 김밥요, 순대볶음이요
	}
	if n := t.leadingClause(seg); n > 0 {
		told := n <= farthest && words.IsSentence(t.word(seg[n-1]))
		if told && words.IsDish(t.name(seg[:n])) && !words.IsDish(t.name(near(seg[n:]))) { // 팥죽 쑤었어요 동지날 오세요
			rest := seg[n:]
			if seg, tells = t.clear(seg[:n]); t.allSizes(rest) && words.IsDish(t.name(seg)) { // 과메기 시작했습니다 소 3만
				return t.join(seg, rest), false
			}
			return seg, tells
		}
		t.topical = !words.IsSentence(t.word(seg[n-1]))
		return t.clearLead(t.withoutShouts(t.clearLead(t.trim(t.drop(seg, n))))), tells
	}
	return seg, tells
}

// isAside tells a sentence before the one with the dish: 파스타하우스입니다. 음료 무료!
func (t *text) isAside(seg []token) bool {
	if len(seg) == 0 || seg[len(seg)-1].kind != word {
		return false
	}
	w := t.word(seg[len(seg)-1])
	return words.IsSentence(w) || words.Is("free", w) || words.Is("notice", w) || words.IsShout(w) ||
		words.IsCondition(w)
}

func (t *text) clearTail(seg []token) (kept []token, tells bool) {
	fell := false
	for len(seg) > 0 {
		last := &seg[len(seg)-1]
		if last.kind != word {
			return seg, tells
		}
		w := t.word(*last)
		switch {
		case words.Is("tail", w), words.Ends("request", w) != "":
			fell = true
		case words.Ends("copula", w) != "":
			seg[len(seg)-1].j -= utf8.RuneCountInString(words.CopulaOf(w))
			w = t.word(*last)
			if words.Is("tag", w) || words.IsNoun("weak", w) {
				fell = true
				break
			}
			return seg, tells
		case t.nounThat(w) > 0:
			last.j -= t.nounThat(w)
			return seg, tells
		case len(w) > len("가") && words.Ends("predicate", w) != "" && !words.IsDish(w):
			fell, tells = true, true
		case len(w) > len("가나") && strings.HasSuffix(w, "요") && words.Ends("yo", w) == "" &&
			letters.IsHangul(t.Read[last.i]):
			last.j--
			return seg, tells
		case fell && (w == "한잔" || words.IsNoun("weak", w) || words.Is("adverb", w) || words.Ends("manner", w) != "" &&
			!words.IsDish(w)):
		default:
			if fell {
				t.cutParticle(last, true)
			}
			return seg, tells
		}
		t.use(seg[len(seg)-1:])
		seg = seg[:len(seg)-1]
	}
	return nil, tells
}

// nounThat gives how many letters make a sentence of a dish: 밤라떼|죠.
func (t *text) nounThat(w string) int {
	if e := words.Ends("saysit", w); e != "" && utf8.RuneCountInString(w[:len(w)-len(e)]) > 1 &&
		words.IsDish(w[:len(w)-len(e)]) {
		return utf8.RuneCountInString(e)
	}
	if e := words.Ends("saying", w); e != "" && words.IsDish(w[:len(w)-len(e)]) && !words.IsDish(w) {
		return utf8.RuneCountInString(e)
	}
	return 0
}

func (t *text) clearLead(seg []token) []token {
	fell := false
	for len(seg) > 0 && seg[0].kind == word {
		w := t.word(seg[0])
		next := ""
		if len(seg) > 1 && seg[1].kind == word {
			next = t.word(seg[1])
		}
		switch {
		case (w == "오늘" || w == "이번" || w == "지금" || w == "이번주" || w == "금주") && words.Is("keep", next):
			return seg
		case words.Is("lead", w) || words.Is("opener", w) && (len(seg) > 1 || !words.IsDish(w)):
			fell = true
		case len(seg) > 1 && (w == "우리집" || w == "저희집") &&
			(words.IsShout(next) || words.IsNoun("label", next) || words.IsNoun("barelabel", next)):
			fell = true
		case w == "1인" && strings.HasPrefix(next, "1") && t.namesDish(near(seg[2:])): // 1인 1닭
			seg = t.drop(seg, 1)
		case words.IsDateFrom(w) && t.namesDish(near(seg[1:])):
		case words.Ends("atwhen", w) != "" && !words.IsDish(w) && t.namesDish(near(seg[1:])):
		case words.Is("idiom", w+" "+next) && t.namesDish(near(seg[2:])):
			seg = t.drop(seg, 1)
		case words.Is("perday", w) && words.IsCount(next) && t.namesDish(near(seg[2:])): // 하루 20그릇
			seg = t.drop(seg, 1)
		case next == "역시" && t.namesDish(near(seg[2:])):
			seg = t.drop(seg, 1)
		case w == "since" && len(seg) > 2 && strings.Trim(next, "0123456789") == "":
			seg = t.drop(seg, 1)
		case fell && (words.IsNoun("weak", w) || words.Is("tag", w) || words.IsNoun("label", w) ||
			words.IsNoun("barelabel", w)):
		default:
			return seg
		}
		seg = t.drop(seg, 1)
	}
	return seg
}

func (t *text) allTags(seg []token) bool {
	shouts := slices.ContainsFunc(seg, func(k token) bool { return k.kind == word && words.IsShout(t.word(k)) })
	for _, k := range seg {
		if k.kind == word && shouts && words.Is("part", t.word(k)) {
			continue
		}
		if k.kind == word && !words.IsShout(t.word(k)) && !words.Is("opener", t.word(k)) &&
			(!words.Is("weak", t.word(k)) || t.isOption(k)) {
			return false
		}
	}
	return true
}

// cutParticle shortens a noun by the particle behind it. loose particles (이, 가, 로) also end names,
// so that they fall only where a sentence follows.
func (t *text) cutParticle(k *token, loose bool) {
	if k.j-k.i < 3 || !letters.IsWord(t.Read[k.j-1]) {
		return
	}
	w := t.word(*k)
	last, closed := t.Read[k.j-1], t.closed(k.j-2)
	switch {
	case strings.HasSuffix(w, "으로") && k.j-k.i > 3:
		k.j -= 2
	case last == '는' && !closed, last == '를' && !closed, last == '은' && closed, last == '을' && closed:
		k.j--
	case last == '이' && closed && t.Read[k.j-2] != t.Read[k.j-3] && letters.Contains("탕찜국면밥빵전죽", t.Read[k.j-2]) &&
		words.IsDish(t.Key(k.i, k.j-1)):
		k.j--
	case last == '가' && !closed && k.j-k.i > 3 && words.Ends("ga", w) == "" && words.IsDish(t.Key(k.i, k.j-1)):
		k.j--
	case last == '에' && words.IsMeasure(t.Key(k.i, k.j-1)):
		k.j--
	case loose && last == '로' && (!closed || (t.Read[k.j-2]-0xAC00)%28 == 8) && !words.Is("ro", w):
		k.j--
	case loose && last == '가' && !closed, loose && last == '이' && closed &&
		letters.Contains("밥면탕국찜음식전빵쌈적동림정장김", t.Read[k.j-2]):
		k.j--
	}
}

// closed reports whether a letter is a Hangul syllable that ends in a consonant.
func (t *text) closed(i int) bool { return letters.IsHangul(t.Read[i]) && (t.Read[i]-0xAC00)%28 != 0 }
