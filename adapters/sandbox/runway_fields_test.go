package sandbox_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// What was seen of Runway's answers (OpenAPI document of 2026-08, SDK 4.20.1, raw captures), field by field.

type fields = map[string]any

var (
	stamp   = like(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`))
	etag    = like(regexp.MustCompile(`^W/"[0-9a-f]+-[0-9A-Za-z+/]{27}"$`))
	refused = fields{"error": text, "docUrl": text} // a 400
	plain   = fields{"error": text}                 // any other error
)

func cost(credits float64) fields { return fields{"credits": credits} }

// holding is a server whose clips stay at a quarter until it closes, if their prompt says so.
func holding(t *testing.T, o sandbox.Options) site {
	o.Clip = func(ctx context.Context, j sandbox.ClipJob) error {
		if j.Prompt != "hold" {
			return instantClip(ctx, j)
		}
		j.Progress(0.25)
		<-ctx.Done()
		return ctx.Err()
	}
	return open(t, o)
}

func (s site) hold() (path string) {
	body := clipBody(s.t)
	body["promptText"] = "hold"
	return "/v1/tasks/" + s.ask("POST", "/v1/image_to_video", body).want(s.t, 200).body["id"].(string)
}

func (s site) failing(code string) (path string) {
	s.fault(`{"on":"POST /v1/image_to_video","fail":"` + code + `"}`)
	return "/v1/tasks/" + s.startClip()
}

func TestSandboxRunway_EveryTaskHasTheFieldsOfItsStatus(t *testing.T) {
	s := holding(t, sandbox.Options{RunwayConcurrency: 2, Parallel: 1})
	done, failed, nameless, cancelled := "/v1/tasks/"+s.startClip(), s.failing(
		"INTERNAL.BAD_OUTPUT.CODE01",
	), s.failing("-"), s.failing("CANCELLED")
	charged := s.failing("SAFETY.INPUT.TEXT")
	for _, path := range []string{failed, nameless, charged} {
		s.poll(path, "FAILED")
	}
	s.poll(done, "SUCCEEDED")
	running, pending, throttled := s.hold(), s.hold(), s.hold()
	link := like(regexp.MustCompile(`^` + s.base + `/.+\.mp4\?_jwt=[\w-]+$`))
	for status, c := range map[string]struct {
		path string
		more fields
	}{
		"RUNNING":   {running, fields{"progress": 0.25, "estimatedCost": cost(15)}},
		"PENDING":   {pending, fields{"estimatedCost": cost(15)}},
		"THROTTLED": {throttled, fields{"estimatedCost": cost(15)}},
		"SUCCEEDED": {done, fields{"output": []any{link}, "cost": cost(15)}},
		"FAILED": {
			failed, fields{"failure": text, "failureCode": "INTERNAL.BAD_OUTPUT.CODE01", "cost": cost(0)},
		},
		"FAILED without code": {nameless, fields{"failure": text, "cost": cost(0)}},
		"FAILED and charged":  {charged, fields{"failure": text, "failureCode": "SAFETY.INPUT.TEXT", "cost": cost(15)}},
		"CANCELLED":           {cancelled, fields{"cost": cost(0)}},
	} {
		word, _, _ := strings.Cut(status, " ")
		c.more["id"], c.more["createdAt"], c.more["status"] = strings.TrimPrefix(c.path, "/v1/tasks/"), stamp, word
		if why := misfit(c.more, any(s.poll(c.path, word).body)); why != "" {
			t.Errorf("%s%s", status, why)
		}
	}
}

func TestSandboxRunway_EveryAnswerHasItsStatusFieldsAndHeaders(t *testing.T) {
	s := holding(t, sandbox.Options{RunwayKey: "key_test", RunwayCredits: 40})
	with := func(k string, v any) fields { b := clipBody(t); b[k] = v; return b }
	heads := fields{
		"Content-Type": "application/json; charset=utf-8", "Apigw-Requestid": text, "X-Powered-By": "Express",
		"Etag": etag,
	}
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	model := fields{"maxConcurrentGenerations": 1.0, "maxDailyGenerations": nil}
	for _, c := range []struct {
		name, method, path string
		body               any
		header             []string
		fault              string
		status             int
		shape              any
	}{
		{name: "create", method: "POST", path: "/v1/image_to_video", body: clipBody(t), status: 200,
			shape: fields{"id": id, "estimatedCost": cost(15)}},
		{
			name: "no such task", method: "GET", path: "/v1/tasks/11111111-1111-4111-8111-111111111111", status: 404,
			shape: fields{"error": "Could not find Task"},
		},
		{name: "organization", method: "GET", path: "/v1/organization", status: 200, shape: fields{
			"creditBalance": number,
			"tier": fields{
				"maxMonthlyCreditSpend": number,
				"models":                fields{"gen4_turbo": model, "gen4.5": model, "gemini_omni_flash": model},
			},
			"usage": fields{
				"models": fields{
					"gen4_turbo": fields{"dailyGenerations": 1.0}, "gen4.5": fields{"dailyGenerations": 0.0},
					"gemini_omni_flash": fields{"dailyGenerations": 0.0},
				},
			},
		}},
		{name: "usage", method: "POST", path: "/v1/organization/usage", body: fields{"startDate": yesterday},
			status: 200,
			shape: fields{
				"models": []any{"gen4_turbo"},
				"results": []any{
					fields{
						"date":        like(regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)),
						"usedCredits": []any{fields{"model": "gen4_turbo", "amount": 15.0}},
					},
				},
			}},
		{name: "usage of no day", method: "POST", path: "/v1/organization/usage",
			body: fields{"startDate": "yesterday"}, status: 400,
			shape: fields{
				"error": text, "docUrl": text,
				"issues": []any{fields{"code": "invalid_format", "path": []any{"startDate"}, "message": text}},
			}},
		{name: "a wrong field", method: "POST", path: "/v1/image_to_video", body: with("ratio", "9:16"), status: 400,
			shape: fields{"error": text, "docUrl": text, "issues": []any{
				fields{
					"code": "invalid_value", "path": []any{"ratio"}, "message": text,
					"values": func(v any) bool { return len(v.([]any)) == 6 },
				}}}},
		{name: "too short", method: "POST", path: "/v1/image_to_video", body: with("duration", 1), status: 400,
			shape: fields{"error": text, "docUrl": text, "issues": []any{
				fields{
					"code": "too_small", "path": []any{"duration"}, "message": text, "origin": "number",
					"minimum": 2.0, "inclusive": true,
				}}}},
		{
			name: "a bad picture", method: "POST", path: "/v1/image_to_video",
			body: with("promptImage", dataURI(t, 462, 1000)), status: 400, shape: refused,
		},
		{
			name: "an address without a name", method: "POST", path: "/v1/image_to_video",
			body: with("promptImage", "https://192.0.2.1/a.jpg"), status: 400, shape: refused,
		},
		{name: "no credits", method: "POST", path: "/v1/image_to_video", body: with("duration", 10), status: 400,
			shape: fields{"error": "You do not have enough credits to run this task.", "docUrl": text}},
		{
			name: "no version", method: "GET", path: "/v1/organization", header: []string{"X-Runway-Version", ""},
			status: 400, shape: refused,
		},
		{
			name: "no key", method: "GET", path: "/v1/organization", header: []string{"Authorization", ""},
			status: 401, shape: plain,
		},
		{
			name: "a wrong key", method: "GET", path: "/v1/organization",
			header: []string{"Authorization", "Bearer other"}, status: 401, shape: plain,
		},
		{
			name: "too much at once", method: "GET", path: "/v1/organization",
			fault: `"status":429,"header":{"Retry-After":"7"}`, status: 429, shape: plain,
		},
		{
			name: "too much, the gateway says", method: "GET", path: "/v1/organization", fault: `"status":429`,
			status: 429, shape: fields{"message": "Too Many Requests"},
		},
		{name: "trouble", method: "GET", path: "/v1/organization", fault: `"status":500`, status: 500, shape: plain},
		{
			name: "load shed", method: "GET", path: "/v1/organization", fault: `"status":503,"body":"<html>"`,
			status: 503,
		},
	} {
		if c.fault != "" {
			s.fault(`{"on":"` + c.method + " " + c.path + `",` + c.fault + `}`)
		}
		a := s.ask(c.method, c.path, c.body, c.header...)
		if a.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.name, a.status, c.status, a.raw)
			continue
		}
		if c.shape == nil {
			if json.Valid([]byte(a.raw)) && a.raw != "" {
				t.Errorf("%s says %s", c.name, a.raw)
			}
			continue
		}
		if why := misfit(c.shape, any(a.body)); why != "" {
			t.Errorf("%s%s", c.name, why)
		}
		for k, shape := range heads {
			if why := misfit(shape, any(a.header.Get(k))); why != "" {
				t.Errorf("%s: header %s%s", c.name, k, why)
			}
		}
	}
}
