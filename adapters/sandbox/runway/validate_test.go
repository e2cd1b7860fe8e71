package runway

import (
	"encoding/json"
	"strings"
	"testing"
)

// body is a request that passes, with one field replaced; "absent" takes it out.
func body(t *testing.T, key, value string) map[string]any {
	t.Helper()
	b := map[string]any{}
	err := json.Unmarshal([]byte(`{"model":"gen4_turbo","promptImage":"https://cdn.example.com/dish.jpg",
		"promptText":"steam","ratio":"720:1280","duration":3}`), &b)
	if err != nil {
		t.Fatal(err)
	}
	if delete(b, key); value == "absent" {
		return b
	}
	var v any
	if err := json.Unmarshal([]byte(value), &v); err != nil {
		t.Fatal(err)
	}
	b[key] = v
	return b
}

func TestValidate_TakesWhatRunwayTakes(t *testing.T) {
	for _, c := range [][2]string{
		{"duration", "2"}, {"duration", "10"}, {"duration", "absent"}, {"seed", "4294967295"}, {"seed", "0"},
		{"promptText", "absent"}, {"promptText", `"` + strings.Repeat("김", 1000) + `"`},
		{"ratio", `"1584:672"`}, {"promptImage", `"http://127.0.0.1:8080/files/x"`}, {"model", `"gen4.5"`},
		{"promptImage", `"data:image/jpeg;base64,` + strings.Repeat("A", dataMax-23) + `"`},
	} {
		if _, issues := validate(body(t, c[0], c[1])); len(issues) > 0 {
			t.Errorf("%s %.40s: %+v", c[0], c[1], issues)
		}
	}
}

func TestValidate_NamesEachWrongFieldWithACode(t *testing.T) {
	for _, c := range []struct{ key, value, code, path string }{
		{"model", "absent", "invalid_type", `["model"]`},
		{"model", `"gen3a_turbo"`, "invalid_union", `["model"]`},
		{"model", `"veo3.1"`, "invalid_union", `["model"]`},
		{"ratio", `"9:16"`, "invalid_value", `["ratio"]`},
		{"ratio", "absent", "invalid_value", `["ratio"]`},
		{"duration", "1", "too_small", `["duration"]`},
		{"duration", "11", "too_big", `["duration"]`},
		{"duration", "2.5", "invalid_type", `["duration"]`},
		{"duration", `"3"`, "invalid_type", `["duration"]`},
		{"seed", "-1", "too_small", `["seed"]`},
		{"seed", "4294967296", "too_big", `["seed"]`},
		{"promptText", `""`, "too_small", `["promptText"]`},
		{"promptText", `"` + strings.Repeat("a", 1001) + `"`, "too_big", `["promptText"]`},
		{"promptText", `"` + strings.Repeat("😀", 501) + `"`, "too_big", `["promptText"]`},
		{"promptText", "null", "invalid_type", `["promptText"]`},
		{"promptImage", "absent", "invalid_type", `["promptImage"]`},
		{"promptImage", `"http://cdn.example.com/dish.jpg"`, "invalid_union", `["promptImage"]`},
		{"promptImage", `"https://x.example/` + strings.Repeat("a", 2048) + `"`, "too_big", `["promptImage"]`},
		{
			"promptImage", `"data:image/jpeg;base64,` + strings.Repeat("A", dataMax-22) + `"`, "too_big",
			`["promptImage"]`,
		},
	} {
		_, issues := validate(body(t, c.key, c.value))
		found := false
		for _, i := range issues {
			path, _ := json.Marshal(i.Path)
			found = found || i.Code == c.code && string(path) == c.path && i.Message != ""
		}
		if !found {
			t.Errorf("%s %.40s: %+v, want %s at %s", c.key, c.value, issues, c.code, c.path)
		}
	}
}

func TestValidate_TheDearModelWantsMore(t *testing.T) {
	for _, key := range []string{"promptText", "duration"} {
		b := body(t, key, "absent")
		b["model"] = "gen4.5"
		if _, issues := validate(b); len(issues) != 1 || issues[0].Code != "invalid_type" {
			t.Errorf("without %s: %+v", key, issues)
		}
	}
	if got := (clip{Model: "gen4.5", Seconds: 3}).price(); got != 36 {
		t.Errorf("three seconds cost %v, want 36", got)
	}
}

func TestValidate_AnUnknownModelIsToldTheKnownOnes(t *testing.T) {
	_, issues := validate(body(t, "model", `"gen9"`))
	last := issues[len(issues)-1]
	if last.Discriminator != "model" || !strings.Contains(last.Message, "gen4_turbo") ||
		len(last.Options) != len(known) {
		t.Errorf("issue %+v", last)
	}
}

func TestInline_ADataURIMustBeBase64OfAPicture(t *testing.T) {
	if b, err := inline("data:image/png;base64,aGk="); err != nil || string(b) != "hi" {
		t.Errorf("%q, %v", b, err)
	}
	for _, uri := range []string{
		"data:image/png,hi", "data:image/gif;base64,aGk=", "data:image/png;base64,%%%", "data:",
	} {
		if _, err := inline(uri); err == nil {
			t.Errorf("%s was taken", uri)
		}
	}
}

func FuzzValidate_RefusesWithIssuesOrGivesARequest(f *testing.F) {
	f.Add(`{"model":"gen4.5","promptImage":"https://x.example/y","promptText":"a","ratio":"960:960","duration":3,"seed":1}`)
	f.Add(`{"model":"gen4_turbo","promptImage":["x"],"seed":1e300,"duration":-0.0}`)
	f.Add(`{"model":"gen4_turbo","promptImage":{}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		var b map[string]any
		if json.Unmarshal([]byte(raw), &b) != nil {
			return
		}
		c, issues := validate(b)
		if len(issues) > 0 {
			for _, i := range issues {
				if i.Code == "" || i.Message == "" || len(i.Path) == 0 {
					t.Errorf("empty issue %+v", i)
				}
			}
			return
		}
		if c.W < 1 || c.H < 1 || c.Seconds < 2 || c.Seconds > secondsMax || c.price() <= 0 || c.URI == "" {
			t.Errorf("passed as %+v", c)
		}
	})
}

func FuzzInline_GivesNoBytesWithAnError(f *testing.F) {
	f.Add("data:image/png;base64,aGk=")
	f.Add("data:image/png;base64")
	f.Fuzz(func(t *testing.T, uri string) {
		if b, err := inline(uri); err != nil && b != nil {
			t.Error("bytes with an error")
		}
	})
}
