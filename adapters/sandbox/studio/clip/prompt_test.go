package clip

import (
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

func TestMood_ThePromptDecidesWhatMoves(t *testing.T) {
	for prompt, want := range map[string]mood{
		"":                       {},
		hot:                      {steam: true},
		cold:                     {glints: true},
		calm:                     {},
		"Steaming bowl of soup.": {steam: true},
		"The dish rests without any steam or smoke.":             {},
		"No steam. Ice glints on the glass.":                     {glints: true},
		"Don't add steam, don’t add sparkles":                    {},
		"No hands, no people; thin steam drifts upward":          {steam: true},
		"not cold but steaming":                                  {steam: true},
		"Rice, spices, a slice of lemon juice":                   {},
		"STEAM RISES":                                            {steam: true},
		"steam, no steam":                                        {steam: true},
		"sparkling highlights on ice and condensation, no steam": {glints: true},
		"faint steam in warm side light, glistening surface":     {steam: true, glints: true},
		"steamed dumplings on a plate, slow zoom in":             {},
		"The hot plate sizzles, thin steam":                      {steam: true, sizzle: true},
		"Sizzling grill, no steam":                               {sizzle: true},
		"nothing sizzles here, no sizzling":                      {sizzle: true},
		"A slow arc around the bowl":                             {arc: true},
		"search for paradise":                                    {},
	} {
		if got := read(prompt); got != want {
			t.Errorf("%q: %+v, want %+v", prompt, got, want)
		}
	}
}

func TestMood_EveryKindOfDishGetsTheEffectOfItsPrompt(t *testing.T) {
	steam, sizzling, glints, arc := mood{steam: true}, mood{
		steam: true, sizzle: true,
	}, mood{glints: true}, mood{glints: true, arc: true}
	for menu, want := range map[string]mood{
		"새우 파스타": steam, "김치찌개": steam, "아메리카노(HOT)": steam,
		"삼겹살": sizzling, "후라이드 치킨": sizzling,
		"광어회": arc, "물냉면": arc,
		"아이스 아메리카노": glints, "생맥주": glints, "팥빙수": glints, "아이스크림": glints,
		"티라미수": {}, "소금빵": {}, "?": {},
	} {
		for seed := range uint32(9) {
			m := prompt.For(menu, seed)
			if got := read(m.Prompt); got != want {
				t.Errorf("%s: %+v, want %+v for %q", menu, got, want, m.Prompt)
			}
		}
	}
}

func TestMood_NothingColdSteams(t *testing.T) {
	table, err := os.ReadFile("../../../../pipeline/prompt/testdata/dishes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(table)) {
		menu, kind, _ := strings.Cut(strings.TrimSpace(line), "\t")
		switch prompt.Kind(kind) {
		case prompt.Cold, prompt.Iced, prompt.Dessert, prompt.Unknown:
			seen++
			for seed := range uint32(3) {
				if p := prompt.For(menu, seed).Prompt; read(p).steam {
					t.Errorf("%s: %q", menu, p)
				}
			}
		}
	}
	if seen < 200 {
		t.Fatalf("only %d cold dishes", seen)
	}
}
