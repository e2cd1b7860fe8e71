package sandbox_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

func TestSandboxRunway_UsageIsWhatTheTasksOfADayCost(t *testing.T) {
	s := open(t, sandbox.Options{Clip: instantClip})
	day := func(d int) string { return time.Now().UTC().AddDate(0, 0, d).Format(time.DateOnly) }
	const usage = "/v1/organization/usage"
	if got := s.ask("POST", usage, nil).want(t, 200).body; len(got["results"].([]any)) != 0 {
		t.Errorf("before anything was made: %v", got)
	}
	before := day(0)
	s.poll("/v1/tasks/"+s.startClip(), "SUCCEEDED")
	s.fault(`{"on": "POST /v1/image_to_video", "fail": "INTERNAL"}`)
	s.poll("/v1/tasks/"+s.startClip(), "FAILED") // which is refunded
	if before != day(0) {                        // midnight has passed
		TestSandboxRunway_UsageIsWhatTheTasksOfADayCost(t)
		return
	}
	want := map[string]any{
		"models": []any{"gen4_turbo"},
		"results": []any{
			map[string]any{"date": day(0), "usedCredits": []any{map[string]any{"amount": 15.0, "model": "gen4_turbo"}}},
		},
	}
	for _, asked := range []map[string]any{{"startDate": day(0)}, {"startDate": day(-89), "beforeDate": day(1)}} {
		if got := s.ask("POST", usage, asked).want(t, 200).body; !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v", asked, got)
		}
	}
	// thirty days, without today
	for _, asked := range []map[string]any{{}, {"startDate": day(-2), "beforeDate": day(0)}} {
		if got := s.ask("POST", usage, asked).want(t, 200).body; len(got["results"].([]any)) != 0 {
			t.Errorf("the days before: %v", got)
		}
	}
	for _, asked := range []map[string]any{
		{"startDate": "yesterday"}, {"beforeDate": 7}, {"startDate": day(-100), "beforeDate": day(0)},
	} {
		s.ask("POST", usage, asked).want(t, 400)
	}
	s.ask("POST", usage, nil, "X-Runway-Version", "").want(t, 400)
}
