package caption

import (
	"reflect"
	"testing"
)

// asides are what people write beside a dish and its price that is neither.
var asides = []string{
	"010-1234-5678", "010.1234.5678", "010 1234 5678", "02)123-4567", "02-123-4567", "031-123-4567", "0507-1234-5678",
	"01012345678", "1588-1234", "1688-1234", "1800-1234", "T.02-123-4567", "tel 02-123-4567", "110-234-567890",
	"123456789012", "11:30", "9:05", "11:00~22:00", "11:00 ~ 22:00", "11:00-22:00", "11:30부터", "22:00까지", "11시~14시",
	"11시 30분~14시",
	"17-19시", "11시 반부터", "24시까지", "9시 이후", "오전 9시", "오후 5시부터", "아침 7시~11시", "저녁 6시 30분", "낮 12시", "am 9:00", "pm 5시",
	"9am~10pm",
	"2026.12.25", "2026-12-25", "2026/12/25", "12.25.26", "12/24", "12/24~12/25", "1/5", "9/30", "매월 14일", "매달 1일",
	"@sea_shop", "@sea.shop-1", "#새우파스타맛집", "#맛집_추천", "＃맛집", "<@U012AB3CD>", "<#C012AB3CD|menu>",
	"<https://a.example/b|사진>", "<!here>",
	"<mailto:a@b.example>", ":shrimp:", ":+1:", ":fork_and_knife:", "https://a.example/b?c=18,000", "http://a.example",
	"www.example.com/1", "example.com",
	"naver.me/Ab12", "sea@example.com", "a.b-c@example.co.kr", "🍝", "🔥🔥🔥", "❤️", "⌚", "ㅋㅋㅋ", "ㅎㅎ", "^^", "~~", "!!",
	"…", "\u200b", "서울시 마포구 연남동 223-14", "전북 군산시 대학로 12", "구로구 디지털로 300 2층",
}

func TestParse_WhatIsBesideADishAndItsPriceChangesNeither(t *testing.T) {
	for _, text := range []string{
		"새우 파스타 18,000원", "떡볶이 소 4,000 대 6,000", "아메리카노 4.5", "모둠회 시가", "물회 12,000", "소금빵 3개 만원",
		"돈까스 12,000원에서 9,900원",
	} {
		want := Parse(text)
		for _, aside := range asides {
			for _, whole := range []string{
				aside + "\n" + text, text + "\n" + aside, aside + " " + text, text + " " + aside,
				text + "(" + aside + ")",
			} {
				if got := Parse(whole); !reflect.DeepEqual(got, want) {
					t.Errorf("%q: %+v", whole, got)
				}
			}
		}
	}
}
