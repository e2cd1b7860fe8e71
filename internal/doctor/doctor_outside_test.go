package doctor_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/doctor"
)

const aKey = "key_0123456789abcdef0123456789"

// providers are the settings for stand-ins of both, which make nothing but the still that proves typefaces.
func providers(t *testing.T, o sandbox.Options) map[string]string {
	t.Helper()
	o.Ephemeral = true
	o.Clip = func(context.Context, sandbox.ClipJob) error { t.Error("a clip was bought"); return nil }
	_, cut := app.Films(apptest.Ffmpeg(t), nil)
	o.Cut = func(ctx context.Context, j sandbox.CutJob) error {
		if j.Source["output_format"] != "png" {
			t.Error("a cut was bought")
		}
		return cut(ctx, j)
	}
	s, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() { web.Close(); s.Close() })
	return map[string]string{
		"RUNWAYML_BASE_URL": web.URL, "RUNWAYML_API_SECRET": aKey,
		"CREATOMATE_BASE_URL": web.URL, "CREATOMATE_API_KEY": aKey,
	}
}

func TestDoctorProviders_FindsEachFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o     sandbox.Options
		extra map[string]string
		check string
		v     doctor.Verdict
		words string
	}{
		"all is well":         {check: "runway", v: doctor.Healthy, words: "enough for"},
		"every look is taken": {check: "creatomate", v: doctor.Healthy, words: "every look"},
		"typefaces are known": {
			check: "creatomate", v: doctor.Healthy, words: "a still shows that it knows every typeface",
		},
		"Runway's key is wrong": {
			o: sandbox.Options{RunwayKey: "other"}, check: "runway", v: doctor.Failed, words: "HTTP 401",
		},
		"Runway is empty": {
			o: sandbox.Options{RunwayCredits: -1}, check: "runway", v: doctor.Failed,
			words: "0 credits are left, and a clip costs 15",
		},
		"Runway is nearly empty": {o: sandbox.Options{RunwayCredits: 100}, check: "runway", v: doctor.Warning,
			words: "100 credits are left, enough for 6 clips"},
		"the model is unknown": {
			extra: map[string]string{"RUNWAY_MODEL": "gen9"}, check: "settings", v: doctor.Failed,
			words: "write gen4_turbo, gen4.5, gemini_omni_flash",
		},
		"a clip is too short": {
			extra: map[string]string{"RUNWAY_MODEL": "gemini_omni_flash", "RUNWAY_SECONDS": "2"}, check: "settings",
			v: doctor.Failed, words: "3 to 10 seconds",
		},
		"a day buys no clip": {
			extra: map[string]string{"DAILY_CREDIT_BUDGET": "14"}, check: "settings", v: doctor.Failed,
			words: "DAILY_CREDIT_BUDGET: 14 is less than one clip costs (15 credits)",
		},
		"Creatomate's key is wrong": {
			o: sandbox.Options{CreatomateKey: "other"}, check: "creatomate", v: doctor.Failed, words: "HTTP 401",
		},
		"there is no such template": {
			extra: map[string]string{"CREATOMATE_TEMPLATE_ID": "nobodys"}, check: "creatomate", v: doctor.Failed,
			words: "HTTP 404",
		},
		"nobody is there": {extra: map[string]string{"RUNWAYML_BASE_URL": "http://127.0.0.1:1"}, check: "runway",
			v:     doctor.Failed,
			words: "connection refused"},
		"nobody is there for cuts": {extra: map[string]string{"CREATOMATE_BASE_URL": "http://127.0.0.1:1"},
			check: "creatomate", v: doctor.Failed,
			words: "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := providers(t, c.o)
			maps.Copy(settings, c.extra)
			apptest.WantFinding(t, apptest.Examined(t, settings), c.check, c.v, c.words)
		})
	}
}

func TestDoctorCreatomate_ATemplateWithoutAnElementFails(t *testing.T) {
	t.Parallel()
	settings := providers(t, sandbox.Options{})
	keep := func(names ...string) {
		var elements []map[string]any
		for i, name := range names {
			kind := map[string]string{
				"main_video_layer": "video", "logo_image_layer": "image", "bgm_track": "audio",
			}[name]
			kind = cmp.Or(kind, "text")
			elements = append(elements, map[string]any{
				"name": name, "type": kind, "track": i + 1,
				"text": map[string]string{"ai_text_layer": "AI로 만든 영상"}[name],
			})
		}
		body, _ := json.Marshal(map[string]any{
			"name": "mine", "source": map[string]any{"output_format": "mp4", "elements": elements},
		})
		req, _ := http.NewRequest(
			http.MethodPost, settings["CREATOMATE_BASE_URL"]+"/v2/templates", bytes.NewReader(body),
		)
		req.Header.Set("Authorization", "Bearer "+aKey)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var made struct{ ID string }
		if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.ID == "" {
			t.Fatal(res.Status, err)
		}
		settings["CREATOMATE_TEMPLATE_ID"] = made.ID
	}
	keep("main_video_layer", "menu_text_layer", "price_text_layer", "logo_image_layer", "bgm_track", "ai_text_layer")
	apptest.WantFinding(t, apptest.Examined(t, settings), "creatomate", doctor.Healthy, "all the elements")
	keep("main_video_layer", "menu_text_layer", "price_text_layer", "logo_image_layer", "bgm_track")
	apptest.WantFinding(
		t, apptest.Examined(t, settings), "creatomate", doctor.Failed, "nothing on the template says that AI",
	)
	keep("main_video_layer", "menu_text_layer", "price_text", "logo_image_layer", "bgm_track", "ai_text_layer")
	all := apptest.Examined(t, settings)
	apptest.WantFinding(t, all, "creatomate", doctor.Failed, "price_text_layer")
	only(t, all, "creatomate", doctor.Failed)
}

// echo is a server that says no, and quotes all that it was sent.
func echo(t *testing.T, code int) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		said, _ := json.Marshal(fmt.Sprint(r.URL.String(), r.Header, string(b)))
		w.WriteHeader(code)
		fmt.Fprintf(
			w, `{"ok":false,"error":%s,"error_code":%d,"description":%s,"message":%s,"hint":%s}`, said, code, said,
			said, said,
		)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestDoctor_ShowsNoSecretThatAnAnswerQuotes(t *testing.T) {
	t.Parallel()
	for _, code := range []int{200, 400, 401, 403, 404, 429, 500} {
		at := echo(t, code)
		all := apptest.Examined(t, map[string]string{ // which looks for the secrets
			"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789", "TELEGRAM_API_URL": at,
			"SLACK_BOT_TOKEN": "xoxb-4242-4242-AAHdqTcvCH1vGWJxfSeofSAs", "SLACK_API_URL": at + "/api/",
			"PUBLIC_URL":          "http://127.0.0.1:1",
			"SLACK_APP_TOKEN":     "xapp-1-A4242-4242-deadbeefdeadbeefdeadbeef",
			"RUNWAYML_API_SECRET": aKey, "RUNWAYML_BASE_URL": at, "CREATOMATE_API_KEY": aKey + "c",
			"CREATOMATE_BASE_URL": at,
		})
		for _, name := range []string{"telegram", "slack", "runway", "creatomate"} {
			for _, f := range all {
				if f.Check == name && f.Verdict == doctor.Healthy {
					t.Errorf("HTTP %d: %+v", code, f)
				}
			}
		}
	}
}
