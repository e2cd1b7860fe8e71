package runway

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestStartClip_SendsWhatEachModelTakes asks for the same clip of each model.
func TestStartClip_SendsWhatEachModelTakes(t *testing.T) {
	t.Parallel()
	for _, m := range models {
		var got map[string]any
		c := runway(t, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || json.Unmarshal(body, &got) != nil {
				t.Error(err)
			}
			io.WriteString(w, `{"id": "`+taskID+`", "estimatedCost": {"credits": 15}}`)
		})
		c.model = m
		if _, err := c.StartClip(t.Context(), order); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		_, seed := got["seed"]
		if got["model"] != m.name || got["ratio"] != "720:1280" || got["duration"] != 3.0 ||
			seed != (m.name != "gemini_omni_flash") {
			t.Errorf("%s: %v", m.name, got)
		}
	}
}

func TestModel_OnlyShapeIsTheOneOfModelsThatMakeOneAlone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"gen4_turbo": "", "gen4.5": "", "gemini_omni_flash": "9:16"} {
		if got := named(name).onlyShape(); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCheckModel_RefusesOtherModelsAndLengths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		seconds int
		fits    bool
	}{
		{"gen4_turbo", 2, true}, {"gen4.5", 10, true}, {"gemini_omni_flash", 3, true},
		{"gen4_turbo", 10, true}, {"gemini_omni_flash", 10, true}, {"gen4.5", 2, true},
		{"gen4_turbo", 11, false}, {"gemini_omni_flash", 11, false}, {"gen4.5", 1, false},
		{"gen4_turbo", 1, false}, {"gen4.5", 11, false}, {"gemini_omni_flash", 2, false}, {"veo3.1", 4, false},
		{"", 3, false},
	} {
		if err := CheckModel(c.name, c.seconds); (err == nil) != c.fits {
			t.Errorf("%s, %d s: %v", c.name, c.seconds, err)
		}
	}
	if err := CheckModel("veo3.1", 4); !strings.Contains(err.Error(), "write gen4_turbo, gen4.5, gemini_omni_flash") {
		t.Error(err)
	}
}
