package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

func decode(t *testing.T, a answer, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.raw), into); err != nil {
		t.Fatalf("%v: %s", err, a.raw)
	}
}

func TestFault_AStatusIsAnsweredAsManyTimesAsAskedAndNothingIsDone(t *testing.T) {
	s := open(t, sandbox.Options{})
	s.fault(`{"on":"POST /v1/image_to_video","times":2,"status":503,"body":"<html>busy","header":{"Retry-After":"3"}}`)
	for range 2 {
		a := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 503)
		if a.raw != "<html>busy" || a.header.Get("Retry-After") != "3" {
			t.Errorf("answer %q, %v", a.raw, a.header)
		}
	}
	s.startClip()
	if tasks, _ := s.srv.Tasks(); len(tasks) != 1 {
		t.Errorf("%d tasks, want 1", len(tasks))
	}
}

func TestFault_Runways429HasBothItsBodies(t *testing.T) {
	s := open(t, sandbox.Options{})
	s.fault(`{"on":"POST /v1/image_to_video","times":2,"status":429}`)
	one := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 429).body
	two := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 429).body
	if one["error"] == nil || two["message"] != "Too Many Requests" {
		t.Errorf("bodies %v, %v", one, two)
	}
}

func TestFault_ErrorsSpeakTheProvidersLanguage(t *testing.T) {
	s := open(t, sandbox.Options{})
	s.fault(`{"on":"POST /v2/renders","status":402}`)
	s.fault(`{"on":"POST /v2/renders","status":429}`)
	if a := s.ask("POST", "/v2/renders", document("x")).want(t, 402); a.body["hint"] == nil {
		t.Errorf("402 says %s", a.raw)
	}
	a := s.ask("POST", "/v2/renders", document("x")).want(t, 429)
	if a.body != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("429 must be plain text, is %q", a.raw)
	}
}

func TestFault_ACutConnectionHasDoneItsWorkOrNot(t *testing.T) {
	for _, c := range []struct {
		cut   string
		tasks int
	}{{"before", 0}, {"after", 1}} {
		for on, body := range map[string]map[string]any{
			"/v1/image_to_video": clipBody(t), "/v2/renders": document(mediaSite(t)),
		} {
			t.Run(c.cut+on, func(t *testing.T) {
				s := open(t, sandbox.Options{})
				s.fault(fmt.Sprintf(`{"on":"POST %s","cut":%q}`, on, c.cut))
				if a, err := s.try("POST", on, body); err == nil {
					t.Fatalf("answered with %d", a.status)
				}
				tasks, _ := s.srv.Tasks()
				if len(tasks) != c.tasks {
					t.Errorf("%d tasks, want %d", len(tasks), c.tasks)
				}
			})
		}
	}
}

func TestFault_WorkIsDoneBehindABadGateway(t *testing.T) {
	s := open(t, sandbox.Options{})
	s.fault(`{"on":"POST /v1/image_to_video","cut":"after","status":504,"body":"gateway timeout"}`)
	if a := s.ask("POST", "/v1/image_to_video", clipBody(t)).want(t, 504); a.raw != "gateway timeout" {
		t.Errorf("answer %q", a.raw)
	}
	if tasks, _ := s.srv.Tasks(); len(tasks) != 1 {
		t.Errorf("%d tasks, want 1", len(tasks))
	}
}

func TestFault_AFailureEndsTheTask(t *testing.T) {
	for code, want := range map[string]struct {
		status, code any
		credits      float64
	}{
		"INTERNAL.BAD_OUTPUT.CODE01": {"FAILED", "INTERNAL.BAD_OUTPUT.CODE01", 0},
		"SAFETY.INPUT.IMAGE":         {"FAILED", "SAFETY.INPUT.IMAGE", 15},
		"-":                          {"FAILED", nil, 0},
		"CANCELLED":                  {"CANCELLED", nil, 0},
	} {
		s := open(t, sandbox.Options{})
		s.fault(fmt.Sprintf(`{"on":"POST /v1/image_to_video","fail":%q}`, code))
		a := s.poll("/v1/tasks/"+s.startClip(), want.status.(string)).body
		if a["failureCode"] != want.code || !reflect.DeepEqual(a["cost"], map[string]any{"credits": want.credits}) {
			t.Errorf("%s ends as %v", code, a)
		}
	}
	s := open(t, sandbox.Options{})
	s.fault(`{"on":"POST /v2/renders","fail":"Out of memory"}`)
	a := s.ask("POST", "/v2/renders", document(mediaSite(t))).want(t, 202)
	if got := s.poll("/v2/renders/"+a.body["id"].(string), "failed").body; got["error_message"] != "Out of memory" {
		t.Errorf("failed as %v", got)
	}
}

func TestFault_CallbacksComeAsOrdered(t *testing.T) {
	start := func(t *testing.T, callback string) (site, receiver, string) {
		s, b := open(t, sandbox.Options{}), newReceiver(t)
		s.fault(fmt.Sprintf(`{"on":"POST /v2/renders","ring":%q}`, callback))
		a := s.ask(
			"POST", "/v2/renders", with(document(mediaSite(t)), "webhook_url", b.url, "metadata", "call-1"),
		).want(t, 202)
		return s, b, a.body["id"].(string)
	}
	called := func(s site) {
		for tasks, _ := s.srv.Tasks(); !tasks[0].Called; tasks, _ = s.srv.Tasks() {
			s.ask("GET", "/sandbox/faults", nil)
		}
	}
	t.Run("drop", func(t *testing.T) {
		s, b, id := start(t, "drop")
		s.poll("/v2/renders/"+id, "succeeded")
		called(s)
		if len(b.callbacks) != 0 {
			t.Error("somebody rang")
		}
	})
	t.Run("double", func(t *testing.T) {
		s, b, id := start(t, "double")
		called(s)
		if len(b.callbacks) != 2 {
			t.Fatalf("%d callbacks, want 2", len(b.callbacks))
		}
		for range 2 {
			if r := <-b.callbacks; r["id"] != id {
				t.Errorf("called with %v", r)
			}
		}
	})
	t.Run("early", func(t *testing.T) {
		_, b, id := start(t, "early")
		if len(b.callbacks) != 1 {
			t.Fatalf("%d callbacks before the answer, want 1", len(b.callbacks))
		}
		if r := <-b.callbacks; r["id"] != id || r["status"] != "succeeded" {
			t.Errorf("called with %v", r)
		}
	})
	t.Run("forge", func(t *testing.T) {
		s, b, id := start(t, "forge")
		r := <-b.callbacks
		if r["id"] == id || r["metadata"] != "call-1" {
			t.Errorf("called with %v", r)
		}
		s.ask("GET", "/v2/renders/"+r["id"].(string), nil).want(t, 404)
	})
}

func TestFault_ACallbackOfRunwayCanComeBeforeTheAnswer(t *testing.T) {
	s, b := open(t, sandbox.Options{}), newReceiver(t)
	s.fault(`{"on":"POST /v1/image_to_video","ring":"early","delay_ms":1,"ring_delay_ms":1}`)
	id := s.startClip("X-Callback-Url", b.url)
	if len(b.callbacks) != 1 || (<-b.callbacks)["id"] != id {
		t.Error("the callback did not come before the answer")
	}
}

func TestFault_ThatCanNeverHappenIsRefused(t *testing.T) {
	s := open(t, sandbox.Options{})
	for _, f := range []string{
		`{"on":"POST /v1/image_to_vide","status":500}`, `{"on":"POST /v1/tasks/{id}"}`, `{"status":500}`,
		`{"on":"POST /v2/renders","stat":500}`, `{"on":"POST /v2/renders","cut":"later"}`,
		`{"on":"POST /v2/renders","ring":"twice"}`, `{"on":"POST /v2/renders","status":99}`,
		`{"on":"POST /v2/renders","cut":"before","status":500}`, `{"on":"POST /v2/renders","delay_ms":-1}`, `{`,
	} {
		if a := s.ask("POST", "/sandbox/faults", f).want(t, 400); a.body["error"] == "" {
			t.Errorf("%s: no reason", f)
		}
	}
	if n := len(s.srv.Faults()); n != 0 {
		t.Errorf("%d faults were planted", n)
	}
}

func TestFault_IsListedClearedAndMeetsOneAddressOrAll(t *testing.T) {
	s := open(t, sandbox.Options{})
	one, two := s.startClip(), s.startClip()
	s.fault(`{"on":"GET /v1/tasks/` + one + `","times":-1,"status":500}`)
	s.fault(`{"on":"GET /v1/tasks/{id}","status":502}`)
	s.ask("GET", "/v1/tasks/"+two, nil).want(t, 502)
	s.ask("GET", "/v1/tasks/"+two, nil).want(t, 200)
	for range 3 {
		s.ask("GET", "/v1/tasks/"+one, nil).want(t, 500)
	}
	var left []sandbox.Fault
	decode(t, s.ask("GET", "/sandbox/faults", nil).want(t, 200), &left)
	if len(left) != 1 || left[0].Times != -1 {
		t.Errorf("left are %+v", left)
	}
	s.ask("DELETE", "/sandbox/faults", nil).want(t, 204)
	s.ask("GET", "/v1/tasks/"+one, nil).want(t, 200)
}

func TestSandbox_ARequestIsOnRecordBeforeItIsAnswered(t *testing.T) {
	s, b := open(t, sandbox.Options{}), newReceiver(t)
	a := s.ask("POST", "/v2/renders", with(document(mediaSite(t)), "metadata", "call-9", "webhook_url", b.url))
	s.fault(`{"on":"POST /v1/image_to_video","cut":"before"}`)
	s.try("POST", "/v1/image_to_video", clipBody(t))
	s.ask("GET", "/v1/tasks/none?token=s3cret", nil).want(t, 404)
	<-b.callbacks

	var got []sandbox.Request
	decode(t, s.ask("GET", "/sandbox/requests", nil).want(t, 200), &got)
	if len(got) != 3 || got[0].At.IsZero() || !strings.HasSuffix(got[0].Callback, "/webhooks/x/12") {
		t.Fatalf("record %+v", got)
	}
	for i := range got {
		got[i].At, got[i].Callback = got[0].At, ""
	}
	at := got[0].At
	want := []sandbox.Request{
		{
			At: at, Method: "POST", Path: "/v2/renders", Route: "POST /v2/renders", Status: 202,
			Remote: a.body["id"].(string), Metadata: "call-9",
		},
		{At: at, Method: "POST", Path: "/v1/image_to_video", Route: "POST /v1/image_to_video", Fault: "cut before"},
		{At: at, Method: "GET", Path: "/v1/tasks/none", Route: "GET /v1/tasks/{id}", Status: 404},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("record\n%+v, want\n%+v", got, want)
	}
	tasks := s.ask("GET", "/sandbox/tasks", nil).want(t, 200)
	if strings.Contains(tasks.raw, "s3cret") || !strings.Contains(tasks.raw, `"metadata":"call-9"`) {
		t.Errorf("tasks %s", tasks.raw)
	}
	if len(s.srv.Requests()) != len(want) {
		t.Error("the record in process differs")
	}
}

func TestFault_OnAFileBreaksTheDownload(t *testing.T) {
	s := open(t, sandbox.Options{})
	link := s.poll("/v1/tasks/"+s.startClip(), "SUCCEEDED").body["output"].([]any)[0].(string)
	if err := s.srv.Fault(sandbox.Fault{
		On: "GET /sandbox/files/runway/{file}", Status: http.StatusForbidden,
	}); err != nil {
		t.Fatal(err)
	}
	s.ask("GET", link, nil).want(t, 403)
	s.ask("GET", link, nil).want(t, 200)
}
