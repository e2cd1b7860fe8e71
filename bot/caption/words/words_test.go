package words

import (
	"strings"
	"testing"
)

func TestKinds_TellWordsFromTheirNeighbours(t *testing.T) {
	for _, k := range []struct {
		name    string
		is      func(string) bool
		yes, no string // parted by commas
	}{
		{"IsDish", IsDish, "새우 파스타,국밥,떡볶이", ",사장님,전화주시면,오늘"},
		{"IsKindOfDish", IsKindOfDish, "파스타는,국밥은", "파스타,파스타가,오늘은,는"},
		{"IsActor", IsActor, "엄마가,할머니께서,애들도,어르신들,동네에서,손님들이", "가,국수가,파스타,엄마,들,보들"},
		{"IsNotice", IsNotice, "휴무,품절,품절은,품절입니다,마감되었어요", "국밥,국밥입니다,"},
		{"IsSentence", IsSentence, "만들어주세요,맛있어요,국밥입니다", "국밥,요,다,예요"},
		{"IsDateFrom", IsDateFrom, "12월부터,3일까지", "12월,월부터,부터,12"},
		{"IsCount", IsCount, "2인분,500ml,3개,1~2인,한 마리,두마리,1.5l,2인", "인분,한국,두부,두 부,세트,.5l,3파스타,반찬,,12"},
		{"IsMeasure", IsMeasure, "2인분,한근,100g당,2대,몇 개", "대,국밥,한식,근"},
		{"IsCountNote", IsCountNote, "2인이상,600g부터,2인분", "이상,국밥이상,국밥"},
		{"IsBundle", IsBundle, "1+1,2+1,9+9", "0+1,1+0,a+1,1+a,1-1,11+1,1+,:+1"},
		{"IsShout", IsShout, "신메뉴,강추,여름한정,사장님추천,첫주문할인,삼겹살데이", "국밥,여름,사장님,선데이,한정식,한정국밥,"},
		{"IsWhen", IsWhen, "오늘,평일점심,학생,포장,주말저녁", "오늘국밥,국밥오늘,국밥,," + strings.Repeat("오늘", 9)},
		{"IsCondition", IsCondition, "포장만,학생만,예약시,첫방문,포장에만,금일은,회원엔", "국밥만,점심은,만,국밥은,주문"},
		{"IsPlace", IsPlace, "연남동맛집,여름한정", "국밥,파스타,오늘"},
		{"IsKnown", IsKnown, "신메뉴,오늘,포장만,만들어주세요,맛있어요,국밥입니다,국내산,가격은,평일부터,사진", "국밥,파스타,여우"},
		{"IsNoun price", func(w string) bool { return IsNoun("price", w) }, "가격,가격은,가격이", "은,국밥은,가격표를이"},
		{"Begins over", func(w string) bool { return Begins("over", w) }, "마감,마감되었어요,품절됐어요", "국밥마감,마,"},
	} {
		for _, w := range strings.Split(k.yes, ",") {
			if !k.is(w) {
				t.Errorf("%s: %q isn't", k.name, w)
			}
		}
		for _, w := range strings.Split(k.no, ",") {
			if k.is(w) {
				t.Errorf("%s: %q is", k.name, w)
			}
		}
	}
}

func TestLists_GiveTheLongestFirst(t *testing.T) {
	for r, all := range lists().endings {
		for i, w := range all {
			if !strings.HasPrefix(w, string(r)) || i > 0 && len(w) > len(all[i-1]) {
				t.Errorf("%q: %q", r, all)
			}
		}
	}
	if len(EndingsFrom('원')) == 0 || len(CountersFrom('인')) < 3 || CountersFrom('인')[0] == "인" {
		t.Error(EndingsFrom('원'), CountersFrom('인'))
	}
	for _, x := range []struct{ section, key, want string }{
		{"copula", "국밥이에요", "이에요"}, {"copula", "국밥", ""}, {"copula", "", ""},
		{"copula", strings.Repeat("국", 100) + "입니다", "입니다"},
	} {
		if got := Ends(x.section, x.key); got != x.want {
			t.Errorf("Ends(%q, %q) is %q", x.section, x.key, got)
		}
	}
	for w, want := range map[string]string{"국밥이에요": "이에요", "떡볶이에요": "에요", "구이에요": "에요", "국밥": ""} {
		if got := CopulaOf(w); got != want {
			t.Errorf("CopulaOf(%q) is %q", w, got)
		}
	}
	if plain, known := PlainBeside("곱빼기"); plain != "보통" || !known {
		t.Errorf("beside 곱빼기: %q, %v", plain, known)
	}
	if _, known := PlainBeside("국밥"); known {
		t.Error("something stands beside 국밥")
	}
	for s, l := range lists().lists {
		for w := range l {
			if len(w) >= LongestWord {
				t.Errorf("[%s] holds %s, which is longer than LongestWord", s, w)
			}
		}
	}
}
