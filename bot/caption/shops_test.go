package caption

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shops lists the tables of captions as owners write them, a hundred per kind of shop. Their columns are those of
// captions.tsv and the price before a discount; || parts names that careful readers would both take.
// They were written before the parser was made for them, and what it misreads of them stays there to be counted.
// The tables in another voice are hold-outs: each was written, and counted, before the rules that followed it. The
// third to seventh are of 30 November 2026; the parser had 107 of 120, 41 of 60, 46 of 61, 48 of 59 and 35 of 40 then.
// Of their expected values two names in the third and one in the fifth got a second reading beside the first;
// the discount on everything in the fifth is asked about, as the specification wants.
func shops(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/shops/*.tsv")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d tables: %v", len(files), err)
	}
	for i := range files {
		files[i] = "shops/" + filepath.Base(files[i])
	}
	return files
}

// tight leaves out spaces around signs, which say nothing.
var tight = strings.NewReplacer(
	" (", "(", "( ", "(", " )", ")", " + ", "+", "+ ", "+", " +", "+", "·", ",", " ,", ",", ", ", ",",
)

func oneOf(menu, names string) bool {
	for _, n := range strings.Split(names, "||") {
		if tight.Replace(menu) == tight.Replace(n) {
			return true
		}
	}
	return false
}

// rightly holds a reading against a row of a shop's table: all of it, and its price alone.
func rightly(got Result, want []string) (all, price bool) {
	if string(got.Outcome) != want[0] {
		return false, false
	}
	switch got.Outcome {
	case OK:
		price = strconv.Itoa(got.Won) == want[2] && got.PriceText == want[3]
		regular := want[4] == "" && got.Regular == 0 || want[4] == strconv.Itoa(got.Regular)
		return price && regular && oneOf(got.Menu, want[1]), price
	case NeedPrice:
		return oneOf(got.Menu, want[1]), true
	case NeedMenu:
		return strconv.Itoa(got.Won) == want[2], true
	}
	return true, true
}

func TestParse_ReadsWhatOwnersOfEachKindOfShopWrite(t *testing.T) {
	for _, file := range shops(t) {
		rs, right := rows(t, file), 0
		for _, r := range rs {
			if all, _ := rightly(Parse(r[0]), r[1:]); all {
				right++
			} else {
				t.Logf("%s: %q gives %+v", file, r[0], Parse(r[0]))
			}
		}
		least := 95 // of a hundred
		if strings.Contains(file, "another-voice") {
			least = 75
		}
		if right*100 < len(rs)*least {
			t.Errorf("%s: %d of %d are read rightly", file, right, len(rs))
		}
	}
}

func TestResult_IsNeverSureOfAWrongPrice(t *testing.T) {
	var right, unsure, names, sureNames int
	for _, file := range shops(t) {
		for _, r := range rows(t, file) {
			got := Parse(r[0])
			if got.Outcome != OK {
				continue
			}
			all, price := rightly(got, r[1:])
			sure := got.Sure(nil)
			switch {
			case all:
				right++
				if !sure {
					unsure++
				}
			case !price && sure:
				t.Errorf("%s: %q is surely %q %q", file, r[0], got.Menu, got.PriceText)
			case price:
				names++
				if sure {
					sureNames++
				}
			}
		}
	}
	t.Logf("%d right, of these %d are asked about; %d wrong names, of these %d pass", right, unsure, names, sureNames)
	if unsure*12 > right {
		t.Errorf("of %d right readings %d are asked about", right, unsure)
	}
	if sureNames*10 > names {
		t.Errorf("%d wrong names of %d pass", sureNames, names)
	}
}

func TestResult_ADishThatTheShopSoldIsSure(t *testing.T) {
	r := Parse("밤바다를 담은 선장네 한 상 10,000원")
	if r.Outcome != OK || r.Doubt != DoubtName {
		t.Fatalf("read as %+v", r)
	}
	sold := func(menu string) bool { return menu == r.Menu }
	if r.Sure(nil) || !r.Sure(sold) {
		t.Errorf("sure %v, of a dish that was sold %v", r.Sure(nil), r.Sure(sold))
	}
	if r := Parse("오뎅탕 1.8"); r.Sure(func(string) bool { return true }) {
		t.Error("a doubtful price passes because the dish was sold")
	}
}

func TestResult_AnAmountThatNotEveryoneWillPayIsDoubtful(t *testing.T) {
	for _, c := range []string{
		"스테이크 5만원대", "파스타 만원 정도", "새우 파스타 만이천원선", "보쌈 35,000원 예약시 32,000원",
		"후라이드 18,000원 포장 시 16,000원", "후라이드 18,000원 포장하시면 16,000원",
	} {
		if r := Parse(c); r.Outcome != OK || r.Doubt != DoubtPrice {
			t.Errorf("%q is read as %+v", c, r)
		}
	}
	for _, c := range []string{"탕수육 소 25,000 중 30,000 대 35,000", "파스타 18,000원 오늘만 15,000원", "일금 18,000원정 파스타"} {
		if r := Parse(c); !r.Sure(nil) {
			t.Errorf("%q is asked about: %+v", c, r)
		}
	}
}
