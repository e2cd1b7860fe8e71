package clip

import (
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

func TestThePromptDecidesWhatMoves(t *testing.T) {
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
	} {
		if got := read(prompt); got != want {
			t.Errorf("%q: %+v, want %+v", prompt, got, want)
		}
	}
}

func TestThePromptsOfThisHouseAreUnderstood(t *testing.T) {
	for _, menu := range []string{"새우 파스타", "김치찌개", "삼겹살", "물냉면", "아이스 아메리카노", "아메리카노(HOT)", "팥빙수", "티라미수", "?"} {
		for seed := range uint32(9) {
			m := prompt.For(menu, seed)
			got := read(m.Prompt)
			if got.steam != m.Steam {
				t.Errorf("%s: steam is %v for %q", menu, got.steam, m.Prompt)
			}
			if m.Kind == prompt.Iced && !got.glints {
				t.Errorf("%s: no glints for %q", menu, m.Prompt)
			}
		}
	}
}
