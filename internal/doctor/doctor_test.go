package doctor_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/cli"
	"github.com/sajangpick/sajangpick/internal/doctor"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// only is that all findings of a check have a verdict.
func only(t *testing.T, all []doctor.Finding, check string, v doctor.Verdict) {
	t.Helper()
	for _, f := range all {
		if f.Check == check && f.Verdict != v {
			t.Errorf("%+v", f)
		}
	}
}

func TestDoctor_WhatIsNotSetIsOffButServeWouldRefuse(t *testing.T) {
	t.Parallel()
	all := apptest.Examined(t, nil)
	for _, name := range []string{"telegram", "slack", "runway", "creatomate", "address", "clock", "traces"} {
		apptest.WantFinding(t, all, name, doctor.Off, "")
		only(t, all, name, doctor.Off)
	}
	for _, name := range []string{"TELEGRAM_BOT_TOKEN", "RUNWAYML_API_SECRET", "CREATOMATE_API_KEY"} {
		apptest.WantFinding(t, all, "settings", doctor.Failed, name)
	}
	apptest.WantFinding(t, all, "settings", doctor.Warning, "ADMINS")
}

func TestDoctorSettings_ABadOneIsAFinding(t *testing.T) {
	t.Parallel()
	all := apptest.Examined(t, map[string]string{"RUNWAY_SECONDS": "99", "TELEGRAM_BOT_TOKEN": "not-a-token-at-all"})
	apptest.WantFinding(t, all, "settings", doctor.Failed, "RUNWAY_SECONDS")
	apptest.WantFinding(t, all, "settings", doctor.Failed, "TELEGRAM_BOT_TOKEN")
}

func TestDoctor_ARunningServiceIsHealthy(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	_, w.Cut = app.Films(apptest.Ffmpeg(t), nil) // the typefaces are looked at in a real still
	w.Settings["RUNWAY_WEBHOOK"] = "off"
	p := w.Start(apptest.Hurried(), nil)
	defer p.Stop()
	settings := maps.Clone(w.Settings)
	settings["LISTEN"], settings["PUBLIC_URL"] = strings.TrimPrefix(p.Server.URL, "http://"), p.Server.URL
	all := apptest.Examined(t, settings)
	if doctor.Count(all, doctor.Failed) > 0 || doctor.Count(all, doctor.Warning) != 1 {
		t.Errorf("%+v", all)
	}
	apptest.WantFinding(t, all, "telegram", doctor.Warning, "privacy")
	apptest.WantFinding(t, all, "database", doctor.Healthy, "is ready")
	apptest.WantFinding(t, all, "address", doctor.Healthy, "leads to a running service")
	apptest.WantFinding(t, all, "slack", doctor.Off, "")
	apptest.WantFinding(t, all, "clips", doctor.Off, "CLIP_FALLBACK=off")
	settings["CLIP_FALLBACK"] = "changed"
	apptest.WantFinding(t, apptest.Examined(t, settings), "clips", doctor.Healthy, "by ffmpeg")
}

func TestDoctorDatabase_AnOldSchemaIsBroughtUpByServeOrFails(t *testing.T) {
	t.Parallel()
	for name, address := range apptest.Databases() {
		database := address(t)
		if name == "sqlite" {
			nowhere := "sqlite:" + storagetest.SQLite(t)
			apptest.WantFinding(
				t, apptest.Examined(t, map[string]string{"DATABASE_URL": nowhere, "MIGRATE": "off"}), "database",
				doctor.Failed, "isn't there",
			)
		}
		settings := map[string]string{"DATABASE_URL": database, "SECRET_KEY": strings.Repeat("k", 32)}
		migrated(t, settings)
		apptest.WantFinding(t, apptest.Examined(t, settings), "database", doctor.Healthy, "")
		driver, from := "sqlite", strings.TrimPrefix(database, "sqlite:")
		if name == "postgres" {
			driver, from = "pgx", database
		}
		db, err := sql.Open(driver, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			text  string
			v     doctor.Verdict
			words string
		}{
			{`ALTER TABLE orders RENAME COLUMN shown TO seen`, doctor.Failed, "orders.shown"},
			{`ALTER TABLE orders RENAME COLUMN seen TO shown`, doctor.Healthy, "its schema is that of this program"},
		} {
			if _, err := db.Exec(step.text); err != nil {
				t.Fatal(err)
			}
			apptest.WantFinding(t, apptest.Examined(t, settings), "database", step.v, step.words)
		}
		if _, err := db.Exec(
			`DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`,
		); err != nil {
			t.Fatal(err)
		}
		db.Close()
		apptest.WantFinding(t, apptest.Examined(t, settings), "database", doctor.Warning, "the schema is at")
		settings["MIGRATE"] = "off"
		apptest.WantFinding(t, apptest.Examined(t, settings), "database", doctor.Failed, "the schema is at")
	}
}

func migrated(t *testing.T, settings map[string]string) {
	t.Helper()
	env := func(name string) (string, bool) { v, ok := settings[name]; return v, ok }
	if err := cli.Run(t.Context(), cli.Terminal{
		Args: []string{"migrate"}, Env: env, Out: new(bytes.Buffer), Errors: new(bytes.Buffer),
	}); err != nil {
		t.Fatal(err)
	}
}

func TestDoctorDatabase_ThatIsNotReachedFails(t *testing.T) {
	t.Parallel()
	all := apptest.Examined(t, map[string]string{
		"DATABASE_URL": "postgres://pick:hunter22@127.0.0.1:1/pick", "SECRET_KEY": strings.Repeat("k", 32),
	})
	apptest.WantFinding(t, all, "database", doctor.Failed, "")
	if strings.Contains(fmt.Sprint(all), "hunter22") {
		t.Error("the password is shown")
	}
}

func TestDoctorFiles_AFolderThatTakesNoneFails(t *testing.T) {
	t.Parallel()
	all := apptest.Examined(t, map[string]string{
		"BLOB_URL": "file:/proc/nowhere", "DATABASE_URL": "sqlite:/proc/nowhere/orders.db",
	})
	apptest.WantFinding(t, all, "blobs", doctor.Failed, "/proc/nowhere")
	apptest.WantFinding(t, all, "database", doctor.Failed, "/proc/nowhere")
}

func TestDoctorFiles_ABucketThatIsNotReachedFails(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
		"AWS_REGION":            "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	all := apptest.Examined(t, map[string]string{"BLOB_URL": "s3://pick/prod"})
	apptest.WantFinding(t, all, "blobs", doctor.Failed, "connection refused")
	if strings.Contains(fmt.Sprint(all), "wJalr") {
		t.Error("the key is shown")
	}
}

func TestDoctorFiles_ABucketThatDeletesNothingFails(t *testing.T) {
	t.Parallel()
	denied := &pipeline.Fault{
		Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("s3: delete: AccessDenied"),
	}
	all := doctor.Refusals(
		[]s3.Trial{
			{Step: "link", Err: errors.New("s3: link: HTTP 404")},
			{Step: "delete", Err: denied, Left: "prod/doctor/x.txt"},
		},
		"set BLOB_PUBLIC_URL",
	)
	if len(all) != 2 || all[0].Do != "set BLOB_PUBLIC_URL" || all[1].Verdict != doctor.Failed ||
		all[1].Found != "s3: delete: AccessDenied" || !strings.Contains(all[1].Do, "prod/doctor/x.txt") {
		t.Errorf("%+v", all)
	}
}

func TestDoctorAddress_FindsOneThatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("welcome to nginx")) })
	partly := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			app.Answer(w, nil)
			return
		}
		http.NotFound(w, r)
	})
	foreign, untrusted, half := httptest.NewServer(page), httptest.NewTLSServer(page), httptest.NewServer(partly)
	t.Cleanup(func() { foreign.Close(); untrusted.Close(); half.Close() })
	for _, c := range []struct {
		url   string
		v     doctor.Verdict
		words string
	}{
		{"http://127.0.0.1:1", doctor.Warning, "doesn't answer"},
		{foreign.URL, doctor.Warning, "something else"},
		{untrusted.URL, doctor.Failed, "certificate"},
		{half.URL, doctor.Warning, "/webhooks/telegram leads elsewhere"},
	} {
		all := apptest.Examined(t, map[string]string{"PUBLIC_URL": c.url, "TELEGRAM_MODE": "webhook",
			"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789",
			"TELEGRAM_API_URL":   "http://127.0.0.1:1"})
		apptest.WantFinding(t, all, "address", c.v, c.words)
	}
}

func TestAddress_ThatUpgradesNoWebSocketIsFound(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Settings["WEB"] = "on"
	p := w.Start(apptest.Hurried(), nil)
	defer p.Stop()
	behind, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	plain := httputil.NewSingleHostReverseProxy(behind)
	// as nginx is unless it is told
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Upgrade")
		plain.ServeHTTP(w, r)
	}))
	through := httptest.NewServer(plain)
	t.Cleanup(func() { deaf.Close(); through.Close() })
	examine := func(address string) []doctor.Finding {
		settings := maps.Clone(w.Settings)
		settings["LISTEN"], settings["PUBLIC_URL"] = strings.TrimPrefix(p.Server.URL, "http://"), address
		return apptest.Examined(t, settings)
	}
	apptest.WantFinding(
		t, examine(deaf.URL), "address", doctor.Warning,
		"/web/live doesn't become a WebSocket: HTTP 401 instead of 101",
	)
	apptest.WantFinding(t, examine(through.URL), "address", doctor.Healthy, "leads to a running service")
	delete(w.Settings, "WEB")
	apptest.WantFinding(t, examine(deaf.URL), "address", doctor.Healthy, "leads to a running service")
}

// clocked is a server whose clock is ahead of ours.
func clocked(t *testing.T, by time.Duration) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(by-time.Minute).UTC().Format(http.TimeFormat))
		w.Header().Set("Age", "60") // as from a cache
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestDoctorClock_FindsAWrongOne(t *testing.T) {
	t.Parallel()
	for by, want := range map[time.Duration]struct {
		v     doctor.Verdict
		words string
	}{
		0:                 {doctor.Healthy, ""},
		-10 * time.Minute: {doctor.Failed, "ahead"},
		10 * time.Minute:  {doctor.Failed, "behind"},
		time.Minute:       {doctor.Warning, "behind"},
	} {
		settings := map[string]string{
			"RUNWAYML_API_SECRET": "key_0123456789", "RUNWAYML_BASE_URL": clocked(t, by),
			"CREATOMATE_API_KEY": "key_9876543210", "CREATOMATE_BASE_URL": clocked(t, by),
			// the odd one out
			"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789", "TELEGRAM_API_URL": clocked(t, -by),
		}
		apptest.WantFinding(t, apptest.Examined(t, settings), "clock", want.v, want.words)
	}
}

func TestDoctor_ACheckThatHangsHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, forever := time.Now(), make(chan struct{})
		var steps []string
		found := doctor.Diagnose(ctx, []doctor.Check{
			{Name: "stuck", Try: func(context.Context) []doctor.Finding { <-forever; return nil }},
			{
				Name: "quick",
				Try: func(context.Context) []doctor.Finding {
					return doctor.Is(doctor.Healthy, "", "yes\x1b[2J\nindeed")
				},
			},
			{
				Name: "late",
				Try:  func(ctx context.Context) []doctor.Finding { <-ctx.Done(); return doctor.Unwell(ctx.Err(), "") },
			},
		}, func(names []string) { steps = append(steps, strings.Join(names, "+")) })
		cancel()
		close(forever)
		if took := time.Since(began); took != doctor.CheckLimit {
			t.Errorf("it took %s", took)
		}
		apptest.WantFinding(t, found, "stuck", doctor.Failed, "no end")
		apptest.WantFinding(t, found, "quick", doctor.Healthy, "yes[2J indeed")
		apptest.WantFinding(t, found, "late", doctor.Failed, "deadline")
		if got := strings.Join(steps, " "); got != "stuck+quick+late stuck+late stuck " {
			t.Errorf("shown: %q", got)
		}
	})
}

func TestCheck_ExtraTimeIsTimeForItsRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := doctor.Check{Name: "slow", Extra: doctor.FontsLimit, Try: func(ctx context.Context) []doctor.Finding {
			if !pace.Sleep(ctx, doctor.FontsLimit) {
				return doctor.Unwell(ctx.Err(), "")
			}
			return doctor.Is(doctor.Healthy, "", "done")
		}}
		apptest.WantFinding(t, slow.Within(t.Context()), "slow", doctor.Healthy, "done")
		slow.Extra = 0
		apptest.WantFinding(t, slow.Within(t.Context()), "slow", doctor.Failed, "deadline")
	})
}

func TestTable_SaysWhatToDo(t *testing.T) {
	var b bytes.Buffer
	if err := doctor.Table(&b, []doctor.Finding{
		{"runway", doctor.Failed, "no credits", "buy some"}, {"slack", doctor.Off, "not set", ""},
	}); err != nil {
		t.Fatal(err)
	}
	want := "failed  runway  no credits\n                → buy some\noff     slack   not set\n\nok 0, warning 0, " +
		"failed 1, off 1\n"
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}
