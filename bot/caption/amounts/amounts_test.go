package amounts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
)

// written writes amounts as they stand in the text, what they mean and what is said of them.
func written(t *Reader, as []Amount) string {
	var all []string
	for _, a := range as {
		s := fmt.Sprintf("%s=%d", strings.ReplaceAll(string(t.Show[a.Start:a.End]), "\n", "/"), a.Won)
		for _, x := range []struct {
			is   bool
			name string
		}{
			{a.Market, "market"}, {a.Foreign, "foreign"}, {a.From, "from"}, {a.Since, "since"}, {a.Extra, "extra"},
			{a.Struck, "struck"}, {a.Vague, "vague"}, {a.Sure == Cafe, "cafe"}, {a.Sure == Crumb, "crumb"},
			{a.Sure == bare, "bare"},
		} {
			if x.is {
				s += " " + x.name
			}
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func TestReader_FindsEveryAmountAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"18,000원":        "18,000원=18000",
		"18000":          "18000=18000 bare",
		"18.000원":        "18.000원=18000",
		"18'000":         "18'000=18000",
		"18 ,000원":       "18 ,000원=18000",
		"18 , 000":       "18 , 000=18000",
		"18, 000원":       "18, 000원=18000",
		"18 000원":        "18 000원=18000",
		"5 500원":         "5 500원=5500 vague",
		"23,,000":        "23,,000=23000",
		"9,9":            "9,9=9900 vague cafe",
		"₩18,000":        "₩18,000=18000",
		`\ 18,000`:       `\ 18,000=18000`,
		"krw 18000":      "krw 18000=18000",
		"18k":            "18k=18000",
		"5,5OO원":         "5,5OO원=5500",
		"18,000 원":       "18,000 원=18000",
		"18,000원짜리예요":    "18,000원짜리예요=18000",
		"18,000원부터":      "18,000원부터=18000 since",
		"18,000원에서":      "18,000원에서=18000 from",
		"5만원대":           "5만원대=50000 vague",
		"18,000우너":       "18,000우너=18000",
		"7천냥":            "7천냥=7000",
		"만오천원잉께":         "만오천원잉께=15000",
		"18000원으로만들어주세요": "18000원으로만=18000",
		"만팔천원":           "만팔천원=18000",
		"만 팔천 원":         "만 팔천 원=18000",
		"1만8천5백원":        "1만8천5백원=18500",
		"1만 8000원":       "1만 8000원=18000",
		"1.8만원":          "1.8만원=18000",
		"2 만원":           "2 만원=20000",
		"1 만 8 천원":       "1 만 8 천원=18000",
		"십이만원":           "십이만원=120000",
		"이십오만":           "이십오만=250000 bare",
		"一萬원":            "一萬원=10000",
		"백이십만원":          "백이십만원=1200000",
		"천만원":            "천만원=10000000",
		"파스타 만사천":        "만사천=14000 bare",
		"만원의 행복":         "",
		"십팔천원":           "",
		"떡볶이 만원":         "만원=10000",
		"떡볶이만원":          "만원=10000 vague",
		"평일만 8,000원":     "8,000원=8000",
		"학생만5천원":         "5천원=5000",
		"왕3만두 5천":        "5천=5000",
		"라떼 4.5":         "4.5=4500 cafe",
		"HOT 4.5 ICE 5":  "4.5=4500 cafe; 5=5000 crumb",
		"잔 7.0 병 35.0":   "7.0=7000 cafe; 35.0=35000 cafe",
		"+2,000원":        "2,000원=2000 extra",
		"포장 +500":        "500=500 extra bare",
		"~22,000원~":      "22,000원=22000 struck",
		"$18":            "$18=18 foreign",
		"18달러":           "18달러=18 foreign",
		"usd 18":         "usd 18=18 foreign",
		"500엔":           "500엔=500 foreign",
		"모둠회 시가":         "시가=0 market",
		"시가예요":           "시가예요=0 market",
		"시가지 국밥":         "",
		"10시가":           "",
		"18원":            "18원=18",
		"99,999,999,999": "99,999,999,999=99999999999",
		"3인분":            "",
		"500ml":          "",
		"1000일산":         "",
		"국내산 100%":       "",
		"A5 와규":          "",
		"No.1":           "1=1000 crumb",
		"7up":            "",
		"R4.5":           "4.5=4500 cafe",
		"2만 3인":          "2만=20000",
		"18000차돌":        "18000=18000 bare",
		"2,000원할인":       "2,000원=2000",
		"":               "",
		"소 3만 중 4만 대 5만": "3만=30000; 4만=40000; 5만=50000",
		"3만5천\n4만":       "3만5천=35000; 4만=40000",
		"만이천 쌀밥":         "만이천=12000 bare",
		"이천 쌀밥":          "",
		"1억2천만원":         "1억2천만원=120000000",
	} {
		r := &Reader{Text: letters.New(text)}
		r.Silence()
		if diff := cmp.Diff(want, written(r, r.All())); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestReader_WeighsPricesAgainstOtherNumbers(t *testing.T) {
	for text, want := range map[string][2]string{
		"파스타 18원":                   {"", "18원=18"},
		"파스타 $18":                   {"", "$18=18 foreign"},
		"파스타 20,000,000원":           {"", "20,000,000원=20000000"},
		"10원빵 3,000원":               {"3,000원=3000", ""},
		"1988 떡볶이 4,000":            {"4,000=4000", ""},
		"since 1988":                {"", ""},
		"2024 신메뉴 18000":            {"18000=18000 bare", ""},
		"국밥 2000":                   {"2000=2000 bare", ""},
		"라떼 4.5 케이크 7,000":          {"7,000=7000", ""},
		"라떼 HOT 4.5 ICE 5":          {"4.5=4500 cafe; 5=5000 crumb", ""},
		"라떼 4.5 2층":                 {"4.5=4500 cafe", ""},
		"5 라떼":                      {"", ""},
		"18000차돌 20,000원":           {"20,000원=20000", ""},
		"소금빵 3,000원 3개 8,000원":      {"3,000원=3000; 8,000원=8000", ""},
		"파스타 100원":                  {"100원=100", ""},
		"파스타 99원":                   {"", "99원=99"},
		"웨딩 10,000,000원":            {"10,000,000원=10000000", ""},
		"떡볶이3000 순대4000":            {"3000=3000 bare; 4000=4000 bare", ""},
		"1000원빵":                    {"1000원=1000", ""},
		"파스타 18,00":                 {"", "18,00=18 bare"},
		"파스타 18,00원":                {"", "18,00원=18"},
		"파스타 1,8000":                {"", "1,8000=1 bare"},
		"No.1 파스타 18,000":           {"18,000=18000", ""},
		strings.Repeat("5천원 ", 100): {strings.TrimSuffix(strings.Repeat("5천원=5000; ", maxPrices), "; "), ""},
	} {
		r := &Reader{Text: letters.New(text)}
		r.Silence()
		good, bad := r.Weigh(r.All())
		if diff := cmp.Diff(want, [2]string{written(r, good), written(r, bad)}); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestReader_TakesOutTheNamesThatAreStruckOut(t *testing.T) {
	for text, want := range map[string]string{
		"~~고등어~~ 갈치조림 9,000": " 갈치조림 9,000",
		"~고등어~ 갈치조림":         " 갈치조림",
		"갈치조림 ~고등어~":         "갈치조림 ~고등어~",
		"갈치조림 ~~고등어~~":       "갈치조림 ",
		"파스타 ~~22,000원~~":    "파스타 ~~22,000원~~",
		"파스타~ 맛있어요~":         "파스타~ 맛있어요~",
		"파스타 ~ 우동 ~ 라면":      "파스타 ~ 우동 ~ 라면",
		"~~고등어\n~~ 갈치":       "~~고등어\n~~ 갈치",
		"가~고등어~ 갈치":          "가~고등어~ 갈치",
		"~고등어~ 9,000원":       "~고등어~ 9,000원",
	} {
		r := &Reader{Text: letters.New(text)}
		r.Silence()
		r.DropStruck()
		got := strings.ReplaceAll(string(r.Show), string(letters.Cut), "")
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestIsAmount_TellsNumbersInHangulFromNames(t *testing.T) {
	for w, want := range map[string]bool{
		"만사천": true, "이만오천": true, "만오": false, "파스타": false, "천": false, "만두": false, "백만": true, "오천원": false,
	} {
		if IsAmount(w) != want {
			t.Errorf("%s: %v", w, !want)
		}
	}
}
