package present

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestPhrases_AKeyHasOne(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		files, err := texts.ReadDir(lang)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, f := range files {
			text, err := texts.ReadFile(lang + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				key, _, ok := strings.Cut(line, "\t")
				if other := seen[key]; ok && other != "" {
					t.Errorf("%s: %s is in %s and in %s", lang, key, other, f.Name())
				}
				seen[key] = f.Name()
			}
		}
	}
}

func TestReason_EachIsExplainedInEachLanguage(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		seen := map[string]pipeline.Reason{}
		for _, r := range pipeline.Reasons() {
			p := Reason(lang, r)
			if _, ok := phrases()[lang]["reason."+string(r)]; !ok {
				t.Errorf("%s: no phrase for %s", lang, r)
			}
			if other, twice := seen[p]; twice {
				t.Errorf("%s: %s and %s say the same", lang, r, other)
			}
			seen[p] = r
		}
		if got := Reason(lang, "something_new"); got != Reason(lang, pipeline.ReasonTrouble) {
			t.Errorf("%s: an unknown reason says %q", lang, got)
		}
	}
}

func TestFill_AnUnknownLanguageIsAnsweredInKorean(t *testing.T) {
	for _, lang := range []string{"", "ja", "ko-KR", "KO", "zz-en"} {
		if got := Done(lang); got != Done("ko") {
			t.Errorf("%q answers %q", lang, got)
		}
	}
	for _, lang := range []string{"en", "en-US", "EN"} {
		if got := Done(lang); got != Done("en") {
			t.Errorf("%q answers %q", lang, got)
		}
	}
}

func TestParticle_FitsTheWordBeforeIt(t *testing.T) {
	for _, c := range []struct{ word, pair, want string }{
		{"새우 파스타", "을/를", "를"}, {"김밥", "을/를", "을"}, {"김밥", "를", "을"}, {"라면", "이", "이"}, {"우동", "가", "이"},
		{"커피", "은", "는"}, {"국밥", "는", "은"}, {"국밥", "와", "과"}, {"만두", "과", "와"}, {"국밥", "예요", "이에요"},
		{"만두", "이에요", "예요"},
		{"물", "으로", "로"}, {"쌀", "로", "로"}, {"국밥", "로", "으로"}, {"만두", "으로/로", "로"}, {"갈비탕", "으로", "으로"},
		{"18원", "으로", "으로"}, {"18", "으로", "로"}, {"$10", "으로", "으로"}, {"세트 1", "을", "을"}, {"세트 1", "으로", "로"},
		{"A2", "은", "는"}, {"No.3", "이", "이"}, {"4", "을", "를"}, {"5", "을", "를"}, {"6", "을", "을"}, {"7", "으로", "로"},
		{"9", "이", "가"}, {"1000", "을", "을"},
		{"Pasta", "을", "를"}, {"Salmon", "을", "을"}, {"Noodle", "으로", "로"}, {"Cream", "은", "은"}, {"Coffee", "은", "는"},
		{"XL", "으로", "로"}, {"BLT", "을", "를"}, {"Duck", "이", "이"},
		{"새우 파스타(2인)", "을", "를"}, {"새우 파스타(2인)", "으로", "로"}, {"삼겹살(국내산)", "으로", "로"}, {"짬뽕(곱빼기)", "로", "으로"},
		{"비고(총수량)", "이", "가"},
		{"총수량(비고)", "가", "이"}, {"감자탕 (소) [포장]", "를", "을"}, {"(감자탕)", "를", "을"}, {"냉면)", "로", "으로"},
		{"닭강정 1㎏", "로", "으로"}, {"닭강정 1kg", "를", "을"},
		{"콜라 500㎖", "을", "를"}, {"콜라 1.5L", "을", "를"}, {"피자 L", "으로", "로"}, {"삼겹살 200g", "를", "을"}, {"초밥 10p", "이", "가"},
		{"Soup", "으로", "로"}, {"WINE", "로", "으로"},
		{"Croissant", "로", "으로"}, {"Chimaek", "로", "으로"}, {"Latte", "을", "를"}, {"Bagel", "으로", "로"},
		{"Bibimbap", "로", "으로"}, {"BBQ", "으로", "로"}, {"ICE", "을", "를"}, {"HOT", "를", "을"},
		{"감자탕 中", "로", "으로"}, {"감자탕 大", "으로", "로"}, {"牛丼", "로", "으로"}, {"새우 파스타🍝", "을", "를"}, {"‘김밥’", "을", "을"},
		{"100%", "을", "를"}, {"", "을", "를"}, {"日本", "을", "을"},
	} {
		if got := Particle(c.word, c.pair); got != c.want {
			t.Errorf("%s + %s is %q, want %q", c.word, c.pair, got, c.want)
		}
	}
}

func TestFill_SlotsHaveTheirParticles(t *testing.T) {
	args := Args{"menu": "국밥", "read": "{menu}"}
	for phrase, want := range map[string]string{
		"{menu을} 만들어요":  "국밥을 만들어요",
		"‘{menu}’{으로}":  "‘국밥’으로",
		"{read} {menu}": "{menu} 국밥",
		"{nothing}.":    ".",
		"그대로":           "그대로",
		"열린 {menu":      "열린 ",
	} {
		if got := fill(phrase, args); got != want {
			t.Errorf("%q gives %q, want %q", phrase, got, want)
		}
	}
}

func TestQuestion_AsksForWhatIsMissing(t *testing.T) {
	for text, want := range map[string]string{
		"새우 파스타":  "새우 파스타의 가격을 알려 주세요. 예: 18,000원",
		"18,000원": "메뉴 이름을 알려 주세요. 예: 새우 파스타",
		"안녕하세요":   "메뉴 이름과 가격을 알려 주세요. 예: 새우 파스타 18,000원",
		"새우 파스타 18,000원, 봉골레 17,000원": "어떤 메뉴로 만들까요?",
		"새우 파스타 18,000원 17,000원":      "새우 파스타의 가격이 여러 개예요. 어떤 가격으로 만들까요?",
		"새우 파스타 18원":                  "가격을 ‘18원’으로 읽었어요. 맞는 가격을 다시 알려 주세요. 예: 18,000원",
		"새우 파스타 무료":                   "가격을 ‘무료’로 읽었어요. 맞는 가격을 다시 알려 주세요. 예: 18,000원",
		"새우 파스타 $18":                  "가격을 ‘$18’로 읽었어요. 영상에는 원 단위로 나와요. 몇 원인지 알려 주세요.",
		"새우 파스타 18,000원":              "",
	} {
		if got := Question("ko", caption.Parse(text)); got != want {
			t.Errorf("%q asks %q, want %q", text, got, want)
		}
	}
}

func TestStage_IsOneLine(t *testing.T) {
	open := pipeline.Order{Status: pipeline.Open, Step: pipeline.Animate, Phase: pipeline.Waiting}
	lost := open
	lost.Phase = pipeline.Unknown
	for _, c := range []struct {
		order pipeline.Order
		want  string
	}{
		{open, "영상 만드는 중"},
		{lost, "잘 만들어지고 있는지 확인하는 중이에요."},
		{pipeline.Order{Status: pipeline.Open, Step: pipeline.Fetch}, "사진 확인 중"},
		{pipeline.Order{Status: pipeline.Open, Step: pipeline.Render}, "편집 중"},
		{pipeline.Order{Status: pipeline.Open, Step: pipeline.Deliver}, "보내는 중"},
		{pipeline.Order{Status: pipeline.Delivered}, "영상이 완성됐어요."},
		{pipeline.Order{Status: pipeline.Cancelled}, "취소했어요."},
		{
			pipeline.Order{Status: pipeline.Failed, Reason: pipeline.ReasonPhotoEmpty},
			Reason("ko", pipeline.ReasonPhotoEmpty),
		},
	} {
		if got := Stage("ko", c.order); got != c.want {
			t.Errorf("%+v is %q, want %q", c.order, got, c.want)
		}
	}
}

func TestDuration_IsRoundAndNeverNothing(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "10초쯤", 0: "10초쯤", 34 * time.Second: "30초쯤", 58 * time.Second: "1분쯤", 80 * time.Second: "1분쯤",
		110 * time.Second: "2분쯤", 12 * time.Minute: "12분쯤", 62 * time.Minute: "1시간쯤", 100 * time.Minute: "2시간쯤",
	} {
		if got := Duration("ko", d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	if got := Accepted("en", 2*time.Minute); got != "Got it. This usually takes about 2 minutes." {
		t.Error(got)
	}
	if got := Accepted("ko", 2*time.Minute); got != "접수했어요. 보통 2분쯤 걸려요." {
		t.Error(got)
	}
}

func FuzzFill_KeepsTextValid(f *testing.F) {
	f.Add("{menu을} {으로}", "국밥")
	f.Add("{{}}{", "\xff")
	f.Fuzz(func(t *testing.T, phrase, word string) {
		got := fill(phrase, Args{"menu": word})
		if utf8.ValidString(phrase) && utf8.ValidString(word) && !utf8.ValidString(got) {
			t.Errorf("%q and %q give %q", phrase, word, got)
		}
	})
}
