package runway

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

var (
	usageFrom = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	usageTo   = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
)

func TestUsage_IsSummedByModelOverTheDaysAskedFor(t *testing.T) {
	c := runway(t, func(w http.ResponseWriter, r *http.Request) {
		var asked map[string]string
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.Method != http.MethodPost ||
			r.URL.Path != "/v1/organization/usage" {
			t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		}
		if want := map[string]string{"startDate": "2026-11-20", "beforeDate": "2026-11-22"}; !maps.Equal(asked, want) {
			t.Errorf("asked for %v", asked)
		}
		says(200, `{"models":["gen4_turbo","gen4.5"],"results":[
			{"date":"2026-11-19","usedCredits":[{"amount":999,"model":"gen4_turbo"}]},
			{"date":"2026-11-20","usedCredits":[{"amount":45,"model":"gen4_turbo"},{"amount":36.5,"model":"gen4.5"}]},
			{"date":"2026-11-21","usedCredits":[{"amount":-15,"model":"gen4_turbo"}]},
			{"date":"2026-11-22","usedCredits":[{"amount":999,"model":"gen4_turbo"}]}]}`)(w, r)
	})
	got, err := c.Usage(t.Context(), usageFrom, usageTo)
	if want := map[string]pipeline.Credits{"gen4_turbo": 30_00, "gen4.5": 36_50}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestUsage_ADayWithoutAnyIsNoGatewayWithoutFigures(t *testing.T) {
	for answer, h := range map[string]http.HandlerFunc{
		"none":    says(200, `{"models":[],"results":[]}`),
		"unknown": says(404, `{"error":"not here"}`),
	} {
		got, err := runway(t, h).Usage(t.Context(), usageFrom, usageTo)
		if err != nil || len(got) != 0 || (got != nil) != (answer == "none") {
			t.Errorf("%s: %v, %v", answer, got, err)
		}
	}
}

func TestUsage_ThatCannotBeReadIsAnError(t *testing.T) {
	for _, h := range []http.HandlerFunc{
		says(200, `{}`), says(200, `<html>`),
		says(200, `{"results":[{"date":"2026-11-20","usedCredits":[{"model":"gen4_turbo"}]}]}`),
		says(200, `{"results":[{"date":"2026-11-20","usedCredits":[{"amount":1000000001,"model":"gen4_turbo"}]}]}`),
		says(401, `{"error":"{key} is wrong"}`), says(503, ``),
	} {
		got, err := runway(t, h).Usage(t.Context(), usageFrom, usageTo)
		if err == nil {
			t.Errorf("%v", got)
			continue
		}
		noSecret(t, err)
	}
	_, err := runway(t, says(429, ``)).Usage(t.Context(), usageFrom, usageTo)
	wantFault(t, err, pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Minute,
	})
}

func FuzzUsage_IsReadOrRefused(f *testing.F) {
	f.Add([]byte(`{"results":[{"date":"2026-11-20","usedCredits":[{"amount":45,"model":"gen4_turbo"}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if got, err := parseUsage(body, usageFrom, usageTo); err == nil && got == nil {
			t.Error("neither")
		}
	})
}
