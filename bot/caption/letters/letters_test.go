package letters

import (
	"slices"
	"strings"
	"testing"
)

// quiet is a text as it is shown after Silence, with | for each stretch that was taken out.
func quiet(t *Text) string {
	var b strings.Builder
	for i, r := range t.Show {
		if r == Cut || r == Gone {
			if i == 0 || t.Show[i-1] != r {
				b.WriteByte('|')
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestSilence_TakesOutWhatIsNeitherDishNorPrice(t *testing.T) {
	for text, want := range map[string]string{
		"국밥 010-1234-5678 9,000":      "국밥 | 9,000",
		"국밥 010 1234 5678":            "국밥 |",
		"국밥 02)123-4567":              "국밥 |",
		"국밥 0507-1234-5678":           "국밥 |",
		"국밥 1588-1234":                "국밥 |",
		"국밥 1388-1234":                "국밥 1388-1234",
		"국밥 110-234-567890":           "국밥 |",
		"국밥 123456789":                "국밥 |",
		"국밥 12345678":                 "국밥 12345678",
		"국밥 9,000 T.02-123-4567":      "국밥 9,000 |",
		"6,000 02-123-4567":           "6,000 |",
		"국밥 11:30~22:00":              "국밥 |",
		"국밥 11시 30분~14시까지 9,000":      "국밥 | 9,000",
		"국밥 오후 5시부터":                  "국밥 |",
		"국밥 11시 반부터":                  "국밥 |",
		"국밥 17-19시":                   "국밥 |",
		"국밥 9am~10pm":                 "국밥 |",
		"24시 감자탕":                     "24시 감자탕",
		"24시까지 감자탕":                   "| 감자탕",
		"25시까지 감자탕":                   "25시까지 감자탕",
		"3시간 끓인 국밥":                   "3시간 끓인 국밥",
		"국밥 매월 14일":                   "국밥 |",
		"국밥 12/24":                    "국밥 |",
		"치킨 1/2":                      "치킨 1/2",
		"치킨 13/5":                     "치킨 13/5",
		"치킨 12/32":                    "치킨 12/32",
		"국밥 2026.12.25":               "국밥 |",
		"국밥 2026-12-25":               "국밥 |",
		"@sea.shop-1 국밥":              "| 국밥",
		"국밥 @9,000":                   "국밥 |9,000",
		"#새우파스타맛집 국밥":                 "| 국밥",
		"#1 국밥":                       "|1 국밥",
		"# 국밥":                        "| 국밥",
		"<@U012AB3CD> 국밥":             "| 국밥",
		"<https://a.example/b|사진> 국밥": "| 국밥",
		"<신메뉴> 국밥":                    "<신메뉴> 국밥",
		"<@끝이 없는 국밥":                  "<| 없는 국밥",
		":shrimp: 국밥":                 "| 국밥",
		":+1: 국밥":                     "| 국밥",
		"a:b: 국밥":                     "a:b: 국밥",
		"https://a.example/b?c=1 국밥":  "| 국밥",
		"www.example.com/1 국밥":        "| 국밥",
		"naver.me/Ab12 국밥":            "| 국밥",
		"국밥.zip":                      "국밥.zip",
		"a.b-c@example.co.kr 국밥":      "| 국밥",
		"서울시 마포구 연남동 223-14 국밥":       "| 국밥",
		"군산시 대학로 12 2층 국밥":            "| 국밥",
		"구로구 디지털로 300 국밥":             "| 국밥",
		"숯불로 12":                      "숯불로 12",
		"매달 1일까지 국밥":                  "|까지 국밥",
		"매월 국밥":                       "매월 국밥",
		"매일 국밥":                       "매일 국밥",
		"오후의 국밥":                      "오후의 국밥",
		"오후 30시 국밥":                   "오후 30시 국밥",
		"11시부터 오후 3시 국밥":              "| 국밥",
		"11시에서 14시 국밥":                "| 국밥",
		"11시 14시 국밥":                  "11시 14시 국밥",
		"5시 10분까지 국밥":                 "| 국밥",
		"5시 반 국밥":                     "5시 반 국밥",
		"5시 반마리":                      "5시 반마리",
		"111시까지":                      "111시까지",
		"5am 국밥":                      "5am 국밥",
		"5am부터 국밥":                    "| 국밥",
		"5amber":                      "5amber",
		"1/4":                         "1/4",
		"1/5":                         "|",
		"12/1/2":                      "|",
		"12/24,25":                    "12/24,25",
		"12/245":                      "12/245",
		"02-1234-567 국밥":              "| 국밥",
		"010-1234-56789":              "|",
		"0505-1234-56789":             "|",
		"1544-12":                     "1544-12",
		"15441234":                    "15441234",
		"1544-1234-5":                 "|",
		"11:305":                      "11:305",
		"2026.1 국밥":                   "2026.1 국밥",
		"서울 국밥 12":                    "서울 국밥 12",
		"면로 12-3":                     "면로 12-3",
		"연남동 223-14":                  "연남동 223-14",
		"연남동 223":                     "연남동 223",
		"마포구 대학로 12345":               "마포구 대학로 12345",
		"마포구 대학로 12,000":              "마포구 대학로 12,000",
		"마포구 대학로 12 3층":               "|",
		"마포구 대학로 12 3층짜리":             "| 3층짜리",
		"마포구 대학로 12 층":                "| 층",
		"<mailto:a@b.example|메일> 국밥":  "| 국밥",
		"<!here> 국밥":                  "| 국밥",
		"<a\n> 국밥":                    "<a\n> 국밥",
		":가: 국밥":                      ":가: 국밥",
		":a:b 국밥":                     ":a:b 국밥",
		"::: 국밥":                      "::: 국밥",
		"abc@가":                       "abc@가",
		"abc.example 국밥":              "abc.example 국밥",
		"naver.me국밥":                  "|국밥",
		"가@b":                         "가@b",
		"t 02-123-4567":               "|",
		"at.02-123-4567":              "at.|",
		"⌚ 국밥":                        "| 국밥", "→ 국밥": "→ 국밥", "← 국밥": "| 국밥", "■ 국밥": "| 국밥", "① 국밥": "| 국밥",
		"오후 5:30 국밥":        "| 국밥",
		"5시~17:30 국밥":       "| 국밥",
		"11시 ~ 14시 국밥":      "| 국밥",
		"11시부터 ~ 14시 국밥":    "| 국밥",
		"11:30까지 국밥":        "| 국밥",
		"11:30 - 22:00 국밥":  "| 국밥",
		"5시 반까지 국밥":         "| 국밥",
		"5시 30분 국밥":         "5시 30분 국밥",
		"5시 분식":             "5시 분식",
		"9:1 국밥":            "9:1 국밥",
		"100:30 국밥":         "100:30 국밥",
		"12/31 국밥":          "| 국밥",
		"12/1 국밥":           "| 국밥",
		"12/0 국밥":           "12/0 국밥",
		"0/12 국밥":           "0/12 국밥",
		"국밥 2026.12.25까지":   "국밥 |",
		"2026/12/25 국밥":     "| 국밥",
		"1.25.500 국밥":       "1.25.500 국밥",
		"0505 1234 5678 국밥": "| 국밥",
		"02 123 4567 9000":  "| 9000",
		"1644-1234 국밥":      "| 국밥",
		"1899-1234 국밥":      "| 국밥",
		"1588.1234 국밥":      "1588.1234 국밥",
		"588-1234 국밥":       "588-1234 국밥",
		"2588-1234 국밥":      "2588-1234 국밥",
		"오산시 대학로 12 국밥":     "| 국밥",
		"아침마당로 12 국밥":       "아침마당로 12 국밥",
		"경기도 성남시 분당구 정자동 정자일로 8번길 12": "|",
		"마포구 대학로 1234 국밥":             "| 국밥",
		"마포구 대학로 12인분":                "마포구 대학로 12인분",
		"마포구 대학로 012":                 "마포구 대학로 012",
		"마포구 국밥 12-3":                 "마포구 국밥 12-3",
		"구로 12-3":                     "구로 12-3",
		"#새우_파스타 국밥":                  "| 국밥",
		"#1호점 국밥":                     "| 국밥",
		"@12월 국밥":                     "|12월 국밥",
		"가@sea 국밥":                    "가@sea 국밥",
		"naver.me/가 국밥":               "|가 국밥",
		"t.12 국밥":                     "t.12 국밥",
		"※ 국밥":                        "| 국밥",
		"ㅋㅋ 국밥":                       "| 국밥", "𝐏asta 9": "𝐏asta 9",
		"국밥 🍝 9,000": "국밥 | 9,000",
		"1️⃣ 국밥":     "| 국밥",
	} {
		x := New(text)
		x.Silence()
		if got := quiet(x); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSilence_RemembersNumbersToCallAndReadsWhatWasMeant(t *testing.T) {
	for text, want := range map[string]struct {
		read        string
		unsure      bool
		calls, less []int
	}{
		"국밥 5,5OO원":          {"국밥 5,500원", true, nil, nil},
		"국밥 5OO0 6.OOO":      {"국밥 5000 6.000", true, nil, nil},
		"국밥 9,000 oz 7oz":    {"국밥 9,000 oz 7oz", false, nil, nil},
		"라떼,oo .oo":          {"라떼,oo .oo", false, nil, nil},
		"T.02-123-4567":      {"", false, []int{2}, nil},
		"국밥 010-1234-5678":   {"국밥 ", false, []int{3}, nil},
		"<신메뉴> <new> 1<2 <>": {"「신메뉴」 「new」 1<2 <>", false, nil, []int{0, 6, 13, 16}},
		"<b>국밥</b> <국밥, 우동>": {"<b>국밥</b> <국밥, 우동>", false, nil, []int{0, 5, 10}},
	} {
		x := New(text)
		x.Silence()
		read := strings.ReplaceAll(string(x.Read), string(Cut), "")
		if read != want.read || x.Unsure != want.unsure || !slices.Equal(x.Calls, want.calls) ||
			!slices.Equal(x.Less, want.less) || x.Key(0, len(x.Read)) != string(x.Read) {
			t.Errorf("%q: read as %q, unsure %v, calls %v, less %v", text, read, x.Unsure, x.Calls, x.Less)
		}
	}
}

func TestNew_MakesLettersAlikeAndKeepsHowTheyAreShown(t *testing.T) {
	for text, want := range map[string]string{
		"Ｐａｓｔａ １８，０００":                         "pasta 18,000",
		"PASTA":                                "pasta",
		"\u1111\u1161\u1109\u1173\u1110\u1161": "파스타", // put together from single letters
		"a\u200bb\ufeffc":                      "abc",
		"a\r\nb":                               "a\nb",
		"a\u00a0b":                             "a b",
		"a\xffb":                               "ab",
		"파스타ㄴㄴ":                                "파스타 아니 ",
		"𝐏asta ９":                              "pasta 9",
		"2\u03352\u0335 국밥":                    "~~22~~ 국밥",
		"\ue001비밀":                             "비밀",
		"2\u03352\u0335 3\u03383\u0338":        "~~22 33~~",
		"2\u0335 3 4\u0335":                    "~~2~~ 3 ~~4~~",
		"a\x7fb\x01c\td`":                      "abc d'",
		"！～Ａ𝐀𝟿":                                "!~aa9",
		"\U0001D455 AZ":                        "\U0001D455 az", // no letter has this number
	} {
		x := New(text)
		if got := string(x.Read); got != want || len(x.Show) != len(x.Read) {
			t.Errorf("%q: read as %q, want %q", text, got, want)
		}
	}
	if x := New(strings.Repeat("가", Max+1)); len(x.Read) != Max {
		t.Errorf("%d letters", len(x.Read))
	}
}

func TestText_FindsWordsByTheLettersAsTheyAreNow(t *testing.T) {
	x := New("국밥 9,000")
	x.Seal()
	if !x.Has(0, "국밥") || x.Has(1, "국밥") || x.Has(-1, "국") || x.Has(99, "국") || x.Key(0, 2) != "국밥" {
		t.Error("it isn't found where it stands")
	}
	x.Cut(0, 2)
	x.Seal()
	if x.Has(0, "국밥") || x.Letter(0) != Cut || x.Letter(-1) != '\n' || x.Letter(99) != '\n' {
		t.Error("it is found where it was taken out")
	}
}

func TestIsWord_TellsWhatWordsAreMadeOf(t *testing.T) {
	for _, r := range "가힣az09½㎏℃éñ漢" {
		if !IsWord(r) {
			t.Errorf("%q isn't", r)
		}
	}
	for _, r := range " \n,.~!()|·" + string(Gone) + string(Cut) {
		if IsWord(r) {
			t.Errorf("%q is", r)
		}
	}
	if IsHangul('ㄱ') || !IsHangul('가') || !IsHangul('힣') {
		t.Error("whole syllables alone are Hangul")
	}
}

func FuzzSilence_TakesNothingFromBesideTheText(f *testing.F) {
	for _, s := range []string{"국밥 010-1234-5678", "<@U1> :a: #b 12/24 11:30~", "o5,5OO", "@", "<", "a@", "오전 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := New(s)
		before := len(x.Read)
		x.Silence()
		if len(x.Read) != before || len(x.Show) != before || len(x.Used) != before ||
			x.Key(0, before) != string(x.Read) {
			t.Errorf("%d letters, then %d", before, len(x.Read))
		}
	})
}
