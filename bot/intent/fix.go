package intent

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Labels that say what a fix is about, and what may stand between a label and what it is to be.
const (
	priceLabels = "판매가격 판매가 가격 금액 값 price"
	menuLabels  = "메뉴이름 메뉴명 메뉴 음식이름 요리이름 이름 제목 menu name dish title"
	particles   = "은 는 을 를 이 가 만 도 to is"
	changes     = "수정 변경 정정 고침 바꿔"
	lead        = "감사합니다 고마워요 근데 그런데 그럼 저기 좀 please change update set make fix correct the 그럼 그리고 " +
		"아 아니 아이고 죄송한데 죄송해요 미안 혹시 원래 미안한데 미안하지만 죄송하지만 맞다 참 앗 사이즈별로 크기별로"
)

// readFix is Fix without a memory.
func (rd *Reader) readFix(text string, asked bool) (caption.Result, bool) {
	text = rd.correction(plainRequest(quotes.ReplaceAllString(text, "$1")))
	if relative.MatchString(text) { // it isn't known what it comes to
		return caption.Result{}, false
	}
	label, rest := cutLabel(text)
	whole := rd.Caption(text)
	if whole.Outcome == caption.OK && Request.MatchString(whole.Menu) {
		whole.Outcome, whole.Menu = caption.NeedMenu, ""
	}
	open := strings.HasSuffix(text, "?")
	switch {
	case label == "price" && !mentions(rest, menuLabels):
		r := rd.Caption(rest)
		if r.Outcome == caption.OK {
			r.Outcome, r.Menu = caption.NeedMenu, ""
		}
		if r.Outcome == caption.NeedBoth && whole.Read != "" { // 가격 19
			r = whole
		}
		if r.Read != "" {
			r.Outcome, r.Menu = caption.NeedPrice, ""
		}
		return r, r.Outcome == caption.NeedMenu || r.Outcome == caption.Choose || r.Read != ""
	case whole.Outcome == caption.OK, whole.Outcome == caption.NeedMenu, whole.Outcome == caption.Choose:
		return whole, true
	case whole.Read != "":
		whole.Outcome = caption.NeedPrice
		return whole, asked || label != ""
	case label == "menu" && !open:
		if utf8.RuneCountInString(rest) > 0 {
			whole = rd.Caption("메뉴 " + rest)
		}
		return whole, whole.Outcome != caption.NeedBoth
	}
	return whole, asked && !open && whole.Outcome == caption.NeedPrice && !IsThanks(text) && !notDish.MatchString(text)
}

var (
	// mistake says that something is wrong, and then how it is right: 이름 틀렸어 봉골레야.
	mistake = regexp.MustCompile(
		`^(.*?)\s*(?:틀렸|틀려|틀린|잘못|오타)[^\s,.!]*(?:\s+(?:적|썼|쓴|나왔|됐|되|났|들어갔|입력)[^\s,.!]*)?[\s,.!]+(.+)$`,
	)
	// slip says behind the right words that others were a mistake.
	slip = regexp.MustCompile(`(?:인데|였는데|이었는데)?[\s,.!]+(?:제가\s+)?(?:잘못|실수|오타)\S*(?:\s+\S+)?$`)
	// instead parts what was from what shall be.
	instead = regexp.MustCompile(`^.+?(?:\s*말고\s+|\s*아니(?:라|고|구)\s+|\s*(?:→|➡️?|->|=>)\s*)(.+)$`)
	// informal is how a friend says what something is.
	informal = regexp.MustCompile(`(?:이?야|임)[\s.!~]*$`)
	// relative asks for a price by how much it differs: 천원 더 올려줘.
	relative = regexp.MustCompile(`(?:원|천|만|백)(?:만|씩|을|정도)?\s*(?:더\s|올려|내려|깎|빼|인상|인하)`)
	// request is how a sentence ends that asks for something: no dish is called so.
	Request = regexp.MustCompile(`(?:줘|줘요|주라|주소|주이소|주세요|달라|싶어|싶어요|is wrong)$`)
	// quotes are put around what shall stand on a short.
	quotes = regexp.MustCompile(`["“”‘’「」]\s*((?:으로|로)\s)?`)
	// renamed asks for a dish without calling it one.
	renamed = regexp.MustCompile(`^(.+?(?:으로|로))\s+(?:(?:메뉴|이름|제목)\S*\s+)*바꿔주세요$`)
	// notDish is what people want otherwise on a short and is neither menu nor price.
	notDish = regexp.MustCompile(`(?:크|작|길|짧|굵|밝|어둡|예쁘|이쁘|빠르|느리|다르|진하|선명하|멋지|멋있|자연스럽)게\s|글씨|글자|글꼴|폰트|색깔|색상|배경|자막|속도|화면|사진|영상|음악|노래|느낌|분위기|스타일|다른|대로(?:\s|$)|걸로|것으로`)
)

// correction makes what stands right, of a text that says what was wrong as well, a labelled fix.
func (rd *Reader) correction(text string) string {
	if short := slip.ReplaceAllString(text, ""); short != "" && rd.Caption(text[len(short):]).PriceText == "" {
		text = short // else the price stands behind: 가격 잘못썼네 9천원이요
	}
	about, right := "", ""
	if m := mistake.FindStringSubmatch(text); m != nil {
		about, right = m[1], informal.ReplaceAllString(m[2], "")
	} else if m := instead.FindStringSubmatch(text); m != nil {
		right = m[1]
	}
	label, _ := cutLabel(about)
	switch out := rd.Caption(right).Outcome; {
	case right == "" && renamed.MatchString(text) && out == caption.NeedBoth && !labelled(text) &&
		!notDish.MatchString(text):
		return "메뉴 " + renamed.FindStringSubmatch(text)[1] + " 바꿔주세요"
	case right == "" || notDish.MatchString(right) || Request.MatchString(right) && !strings.Contains(right, "로 "):
		return text
	case label == "price":
		return "가격 " + right
	case out == caption.OK || out == caption.NeedMenu || out == caption.Choose:
		return right
	case strings.HasSuffix(right, "로"):
		right += " 바꿔주세요"
	}
	return "메뉴 " + right
}

// Apply gives an order's words as a fix wants them.
func Apply(w pipeline.Words, r caption.Result) pipeline.Words {
	if r.Outcome != caption.NeedPrice {
		w.Price, w.Won, w.Regular, w.Options = r.PriceText, r.Won, r.Regular, r.Options
	}
	if r.Outcome != caption.NeedMenu {
		w.Menu = r.Menu
	}
	return w
}

// plainRequest takes off what only says that something is to be changed. The last verb becomes one that
// captions know.
func plainRequest(text string) string {
	text = strings.TrimSpace(text)
	for {
		word, rest, ok := strings.Cut(text, " ")
		if !ok || !Listed(lead, strings.ToLower(strings.Trim(word, ",."))) {
			break
		}
		text = strings.TrimSpace(rest)
	}
	end := strings.TrimRightFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '?'
	})
	for _, verb := range strings.Fields(
		"고쳐주이소 바꿔주이소 고쳐줘요 고쳐줘 고쳐주세요 고쳐주실래요 수정해줘 수정해주세요 수정이요 수정요 수정 변경이요 변경요 변경 바꿔줘요 바꿔줘 바꿔 고쳐",
	) {
		if s, ok := strings.CutSuffix(strings.ReplaceAll(end, "고쳐 주", "고쳐주"), verb); ok && s != "" {
			return strings.TrimSpace(s) + " 바꿔주세요"
		}
	}
	if s := settle.ReplaceAllString(end, "로 바꿔주세요"); s != end {
		return s
	}
	return text
}

// settle is how people say what something shall be without a word for changing it: 2만원으로 올려줘.
var settle = regexp.MustCompile(`로\s*(?:해|올려|내려|가|적어|써|부탁)\s?(?:줘|줘요|주세요|주이소|주라|드려요|드립니다|해요|요)$`)

// cutLabel parts a label with its particle from what follows.
func cutLabel(text string) (label, rest string) {
	for _, l := range []struct{ label, words string }{{"price", priceLabels}, {"menu", menuLabels}} {
		for _, w := range strings.Fields(l.words) {
			if rest, ok := behind(text, w); ok {
				return l.label, rest
			}
		}
	}
	return "", text
}

// behind gives what follows a label, if it stands at the beginning as a word of its own.
func behind(text, label string) (string, bool) {
	rest, ok := cutWord(text, label)
	if !ok {
		return "", false
	}
	for _, p := range strings.Fields(particles) {
		if r, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), p); ok && bounded(r) &&
			(p[0] >= utf8.RuneSelf || rest != "" && rest[0] == ' ') {
			rest = r
			break
		}
	}
	if !bounded(rest) {
		return "", false
	}
	rest = strings.TrimLeft(rest, " \t:：=→-,.")
	for _, c := range strings.Fields(changes) {
		if r, ok := strings.CutPrefix(rest, c); ok && bounded(r) && r != "" {
			rest = strings.TrimLeft(r, " \t:：=→-,.")
		}
	}
	return rest, true
}

// cutWord takes a label off, whose syllables may be parted by spaces and whose letters may be capitals.
func cutWord(text, label string) (string, bool) {
	for _, want := range label {
		text = strings.TrimLeft(text, " ")
		r, n := utf8.DecodeRuneInString(text)
		if unicode.ToLower(r) != want {
			return "", false
		}
		text = text[n:]
	}
	return text, true
}

func labelled(text string) bool {
	label, _ := cutLabel(text)
	return label != ""
}

// bounded reports whether a word ends where s begins. A number may follow it without a space.
func bounded(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || !unicode.IsLetter(r)
}

// mentions reports whether one of the labels stands in a text as a word.
func mentions(text, labels string) bool {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) {
		if label, _ := cutLabel(w); label != "" && Listed(labels, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

func Listed(words, w string) bool {
	for _, x := range strings.Fields(words) {
		if x == w {
			return true
		}
	}
	return false
}

// complaint is what turns praise around, or asks for more: 마음에 안 들어요, 더 예쁘게 해주세요.
var complaint = regexp.MustCompile(
	`(?:^|\s)(?:안|못|더|좀|not)\s|않|별로|말고|아쉽|아쉬|틀렸|틀려|잘못|근데|그런데|하지만|바꿔|고쳐|(?:해|어|아|꿔|쳐)\s?(?:줘|주세요|주실)|싶|n't`,
)

// IsThanks tells what people say when they have nothing more to ask for.
func IsThanks(text string) bool {
	s := strings.ToLower(text)
	if complaint.MatchString(s) {
		return false
	}
	for _, w := range strings.Fields("감사 고마 고맙 땡큐 예쁘 예뻐 이쁘 이뻐 맛있 멋지 멋져 좋아요 좋네 좋다 좋습 최고 대박 굿 굳 짱 완벽 훌륭 감동 만족 쩐다 쩔어 " +
		"잘나왔 잘나왓 마음에 맘에 수고 thank thx nice great love perfect good cool wow") {
		if strings.Contains(strings.ReplaceAll(s, "잘 나", "잘나"), w) {
			return true
		}
	}
	heart := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.So, r) || strings.ContainsRune("ㅋㅎ", r):
			heart = true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return false
		}
	}
	return heart
}

var (
	endsInPrice = regexp.MustCompile(`[0-9][0-9,.]*\s*[십백천만]*\s*원?$`)
	asksChange  = regexp.MustCompile(`(?i)고쳐|바꿔|수정|변경|정정|change|correct`)
	// sentence is how talk about a dish ends, and no dish.
	sentence = regexp.MustCompile(`(요|죠|네|자|다|까|지|야)$`)
	// noun is what ends so all the same.
	noun = regexp.MustCompile(`(마요|피자|감자|소다|묵은지|만두네)$`)
)

// PlainFix reports whether a text that isn't addressed to us asks for other words as we say that it should
// be done. Talk in which a price comes up must not cost a person a short.
func (rd *Reader) PlainFix(text string) bool {
	text = strings.TrimSpace(text)
	end := strings.TrimRight(text, ".!~ ")
	if strings.ContainsAny(text, "?\n") {
		return false
	}
	if endsInPrice.MatchString(end) || asksChange.MatchString(text) {
		return true
	}
	for _, label := range strings.Fields(menuLabels) {
		rest, ok := cutWord(text, label)
		if !ok || rest == "" || !strings.ContainsRune(" :：=", []rune(rest)[0]) {
			continue
		}
		return rd.Caption(rest).Outcome == caption.NeedPrice && (!sentence.MatchString(end) || noun.MatchString(end))
	}
	return false
}
