// Package presenttest holds phrases to what people may expect of them: those of present, and those that a platform has
// in their place.
package presenttest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/present"
)

// Run tries phrases, by language and key. None is longer than 120 characters but those in long, which are read once, in
// peace.
func Run(t *testing.T, phrases map[string]map[string]string, long map[string]int) {
	b := book(phrases)
	for name, f := range map[string]func(*testing.T){
		"KoreanSentencesEndInTheSpokenPoliteForm": b.endPolitely,
		"AreSetCleanly":                     b.areSetCleanly,
		"AreTheSameInBothLanguages":         b.areTheSameInBothLanguages,
		"KoreanHasNoJargonAndSaysWhatToDo":  b.haveNoJargon,
		"ParticlesBehindSlotsAreChosen":     b.chooseParticles,
		"NoParticleIsWrittenAgainstItsWord": b.fitTheirWords,
		"BothLanguagesFillTheSameSlots":     b.fillTheSameSlots,
		"AreShort":                          func(t *testing.T) { b.areShort(t, long) },
	} {
		t.Run(name, f)
	}
}

type book map[string]map[string]string

func (b book) keys(lang string) []string {
	var ks []string
	for k := range b[lang] {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

// sample fills every slot that phrases have.
var sample = present.Args{
	"menu": "새우 파스타", "reason": "설정이 잘못됨", "read": "18원", "time": "2분쯤", "n": "2",
	"stage": "영상 만드는 중", "bar": "▰▰▰▱▱▱▱▱▱▱", "shop": "바다식당", "price": "18,000원", "regular": "22,000원",
	"name": "바다식당", "limit": "30", "date": "12월 1일", "month": "12월", "day": "1",
	"list": "새우 파스타 18,000원", "all": "30", "left": "6", "logo": "있어요", "who": "관리자", "words": "새우 파스타 · 18,000원",
	"shoplook": "깔끔", "shopmusic": "밝은 음악", "names": "clean, market", "allow": "GET, HEAD",
}

// command is what a Korean phrase may hold in Latin letters.
var command = regexp.MustCompile(`/[a-z]+|@sajangpick|MP3|https:\S+`)

// ended is the end of a sentence, with the two letters before it.
var ended = regexp.MustCompile(`(\S{1,2})[.?!]+[’”)]*(?:\s|$)`)

func (b book) endPolitely(t *testing.T) {
	for _, k := range b.keys("ko") {
		for _, m := range ended.FindAllStringSubmatch(b["ko"][k], -1) {
			if end := m[1]; !strings.HasSuffix(end, "요") && !strings.HasSuffix(end, "요}") && end != "})" {
				t.Errorf("%s: a sentence ends in %q: %q", k, end, b["ko"][k])
			}
		}
	}
}

func (b book) areSetCleanly(t *testing.T) {
	dirt := regexp.MustCompile(`  |^\s|\s$| \n|"|\s[.,?!]`)
	for _, lang := range []string{"ko", "en"} {
		for _, k := range b.keys(lang) {
			p := b[lang][k]
			if dirt.MatchString(p) || strings.Count(p, "“") != strings.Count(p, "”") {
				t.Errorf("%s %s: %q", lang, k, p)
			}
			if lang == "ko" && (strings.Contains(p, "'") || strings.Count(p, "‘") != strings.Count(p, "’")) {
				t.Errorf("%s %s: %q", lang, k, p)
			}
		}
	}
}

func (b book) areTheSameInBothLanguages(t *testing.T) {
	if !slices.Equal(b.keys("ko"), b.keys("en")) {
		t.Errorf("ko has %v\nen has %v", b.keys("ko"), b.keys("en"))
	}
}

// names are those of fields, headers, types and addresses.
var names = regexp.MustCompile(`[A-Za-z_/.-]+[0-9]?[A-Za-z_/.-]*`)

func (b book) haveNoJargon(t *testing.T) {
	for _, k := range b.keys("ko") {
		p := strings.ReplaceAll(command.ReplaceAllString(present.FillIn(b["ko"][k], sample), "/"), "초대 코드", "")
		p = strings.ReplaceAll(p, "AI", "") // as the law and people call it
		if strings.HasPrefix(k, "api.") {   // for those who write programs, with the names of fields and headers
			p = names.ReplaceAllString(p, "")
		}
		for _, r := range p {
			if r < utf8.RuneSelf && unicode.IsLetter(r) {
				t.Errorf("%s holds a Latin letter: %q", k, p)
				break
			}
		}
		for _, w := range []string{"오류", "에러", "서버", "업로드", "렌더", "실패", "코드", "(으)", "을(를)", "{", "}", "습니다", "_"} {
			if strings.Contains(p, w) {
				t.Errorf("%s: %q holds %q", k, p, w)
			}
		}
		sentence := strings.HasPrefix(k, "reason.") || strings.HasPrefix(k, "ask.")
		if sentence && !strings.Contains(p, "주세요") && !strings.HasSuffix(p, "까요?") {
			t.Errorf("%s doesn't say what to do: %q", k, p)
		}
	}
}

// chooseParticles holds that what depends on the word before it is inside of the slot's braces.
func (b book) chooseParticles(t *testing.T) {
	for _, particle := range strings.Fields("을 를 은 는 이 가 와 과 로 으로 예요 이에요 이라고 라고 이나 나 랑 이랑") {
		fixed := regexp.MustCompile(`[a-z]\}[’”)]*` + particle + `(?:[^\p{Hangul}]|$)`)
		for _, k := range b.keys("ko") {
			if p := b["ko"][k]; fixed.MatchString(p) {
				t.Errorf("%s: %s is right for some words only: %q", k, particle, p)
			}
		}
	}
}

func (b book) fitTheirWords(t *testing.T) {
	for _, word := range []string{"국밥", "만두", "물"} { // closed, open, and closed with ㄹ
		args := present.Args{}
		for name := range sample {
			args[name] = word
		}
		for _, k := range b.keys("ko") {
			before := rune(0)
			for _, r := range present.FillIn(b["ko"][k], args) {
				if closed := before >= '가' && before <= '힣' && (before-'가')%28 > 0; r == '를' && closed {
					t.Errorf("%s says %c를: %s", k, before, present.FillIn(b["ko"][k], args))
				}
				before = r
			}
		}
	}
}

func (b book) fillTheSameSlots(t *testing.T) {
	slot := regexp.MustCompile(`\{([a-z]+)`)
	slots := func(lang, k string) (names []string) {
		for _, m := range slot.FindAllStringSubmatch(b[lang][k], -1) {
			if names = append(names, m[1]); sample[m[1]] == "" {
				t.Errorf("%s %s: no sample for {%s}", lang, k, m[1])
			}
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	for _, k := range b.keys("ko") {
		if ko, en := slots("ko", k), slots("en", k); !slices.Equal(ko, en) {
			t.Errorf("%s: ko fills %v, en fills %v", k, ko, en)
		}
	}
}

func (b book) areShort(t *testing.T, long map[string]int) {
	for _, lang := range []string{"ko", "en"} {
		for _, k := range b.keys(lang) {
			if n := utf8.RuneCountInString(present.FillIn(b[lang][k], sample)); n == 0 || n > max(long[k], 120) {
				t.Errorf("%s %s has %d characters", lang, k, n)
			}
		}
	}
}
