package intent

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sajangpick/sajangpick/bot/caption"
)

// numbered are the words before the numbers of a command, as spellings.
var numbered = map[string]string{
	"상태": "status", "주문": "status", "재시도": "retry", "취소": "cancel", "다시보내기": "resend", "재전송": "resend",
	"막힌주문": "stuck", "가게들": "shops", "한도": "limit", "지출": "spend", "기록": "log",
	"status": "status", "retry": "retry", "cancel": "cancel", "resend": "resend", "stuck": "stuck", "shops": "shops",
	"limit": "limit", "spend": "spend", "log": "log",
}

// ReadNumbered finds a command with numbers behind it: 한도 3 50, retry #12, 취소 12번.
func ReadNumbered(text string) (Command, bool) {
	i := strings.IndexFunc(text, func(r rune) bool { return r == '#' || '0' <= r && r <= '9' })
	if i < 0 {
		return Command{}, false
	}
	name, ok := numbered[strings.ToLower(strings.Join(strings.Fields(text[:i]), ""))]
	numbers := strings.Fields(text[i:])
	for n, word := range numbers {
		word = strings.TrimPrefix(word, "#")
		for _, unit := range []string{"번", "편", "쪽"} {
			word = strings.TrimSuffix(word, unit)
		}
		ok = ok && word != "" && strings.Trim(word, "0123456789") == ""
		numbers[n] = word
	}
	return Command{Name: name, Arg: strings.Join(numbers, " ")}, ok
}

// Counted reads a number of ours that a person wrote: 1 and up.
func Counted(arg string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	return n, err == nil && n > 0
}

// Command is what a person asks the service to do.
type Command struct {
	Name  string
	Arg   string
	Slash bool // with a slash before it: it can't be meant as anything else
}

// spellings are the commands as words, without spaces and in lower case. They count only when they are
// all that was written. What people ask for in sentences stands in wishes.txt.
var spellings = map[string]Command{
	"도움말": {Name: "help"}, "도움": {Name: "help"}, "사용법": {Name: "help"}, "help": {Name: "help"}, "시작": {Name: "start"},
	"취소": {Name: "cancel"}, "cancel": {Name: "cancel"},
	"상태": {Name: "status"}, "초대": {Name: "invite"}, "막힌주문": {Name: "stuck"}, "지출": {Name: "spend"},
	"가게들": {Name: "shops"}, "기록": {Name: "log"},
	"멈춤": {Name: "pause"}, "재개": {Name: "resume"}, "한도": {Name: "limit"}, "재시도": {Name: "retry"},
	"모두재시도": {Name: "retry", Arg: "all"}, "전체재시도": {Name: "retry", Arg: "all"}, "재시도모두": {Name: "retry", Arg: "all"},
	"재시도전체":  {Name: "retry", Arg: "all"},
	"모두다시시도": {Name: "retry", Arg: "all"}, "전부재시도": {Name: "retry", Arg: "all"},
	"retryall": {Name: "retry", Arg: "all"},
	"로고":       {Name: "logo"}, "가게로고": {Name: "logo"},
	"가게": {Name: "shop"}, "상호": {Name: "shop"}, "상호명": {Name: "shop"}, "가게명": {Name: "shop"}, "가게이름": {Name: "shop"},
	"음악": {Name: "music"}, "느낌": {Name: "look"}, "설정": {Name: "settings"},
	"영상": {Name: "videos"}, "내영상": {Name: "videos"}, "지난영상": {Name: "videos"},
	"사용량": {Name: "usage"}, "이번달": {Name: "usage"},
	"내려받기": {Name: "export"}, "영상내려받기": {Name: "export"}, "내보내기": {Name: "export"},
	"내정보삭제": {Name: "forget"}, "정보삭제": {Name: "forget"}, "내정보지우기": {Name: "forget"},
	"되돌리기": {Name: "unforget"}, "되돌려주세요": {Name: "unforget"}, "되돌려줘": {Name: "unforget"}, "undo": {Name: "unforget"},
	"웹": {Name: "web"}, "웹페이지": {Name: "web"}, "web": {Name: "web"}, "홈페이지": {Name: "web"},
	"언어": {Name: "language"}, "영어": {Name: "language", Arg: "en"}, "english": {Name: "language", Arg: "en"},
	"한국어": {Name: "language", Arg: "ko"}, "korean": {Name: "language", Arg: "ko"},
}

// readCommand is Command without a memory.
func (rd *Reader) readCommand(text string) (Command, bool) {
	text = strings.TrimSpace(text)
	rest, slash := strings.CutPrefix(text, "/")
	if !slash {
		rest, slash = strings.CutPrefix(text, "／")
	}
	if c, ok := rd.readWords(rest); ok {
		c.Slash = slash
		return c, true
	}
	if !slash {
		return Command{}, false
	}
	end := strings.IndexFunc(rest, unicode.IsSpace)
	if end < 0 {
		end = len(rest)
	}
	name := strings.ToLower(rest[:end])
	if c, ok := spellings[name]; ok && c.Arg == "" {
		name = c.Name
	}
	return Command{Name: name, Arg: strings.TrimSpace(rest[end:]), Slash: true}, isName(name)
}

// isName tells a command from a price or a path behind a slash.
func isName(s string) bool {
	odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }
	return s != "" && !unicode.IsDigit([]rune(s)[0]) && !strings.ContainsFunc(s, odd)
}

func (rd *Reader) readWords(text string) (Command, bool) {
	plain := strings.Join(strings.Fields(strings.ToLower(strings.TrimRight(text, "!.~… "))), "")
	if c, ok := spellings[plain]; ok {
		return c, true
	}
	if c, ok := ReadNumbered(text); ok {
		return c, true
	}
	if address, ok := rd.readTrack(text); ok {
		return Command{Name: "music", Arg: address}, true
	}
	if name, ok := rd.readShopName(text); ok {
		return Command{Name: "shop", Arg: name}, true
	}
	return ReadWish(text)
}

// readShopName finds the name in 가게 이름은 새우네. A line with a price is an order, not a name.
func (rd *Reader) readShopName(text string) (string, bool) {
	for _, ours := range []string{"우리", "저희"} {
		text = strings.TrimLeft(strings.TrimPrefix(text, ours), " ")
	}
	for _, label := range []string{"가게 이름", "가게이름", "가게명", "상호명", "상호"} {
		rest, ok := strings.CutPrefix(text, label)
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "은"), "는")
		name := strings.TrimLeft(rest, " :：=")
		if name == "" || name == rest || strings.Contains(name, "\n") || rd.Caption(text).Outcome == caption.OK {
			return "", false
		}
		asks := func(s string) bool { return strings.HasPrefix(name, s) }
		if slices.ContainsFunc(
			[]string{
				"바꾸", "바꿔", "변경", "설정", "등록", "수정", "고쳐", "고치", "빼", "없애", "지워", "삭제", "틀렸", "잘못", "뭐", "어떻게", "알려",
				"보여",
			},
			asks,
		) {
			return "", true
		}
		return SpokenName(name), true
	}
	return "", false
}
