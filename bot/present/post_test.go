package present

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestPost_HasTheDishItsPriceTheShopAndTags(t *testing.T) {
	for _, w := range []pipeline.Words{
		{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽 식당"},
		{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Regular: 22000, Shop: "사장픽 식당"},
		{
			Menu: "감자탕", Price: "소 25,000원 · 중 35,000원", Won: 25000,
			Options: []pipeline.Option{{Name: "소", Won: 25000}, {Name: "중", Won: 35000}}, Shop: "큰집",
		},
		{Menu: "모둠회 (2인)", Price: "시가"},
		{Menu: "사장님 특선", Price: "9,000원", Won: 9000},
		{Menu: "Shrimp Pasta", Price: "18,000원", Won: 18000, Shop: "Bada & Co."},
	} {
		for _, lang := range []string{"ko", "en"} {
			said, tags, ok := strings.Cut(Post(lang, ordered(w), CaptionUnits), "\n\n")
			lines := strings.Split(said, "\n")
			if !ok || !strings.HasPrefix(said, w.Menu) || !strings.Contains(said, w.Price) ||
				!strings.Contains(lines[len(lines)-2], w.Shop) {
				t.Errorf("%s: %q", lang, said)
			}
			if regular := Fill(lang, "post.regular", Args{
				"regular": "22,000원", "price": w.Price,
			}); strings.Contains(said, regular) != (w.Regular > 0) {
				t.Errorf("%s: %q of a regular price of %d", lang, said, w.Regular)
			}
			if w.Shop == "" && lines[len(lines)-2] != Fill(lang, "post.noshop", nil) {
				t.Errorf("%s: %q, without a shop", lang, said)
			}
			for _, tag := range strings.Fields(tags) {
				if !strings.HasPrefix(tag, "#") || hashtag(tag[1:]) != tag[1:] {
					t.Errorf("%s: %q in %q", lang, tag, tags)
				}
			}
			if own := strings.ReplaceAll(w.Shop, " ", ""); own == "큰집" && !strings.Contains(tags, "#"+own) {
				t.Errorf("%s: %q doesn't name the shop", lang, tags)
			}
		}
	}
}

func ordered(w pipeline.Words) pipeline.Order { return pipeline.Order{Cut: pipeline.Cut{Words: w}} }

func TestPost_SaysThatAIMadeItWhenAClipIsInIt(t *testing.T) {
	clip := ordered(pipeline.Words{Menu: "새우 파스타", Price: "18,000원"})
	plain, still := clip, clip
	plain.Fallback, still.Cut.Size = pipeline.ReasonDishChanged, pipeline.Still
	for name, c := range map[string]struct {
		o    pipeline.Order
		said bool
	}{"a clip": {clip, true}, "the photo itself, as a film": {plain, false}, "a picture": {still, false}} {
		ko, en := Post("ko", c.o, CaptionUnits), Post("en", c.o, CaptionUnits)
		if strings.Contains(ko, "AI로 만든 영상이에요.") != c.said || strings.Contains(en, "made with AI") != c.said {
			t.Errorf("%s: %q, %q", name, ko, en)
		}
	}
}

func TestPost_FitsTheButtonThatCopiesIt(t *testing.T) {
	for _, w := range []pipeline.Words{
		{Menu: strings.Repeat("새우 ", 20), Price: strings.Repeat("특대 99,000원 · ", 30), Shop: strings.Repeat("바다", 30)},
		{Menu: strings.Repeat("👨‍👩‍👧‍👦", 40), Price: "18,000원"},
		{Menu: strings.Repeat("e\u0301", 400)},
		{Menu: "새우 파스타", Price: "18,000원", Shop: "사장픽 식당"},
	} {
		got := Post("ko", ordered(w), CopyUnits)
		if !strings.Contains(got, "\nAI로 만든 영상이에요.") {
			t.Errorf("%q doesn't say that AI has made it", got)
		}
		if n := unitsOf(got); n > CopyUnits || n < 20 || !utf8.ValidString(got) {
			t.Errorf("%d units: %q", n, got)
		}
	}
	if got := TruncateUTF16(strings.Repeat("👨‍👩‍👧‍👦", 3), 13); got != "👨‍👩‍👧‍👦…" {
		t.Errorf("a family is torn apart: %q", got)
	}
}

func FuzzPost_KeepsItsLengthAndHasCleanTags(f *testing.F) {
	f.Add("새우 파스타", "18,000원", "사장픽 식당", 256)
	f.Add("a#b @c /d", "\u202e18", "http://x.y\n\n#evil", 40)
	f.Add("\xff(((", "", "_1_", 1)
	f.Add("이름이 스무 글자보다 훨씬 더 긴 죽", "9,000원", "", 200)
	f.Fuzz(func(t *testing.T, menu, price, shop string, units int) {
		units = 64 + max(0, units%2000)
		w := pipeline.Words{Menu: menu, Price: price, Shop: shop}
		got := Post("ko", ordered(w), units)
		if unitsOf(got) > units {
			t.Errorf("%d units are more than %d", unitsOf(got), units)
		}
		if strings.ContainsFunc(got, func(r rune) bool {
			return r != '\n' && (unicode.IsControl(r) || r == '\u202e')
		}) {
			t.Errorf("a control in %q", got)
		}
		tags := hashtags("ko", w)
		for _, tag := range tags {
			if hashtag(tag) != tag || utf8.RuneCountInString(tag) > tagLength {
				t.Errorf("#%s", tag)
			}
		}
		if len(tags) < 3 || len(tags) > maxTags ||
			len(slices.Compact(slices.Sorted(slices.Values(tags)))) != len(tags) {
			t.Errorf("%q", tags)
		}
	})
}

func TestEmoji_IsThatOfTheDish(t *testing.T) {
	for menu, want := range map[string]string{
		"새우 파스타": "🍝", "새우 파스타(2인)": "🍝", "파스타 샐러드": "🥗", "김치찌개": "🍲", "김치 볶음밥": "🍚", "치즈케이크": "🍰", "해물파전": "🥞",
		"삼겹살 200g": "🥩", "물냉면": "🍜", "모둠회": "🐟", "회식 세트": "🍽️", "돈까스 정식": "🍱", "참치김밥": "🍙", "광어 초밥": "🍣", "반반치킨": "🍗",
		"아이스 아메리카노": "☕", "딸기라떼": "🥤", "바닐라라떼": "☕", "갈비찜": "🥘", "녹차라떼": "🍵", "감자탕 (소)": "🍲", "Shrimp Pasta": "🍝",
		"Steak": "🥩", "beefsteak": "🍽️", "Fish Tacos": "🌮", "Iced Tea": "🍵",
		"왕만두": "🥟", "빵": "🍞", "": "🍽️", "\xff": "🍽️", "18,000원": "🍽️",
	} {
		if got := Emoji(menu); got != want {
			t.Errorf("%q is %s, want %s", menu, got, want)
		}
	}
}

func TestDishes_EachHasAPictureWordsAndTags(t *testing.T) {
	seen := map[string]string{}
	for _, w := range dishes().words {
		if other, twice := seen[w.text]; twice {
			t.Errorf("%s is %s and %s", w.text, other, w.dish.emoji)
		}
		seen[w.text] = w.dish.emoji
		if plainMenu(w.text) != w.text {
			t.Errorf("%q can't be found in a menu", w.text)
		}
		for lang, tags := range w.dish.tags {
			for _, tag := range tags {
				if len(tags) < 2 || hashtag(tag) != tag {
					t.Errorf("%s %s: %q", w.dish.emoji, lang, tags)
				}
			}
		}
	}
	if len(seen) < 400 {
		t.Errorf("only %d words", len(seen))
	}
}
