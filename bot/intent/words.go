package intent

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/caption"
)

// Languages are called in themselves, whatever is spoken.
var Languages = map[string]string{"ko": "한국어", "en": "English"}

// Joined is what was said so far. Of a person who never stops only the beginning and the end count.
func Joined(earlier, text string) string {
	if earlier == "" {
		return text
	}
	const most = 4096
	if len(earlier) > most || text == "" {
		return earlier
	}
	return earlier + "\n" + text
}

// WantsAnyway reads whether a person wants a photo used that they were asked about, or not; what says neither is an
// answer of its own.
func WantsAnyway(text string) (yes, no bool) {
	yes, no = Assent(text)
	return yes || Listed("그래도 그래도요 그래도만들기 그래도만들어 그래도만들어요 그래도만들어줘 그래도만들어줘요 그래도만들어주세요 "+
		"그래도해줘 그래도해주세요 그래도할게요 그냥만들어 그냥만들어줘 그냥만들어주세요 그냥해줘 그냥해주세요 이대로만들어줘 이대로만들어주세요 "+
		"이대로해주세요 anyway makeitanyway makeanyway doitanyway useitanyway", Squeezed(text)), no
}

// Confirms reads whether a person says that something is right, or wrong; what says neither is an answer of its own.
func Confirms(text string) (yes, no bool) {
	s := Squeezed(text)
	yes, no = Assent(text)
	return yes || Listed("맞아요 맞아 맞습니다 맞음 맞네요 맞다 네맞아요 네맞습니다 예맞아요 예맞습니다 넵맞아요 넵맞습니다 응맞아 그대로 그대로요 "+
			"그대로해주세요 correct right thatsright yesright", s),
		no || Listed("틀려요 틀렸어요 틀렸습니다 고칠게요 고쳐주세요 고쳐줘 아니에요 아닙니다 아닌데요 wrong notright illcorrectit", s)
}

// Enough reports whether a fix can be done as it was read.
func Enough(r caption.Result) bool {
	return r.Outcome == caption.OK || r.Outcome == caption.NeedMenu ||
		r.Outcome == caption.NeedPrice && r.Read == "" && r.Menu != ""
}

// Ordinal reads 2, 2번 and the like as a place among n, from 0.
func Ordinal(text string, n int) (int, bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	for _, end := range []string{"으로", "로", "이요", "요", "째", "번", "사진"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, end))
	}
	i, err := strconv.Atoi(text)
	return i - 1, err == nil && i >= 1 && i <= n
}

// Assent reads a yes or a no.
func Assent(text string) (yes, no bool) {
	s := Squeezed(text)
	return Listed("네 넵 넹 네네 예 응 응응 ㅇㅇ 그래요 좋아요 만들어주세요 만들어줘 네만들어주세요 yes y ok okay sure please yesplease", s),
		Listed("아니 아니요 아니오 아뇨 ㄴㄴ 괜찮아요 됐어요 그만 그만둘게요 필요없어요 no n nope nothanks", s)
}

// IsGreeting tells a hello that nothing follows.
func IsGreeting(text string) bool {
	s := strings.TrimSuffix(strings.TrimSuffix(Squeezed(text), "님"), "사장픽")
	return Listed("안녕 안녕하세요 안녕하세용 안녕하십니까 하이 헬로 반가워요 반갑습니다 hi hello hey", s)
}

// IsNod tells a yes or a no that wasn't asked for.
func IsNod(text string) bool {
	yes, no := Assent(text)
	return yes || no || Listed(
		"확인 확인했어요 확인했습니다 알겠어요 알겠습니다 알았어요 알았어 오키 오케이 ㅇㅋ 그대로 그대로해주세요 됐어 아니다 아니다됐어 gotit", Squeezed(text),
	)
}

// Squeezed is a text without what people write or leave out as they like.
func Squeezed(s string) string {
	return strings.ToLower(
		strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }), ""),
	)
}
