package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// examined is what doctor finds with some settings. Whatever it says, no secret may be in it.
func examined(t *testing.T, settings map[string]string) []finding {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"DATABASE_URL": "sqlite:" + filepath.Join(dir, "orders.db"), "BLOB_URL": "file:" + filepath.Join(dir, "blobs")}
	maps.Copy(all, settings)
	env := func(name string) (string, bool) { v, ok := all[name]; return v, ok }
	var out, said bytes.Buffer
	err := run(t.Context(), terminal{args: []string{"doctor", "--json"}, env: env, out: &out, errors: &said})
	for _, s := range config.Settings() {
		if v := all[s.Name]; s.Secret && s.Name != "DATABASE_URL" && v != "" && strings.Contains(out.String()+said.String(), v) {
			t.Errorf("%s is shown: %s", s.Name, out.String())
		}
	}
	var doc struct {
		OK       bool
		Findings []finding
	}
	if e := json.Unmarshal(out.Bytes(), &doc); e != nil {
		t.Fatalf("%v: %s", e, out.String())
	}
	if n := count(doc.Findings, failed); (err != nil) != (n > 0) || doc.OK != (n == 0) || err != nil && exitCode(err, &said) != 1 {
		t.Errorf("%d failures, ok %v, and the error is %v", n, doc.OK, err)
	}
	for _, f := range doc.Findings {
		if f.Check == "" || f.Found == "" || (f.Do == "") != (f.Verdict == healthy || f.Verdict == off) {
			t.Errorf("nobody knows what to do: %+v", f)
		}
	}
	return doc.Findings
}

// wantFinding looks for a verdict on a check, with some words in it.
func wantFinding(t *testing.T, all []finding, check string, v verdict, words string) {
	t.Helper()
	for _, f := range all {
		if f.Check == check && f.Verdict == v && strings.Contains(f.Found, words) {
			return
		}
	}
	t.Errorf("%s isn't found %s with %q: %+v", check, v, words, all)
}

// only is that all findings of a check have a verdict.
func only(t *testing.T, all []finding, check string, v verdict) {
	t.Helper()
	for _, f := range all {
		if f.Check == check && f.Verdict != v {
			t.Errorf("%+v", f)
		}
	}
}

func TestWhatIsNotSetIsOffButServeWouldRefuse(t *testing.T) {
	t.Parallel()
	all := examined(t, nil)
	for _, name := range []string{"telegram", "slack", "runway", "creatomate", "address", "clock", "traces"} {
		wantFinding(t, all, name, off, "")
		only(t, all, name, off)
	}
	for _, name := range []string{"TELEGRAM_BOT_TOKEN", "RUNWAYML_API_SECRET", "CREATOMATE_API_KEY"} {
		wantFinding(t, all, "settings", failed, name)
	}
	wantFinding(t, all, "settings", warning, "ADMINS")
}

func TestABadSettingIsAFinding(t *testing.T) {
	t.Parallel()
	all := examined(t, map[string]string{"RUNWAY_SECONDS": "99", "TELEGRAM_BOT_TOKEN": "not-a-token-at-all"})
	wantFinding(t, all, "settings", failed, "RUNWAY_SECONDS")
	wantFinding(t, all, "settings", failed, "TELEGRAM_BOT_TOKEN")
}

func TestARunningServiceIsHealthy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	_, w.cut = films(ffmpeg(t), nil) // the typefaces are looked at in a real still
	w.settings["RUNWAY_WEBHOOK"] = "off"
	p := w.start(hurried(), nil)
	defer p.stop()
	settings := maps.Clone(w.settings)
	settings["LISTEN"], settings["PUBLIC_URL"] = strings.TrimPrefix(p.server.URL, "http://"), p.server.URL
	all := examined(t, settings)
	if count(all, failed) > 0 || count(all, warning) != 1 {
		t.Errorf("%+v", all)
	}
	wantFinding(t, all, "telegram", warning, "privacy")
	wantFinding(t, all, "database", healthy, "is ready")
	wantFinding(t, all, "address", healthy, "leads to a running service")
	wantFinding(t, all, "slack", off, "")
	wantFinding(t, all, "clips", off, "CLIP_FALLBACK=off")
	settings["CLIP_FALLBACK"] = "changed"
	wantFinding(t, examined(t, settings), "clips", healthy, "by ffmpeg")
}

func TestAnOldSchemaIsBroughtUpByServeOrFailed(t *testing.T) {
	t.Parallel()
	for name, address := range databases() {
		database := address(t)
		if name == "sqlite" {
			nowhere := "sqlite:" + storagetest.SQLite(t)
			wantFinding(t, examined(t, map[string]string{"DATABASE_URL": nowhere, "MIGRATE": "off"}), "database", failed, "isn't there")
		}
		settings := map[string]string{"DATABASE_URL": database, "SECRET_KEY": strings.Repeat("k", 32)}
		migrated(t, settings)
		wantFinding(t, examined(t, settings), "database", healthy, "")
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
			v     verdict
			words string
		}{
			{`ALTER TABLE orders RENAME COLUMN shown TO seen`, failed, "orders.shown"},
			{`ALTER TABLE orders RENAME COLUMN seen TO shown`, healthy, "its schema is that of this program"},
		} {
			if _, err := db.Exec(step.text); err != nil {
				t.Fatal(err)
			}
			wantFinding(t, examined(t, settings), "database", step.v, step.words)
		}
		if _, err := db.Exec(`DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`); err != nil {
			t.Fatal(err)
		}
		db.Close()
		wantFinding(t, examined(t, settings), "database", warning, "the schema is at")
		settings["MIGRATE"] = "off"
		wantFinding(t, examined(t, settings), "database", failed, "the schema is at")
	}
}

func migrated(t *testing.T, settings map[string]string) {
	t.Helper()
	env := func(name string) (string, bool) { v, ok := settings[name]; return v, ok }
	if err := run(t.Context(), terminal{args: []string{"migrate"}, env: env, out: new(bytes.Buffer), errors: new(bytes.Buffer)}); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseThatIsNotReachedFails(t *testing.T) {
	t.Parallel()
	all := examined(t, map[string]string{"DATABASE_URL": "postgres://pick:hunter22@127.0.0.1:1/pick", "SECRET_KEY": strings.Repeat("k", 32)})
	wantFinding(t, all, "database", failed, "")
	if strings.Contains(fmt.Sprint(all), "hunter22") {
		t.Error("the password is shown")
	}
}

func TestAFolderThatTakesNoFilesFails(t *testing.T) {
	t.Parallel()
	all := examined(t, map[string]string{"BLOB_URL": "file:/proc/nowhere", "DATABASE_URL": "sqlite:/proc/nowhere/orders.db"})
	wantFinding(t, all, "blobs", failed, "/proc/nowhere")
	wantFinding(t, all, "database", failed, "/proc/nowhere")
}

func TestABucketThatIsNotReachedFails(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
		"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	all := examined(t, map[string]string{"BLOB_URL": "s3://pick/prod"})
	wantFinding(t, all, "blobs", failed, "connection refused")
	if strings.Contains(fmt.Sprint(all), "wJalr") {
		t.Error("the key is shown")
	}
}

func TestABucketThatDeletesNothingFails(t *testing.T) {
	t.Parallel()
	denied := &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("s3: delete: AccessDenied")}
	all := refusals([]s3.Trial{{Step: "link", Err: errors.New("s3: link: HTTP 404")}, {Step: "delete", Err: denied, Left: "prod/doctor/x.txt"}}, "set BLOB_PUBLIC_URL")
	if len(all) != 2 || all[0].Do != "set BLOB_PUBLIC_URL" || all[1].Verdict != failed || all[1].Found != "s3: delete: AccessDenied" || !strings.Contains(all[1].Do, "prod/doctor/x.txt") {
		t.Errorf("%+v", all)
	}
}

func TestAnAddressThatLeadsElsewhereIsFound(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("welcome to nginx")) })
	partly := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			answer(w, nil)
			return
		}
		http.NotFound(w, r)
	})
	foreign, untrusted, half := httptest.NewServer(page), httptest.NewTLSServer(page), httptest.NewServer(partly)
	t.Cleanup(func() { foreign.Close(); untrusted.Close(); half.Close() })
	for _, c := range []struct {
		url   string
		v     verdict
		words string
	}{
		{"http://127.0.0.1:1", warning, "doesn't answer"},
		{foreign.URL, warning, "something else"},
		{untrusted.URL, failed, "certificate"},
		{half.URL, warning, "/webhooks/telegram leads elsewhere"},
	} {
		all := examined(t, map[string]string{"PUBLIC_URL": c.url, "TELEGRAM_MODE": "webhook",
			"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789", "TELEGRAM_API_URL": "http://127.0.0.1:1"})
		wantFinding(t, all, "address", c.v, c.words)
	}
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

func TestAWrongClockIsFound(t *testing.T) {
	t.Parallel()
	for by, want := range map[time.Duration]struct {
		v     verdict
		words string
	}{
		0:                 {healthy, ""},
		-10 * time.Minute: {failed, "ahead"},
		10 * time.Minute:  {failed, "behind"},
		time.Minute:       {warning, "behind"},
	} {
		settings := map[string]string{
			"RUNWAYML_API_SECRET": "key_0123456789", "RUNWAYML_BASE_URL": clocked(t, by),
			"CREATOMATE_API_KEY": "key_9876543210", "CREATOMATE_BASE_URL": clocked(t, by),
			"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789", "TELEGRAM_API_URL": clocked(t, -by), // the odd one out
		}
		wantFinding(t, examined(t, settings), "clock", want.v, want.words)
	}
}

func TestACheckThatHangsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, forever := time.Now(), make(chan struct{})
		var steps []string
		found := diagnose(ctx, []check{
			{name: "stuck", try: func(context.Context) []finding { <-forever; return nil }},
			{name: "quick", try: func(context.Context) []finding { return is(healthy, "", "yes\x1b[2J\nindeed") }},
			{name: "late", try: func(ctx context.Context) []finding { <-ctx.Done(); return unwell(ctx.Err(), "") }},
		}, func(names []string) { steps = append(steps, strings.Join(names, "+")) })
		cancel()
		close(forever)
		if took := time.Since(began); took != checkLimit {
			t.Errorf("it took %s", took)
		}
		wantFinding(t, found, "stuck", failed, "no end")
		wantFinding(t, found, "quick", healthy, "yes[2J indeed")
		wantFinding(t, found, "late", failed, "deadline")
		if got := strings.Join(steps, " "); got != "stuck+quick+late stuck+late stuck " {
			t.Errorf("shown: %q", got)
		}
	})
}

func TestCheck_ExtraTimeIsTimeForItsRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := check{name: "slow", extra: fontsLimit, try: func(ctx context.Context) []finding {
			if !sleep(ctx, fontsLimit) {
				return unwell(ctx.Err(), "")
			}
			return is(healthy, "", "done")
		}}
		wantFinding(t, slow.within(t.Context()), "slow", healthy, "done")
		slow.extra = 0
		wantFinding(t, slow.within(t.Context()), "slow", failed, "deadline")
	})
}

func TestTheTableSaysWhatToDo(t *testing.T) {
	var b bytes.Buffer
	if err := table(&b, []finding{{"runway", failed, "no credits", "buy some"}, {"slack", off, "not set", ""}}); err != nil {
		t.Fatal(err)
	}
	want := "failed  runway  no credits\n                → buy some\noff     slack   not set\n\nok 0, warning 0, failed 1, off 1\n"
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}
