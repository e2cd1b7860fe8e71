package present

import (
	"strings"
	"sync"
)

// unitSigns are signs of measures and how they are said.
var unitSigns = map[rune]string{
	'㎏': "킬로그램", '㎎': "밀리그램", '㎖': "밀리리터", 'ℓ': "리터", '㎘': "킬로리터", '㏄': "시시", '㎝': "센티미터", '㎜': "밀리미터", '㎞': "킬로미터",
	'㎡': "제곱미터", '℃': "도", '℉': "도", '½': "일", '⅓': "일", '¼': "일",
}

// units are measures in Latin letters and how they are said behind a number.
var units = map[string]string{
	"kg": "킬로그램", "g": "그램", "mg": "밀리그램", "ml": "밀리리터", "l": "리터", "cc": "시시", "cm": "센티미터", "mm": "밀리미터", "m": "미터",
	"oz": "온스", "lb": "파운드", "inch": "인치", "pcs": "피스", "pc": "피스", "p": "피스", "ea": "개", "kcal": "킬로칼로리",
}

// hanja are characters of menus and how they are said, or in Japanese names how Koreans say those.
var hanja = map[rune]rune{
	'大': '대', '中': '중', '小': '소', '特': '특', '上': '상', '下': '하', '半': '반', '本': '본', '店': '점', '一': '일', '二': '이',
	'三': '삼', '四': '사',
	'五': '오', '六': '육', '七': '칠', '八': '팔', '九': '구', '十': '십', '湯': '탕', '汤': '탕', '麵': '면', '面': '면', '麺': '면',
	'飯': '반', '饭': '반',
	'丼': '동', '肉': '육', '牛': '우', '豚': '돈', '鷄': '계', '鶏': '계', '鸡': '계', '魚': '어', '鱼': '어', '茶': '차', '酒': '주',
	'菜': '채', '粥': '죽',
	'餅': '병', '饼': '병', '鍋': '과', '锅': '과', '串': '곶', '寿': '수', '司': '시', '鮨': '스', '刺': '자', '身': '미', '重': '주',
	'膳': '선', '味': '미',
	'豆': '두', '腐': '부', '卵': '란', '蛋': '단', '辣': '라', '海': '해', '鮮': '선', '鲜': '선', '餐': '찬', '食': '식', '品': '품',
	'家': '가', '館': '관', '馆': '관',
}

// spokenWords are Latin words whose letters tell nothing of how they end when Koreans say them.
const spokenWords = `
vowel: soup group set ice salad bread toast roast steak cake shake milk pork beef chef crepe tart dessert yogurt parfait
	sesame latte ade tea coffee sandwich sauce cheese chips nachos wings ribs shrimp light lunch brunch combo ipa new best
	la pho bulgogi kimchi platter butter ginger burger water peanut chocolate mint
consonant: croissant restaurant wine champagne hot pot shot carrot crab club kebab wrap dip chip ketchup tteok wok garlic chimaek
	naengmyeon ramyeon bibimbap gimbap kimbap gukbap galbitang samgyetang jjim chicken salmon bacon lemon melon bun corn cream
	gratin tteokguk miyeokguk guk bok don udon ramen katsudon gyudon clam ham jam plum rum gin
liquid: ale bagel bowl roll noodle waffle apple grill special original ball cocktail mussel oil snail caramel`

// spoken gives the sounds of those words.
var spoken = sync.OnceValue(func() map[string]sound {
	m := map[string]sound{}
	at := vowel
	for _, w := range strings.Fields(spokenWords) {
		switch w {
		case "vowel:":
			at = vowel
		case "consonant:":
			at = consonant
		case "liquid:":
			at = liquid
		default:
			m[w] = at
		}
	}
	return m
})
