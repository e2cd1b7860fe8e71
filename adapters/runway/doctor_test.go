package runway

import (
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAccount_IsReadAsRunwayTellsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   Account
	}{
		"whole": {200, `{"creditBalance":12.5,"tier":{"models":{"gen4_turbo":{"maxDailyGenerations":50}}},"usage":{"models":{"gen4_turbo":{"dailyGenerations":7}}}}`,
			Account{Credits: 1250, Model: true, Made: 7, Most: 50}},
		"no daily limit": {
			200, `{"creditBalance":1,"tier":{"models":{"gen4_turbo":{"maxDailyGenerations":null}}}}`,
			Account{Credits: 100, Model: true},
		},
		"another model only": {
			200, `{"creditBalance":1,"tier":{"models":{"gen9":{}}}}`, Account{Credits: 100},
		},
		"a balance that isn't one":    {200, `{"creditBalance":"plenty"}`, Account{Credits: -1, Model: true}},
		"a gateway that doesn't know": {404, `no such route`, Account{Credits: -1, Model: true}},
	} {
		got, err := runway(t, says(c.status, c.body)).Account(t.Context())
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAccount_ThatIsNotToldIsAFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		kind   pipeline.Kind
	}{
		{401, `{"error":"The API key {key} is invalid."}`, pipeline.Misconfigured},
		{403, `{"message":"Forbidden"}`, pipeline.Misconfigured},
		{429, `{"error":"slow down"}`, pipeline.Transient},
		{502, `<html>`, pipeline.Transient},
		{200, `<html>`, pipeline.Transient},
	} {
		_, err := runway(t, says(c.status, c.body)).Account(t.Context())
		if err == nil || pipeline.AsFault(err).Kind != c.kind {
			t.Fatalf("HTTP %d: %v", c.status, err)
		}
		noSecret(t, err)
	}
}

func TestPrice_IsThatOfTheModelAndItsSeconds(t *testing.T) {
	t.Parallel()
	for model, want := range map[string]pipeline.Credits{
		"gen4_turbo": 1500, "gen4.5": 3600, "gemini_omni_flash": 3100,
	} {
		if got := New(Options{Model: model, Seconds: 3}).ClipTerms().Price; got != want {
			t.Errorf("%s: %d", model, got)
		}
	}
}

func FuzzParseAccount_HoldsNoNegativeFigures(f *testing.F) {
	f.Add([]byte(`{"creditBalance":12.5,"tier":{"models":{"gen4_turbo":{"maxDailyGenerations":50}}}}`))
	f.Add([]byte(`{"creditBalance":-1,"usage":{"models":{"gen4_turbo":{"dailyGenerations":1e300}}}}`))
	c := New(Options{Model: "gen4_turbo"})
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := c.parseAccount(body)
		if err == nil && (a.Credits < -1 || a.Made < 0 || a.Most < 0) {
			t.Errorf("%+v", a)
		}
	})
}
