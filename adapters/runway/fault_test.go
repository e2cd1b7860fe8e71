package runway

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestStartClip_EveryRefusalHasItsMeaning(t *testing.T) {
	setup := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup}
	busy := pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	busyFor := func(d time.Duration) pipeline.Fault { f := busy; f.RetryAfter = d; return f }
	limit := func(d time.Duration) pipeline.Fault { f := busy; f.RetryAfter, f.RateLimited = d, true; return f }
	empty := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonOutOfCredits}
	once := pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, MaxAttempts: 2}
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		want   pipeline.Fault
		words  string // that an operator must see
	}{
		"400 validation": {says(400, `{"error":"Validation of body failed {photo}","issues":[{"code":"invalid_type","path":["promptImage",0],"message":"Bad {callback} {key}"},{"path":["x"],"message":"second"}],"docUrl":"https://d"}`, "Apigw-Requestid", "Abc1="),
			setup, "HTTP 400: Validation of body failed *** (promptImage.0: Bad *** ***) [request Abc1=]"},
		"400 issues of another shape": {says(400, `{"error":"no","issues":{"a":1}}`), setup, "HTTP 400: no"},
		"400 an issue of no field": {
			says(400, `{"error":"no","issues":[{"message":"too long"}]}`), setup, "HTTP 400: no (: too long)",
		},
		"400 an issue without words": {
			says(400, `{"error":"no","issues":[{"path":["ratio"]}]}`), setup, "HTTP 400: no (ratio:)",
		},
		"400 out of credits": {
			says(400, `{"error":"You do not have enough credits to run this task.","docUrl":"x"}`), empty,
			"enough credits",
		},
		"400 picture not fetched": {
			says(400, `{"error":"promptImage: fetching {photo} gave 403"}`), setup, "gave 403",
		},
		"400 picture of wrong shape": {
			says(400, `{"error":"promptImage: the ratio must be between 0.5 and 2"}`), setup, "ratio",
		},
		"400 fetching took too long": {
			says(400, `{"error":"promptImage: Timeout while fetching {photo}"}`), once, "Timeout",
		},
		"400 the same as an issue": {
			says(400, `{"error":"Bad asset","issues":[{"path":["promptImage"],"message":"Request timed out"}]}`), once,
			"timed out",
		},
		"400 without words": {says(400, ``), setup, "HTTP 400"},
		"401": {
			says(401, `{"error":"key {key} is disabled"}`), setup, "HTTP 401: key *** is disabled",
		},
		"402": {says(402, ``), empty, "HTTP 402"},
		"403": {says(403, ``), setup, "HTTP 403"},
		"404": {says(404, `{"error":"Not found"}`), setup, "HTTP 404: Not found"},
		"405": {says(405, ``), setup, "HTTP 405"},
		"413": {
			says(413, `too large`), pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble},
			"HTTP 413",
		},
		"422": {says(422, ``), setup, "HTTP 422"},
		"307": {says(307, ``, "Location", "https://elsewhere.example/"), setup, "HTTP 307"},
		"429": {
			says(429, `{"error":"daily limit"}`), limit(time.Minute), "HTTP 429: daily limit",
		},
		"429 of the gateway": {
			says(429, `{"message":"Too Many Requests"}`, "Retry-After", "17"), limit(17 * time.Second),
			"Too Many Requests",
		},
		"502": {says(502, `<html>{photo}</html>`), busy, "HTTP 502"},
		"503": {
			says(503, `{"error":"x"}`, "Retry-After", "30"), busyFor(30 * time.Second), "HTTP 503: x",
		},
		"503 for a year": {says(503, ``, "Retry-After", "31536000"), busyFor(time.Hour), "HTTP 503"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := runway(t, x.answer).StartClip(t.Context(), order)
			wantFault(t, err, x.want)
			if !strings.Contains(err.Error(), x.words) {
				t.Errorf("%s doesn't say %q", err, x.words)
			}
		})
	}
}

func TestRunwayCheck_EveryRefusalHasItsMeaning(t *testing.T) {
	setup := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup}
	busy := pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		want   pipeline.Fault
	}{
		"cut":               {cut(t, ""), busy},
		"cut in the answer": {cut(t, "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), busy},
		"not JSON":          {says(200, `<html>`), busy},
		"an array":          {says(200, `[]`), busy},
		"no output": {
			says(200, `{"status":"SUCCEEDED","output":[]}`),
			pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble},
		},
		"408": {says(408, ``), busy},
		"500": {says(500, ``), busy},
		"502": {says(502, ``), busy},
		"503": {
			says(503, ``, "Retry-After", "5"),
			pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: 5 * time.Second},
		},
		"504": {says(504, ``), busy},
		"429": {
			says(429, ``),
			pipeline.Fault{
				Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: time.Minute,
			},
		},
		"400":                 {says(400, `{"error":"{key}"}`), setup},
		"401":                 {says(401, `{"error":"{key}"}`), setup},
		"302":                 {says(302, ``, "Location", "/x"), setup},
		"404 of another host": {says(404, `404 page not found`), setup},
		"404 of the gateway":  {says(404, `{"message":"Not Found"}`), setup},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := runway(t, x.answer).Check(t.Context(), taskID)
			wantFault(t, err, x.want)
		})
	}
}

func TestRunwayCheck_ATaskThatIsGoneIsForAnOperator(t *testing.T) {
	p, err := runway(t, says(404, `{"error":"Could not find Task"}`)).Check(t.Context(), taskID)
	if err != nil || p.State != pipeline.Broken || p.Cost != -1 {
		t.Fatalf("got %+v, %v", p, err)
	}
	wantFault(t, p.Fault, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup})
}

func TestRunwayCheck_ReadsEveryShapeOfATask(t *testing.T) {
	for body, want := range map[string]pipeline.Progress{
		`{"status":"PENDING","estimatedCost":{"credits":15}}`: {State: pipeline.Pending, Cost: -1},
		`{"status":"THROTTLED"}`:                              {State: pipeline.Pending, Throttled: true, Cost: -1},
		`{"status":"DREAMING"}`:                               {State: pipeline.Pending, Cost: -1},
		`{"status":7}`:                                        {State: pipeline.Pending, Cost: -1},
		`{}`:                                                  {State: pipeline.Pending, Cost: -1},
		`{"status":"RUNNING","progress":0.42}`:                {State: pipeline.Running, Fraction: 0.42, Cost: -1},
		`{"status":"RUNNING"}`:                                {State: pipeline.Running, Cost: -1},
		`{"status":"RUNNING","progress":42}`:                  {State: pipeline.Running, Fraction: 1, Cost: -1},
		`{"status":"RUNNING","progress":"0.4"}`:               {State: pipeline.Running, Cost: -1},
		`{"status":"SUCCEEDED","output":["https://o/a?_jwt=x"],"cost":{"credits":15}}`: {
			State: pipeline.Succeeded, URL: "https://o/a?_jwt=x", Cost: 1500,
		},
		`{"status":"SUCCEEDED","output":[null,"https://o/b","https://o/c"]}`: {
			State: pipeline.Succeeded, URL: "https://o/b", Cost: -1,
		},
	} {
		got, err := runway(t, says(200, body)).Check(t.Context(), taskID)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", body, got, err, want)
		}
	}
}

func TestRunwayCheck_EveryFailureOfATaskHasItsMeaning(t *testing.T) {
	again := func(r pipeline.Reason, tries int) pipeline.Fault {
		return pipeline.Fault{Kind: pipeline.Transient, Reason: r, MaxAttempts: tries}
	}
	refused := pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoRefused}
	alert := pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble}
	for code, want := range map[string]pipeline.Fault{
		`"SAFETY.INPUT.TEXT"`:               refused,
		`"SAFETY.INPUT.IMAGE"`:              refused,
		`"SAFETY.INPUT"`:                    refused,
		`"SAFETY"`:                          refused,
		`"SAFETY.NEW.KIND"`:                 refused,
		`"SAFETY.OUTPUT.VIDEO"`:             again(pipeline.ReasonPhotoRefused, 2),
		`"SAFETY.OUTPUT"`:                   again(pipeline.ReasonPhotoRefused, 2),
		`"INPUT_PREPROCESSING.SAFETY.TEXT"`: alert,
		`"INPUT_PREPROCESSING.INTERNAL"`:    again(pipeline.ReasonTrouble, 4),
		`"INPUT_PREPROCESSING.NEW"`:         alert,
		`"INTERNAL.BAD_OUTPUT.CODE01"`:      again(pipeline.ReasonPhotoText, 2),
		`"INTERNAL.BAD_OUTPUT.01"`:          again(pipeline.ReasonPhotoText, 2),
		`"INTERNAL.BAD_OUTPUT"`:             again(pipeline.ReasonPhotoText, 2),
		`"INTERNAL"`:                        again(pipeline.ReasonTrouble, 4),
		`"INTERNAL.OTHER"`:                  again(pipeline.ReasonTrouble, 4),
		`""`:                                again(pipeline.ReasonTrouble, 4),
		`null`:                              again(pipeline.ReasonTrouble, 4),
		`"ASSET.INVALID"`:                   alert,
		`"THIRD_PARTY.UNAVAILABLE"`: {
			Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: 5 * time.Minute,
		},
		`"THIRD_PARTY.ANGRY"`: alert,
		`"INTERNALS"`:         alert,
		`"SAFETYNET"`:         alert,
		`"BRAND.NEW"`:         alert,
	} {
		p, err := runway(
			t,
			says(200, `{"status":"FAILED","failure":"because of {photo}","failureCode":`+code+`,"cost":{"credits":0}}`),
		).Check(t.Context(), taskID)
		if err != nil || p.State != pipeline.Broken || p.Cost != 0 || p.Fault == nil {
			t.Fatalf("%s: got %+v, %v", code, p, err)
		}
		wantFault(t, p.Fault, want)
		if c := strings.Trim(code, `"`); c != "null" && !strings.Contains(p.Fault.Error(), c) {
			t.Errorf("%s isn't named in %s", c, p.Fault)
		}
	}
}

func TestRunwayCheck_ATaskThatFailsSaysWhatItCost(t *testing.T) {
	for body, want := range map[string]pipeline.Credits{
		`{"status":"FAILED","failureCode":"SAFETY.INPUT.IMAGE","cost":{"credits":15}}`: 1500,
		`{"status":"FAILED","failureCode":"SAFETY.INPUT.IMAGE"}`:                       -1,
		`{"status":"CANCELLED","cost":{"credits":0}}`:                                  0,
	} {
		p, err := runway(t, says(200, body)).Check(t.Context(), taskID)
		if err != nil || p.State != pipeline.Broken || p.Cost != want {
			t.Errorf("%s: got %+v, %v", body, p, err)
		}
	}
	p, _ := runway(t, says(200, `{"status":"CANCELLED"}`)).Check(t.Context(), taskID)
	wantFault(t, p.Fault, pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, MaxAttempts: 2})
}
