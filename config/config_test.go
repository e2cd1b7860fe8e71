package config_test

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/config"
)

// load reads settings from a map and the text of a .env file, "" for none.
func load(t *testing.T, env map[string]string, dotenv string) (config.Config, error) {
	t.Helper()
	path := ""
	if dotenv != "" {
		path = filepath.Join(t.TempDir(), ".env")
		write(t, path, dotenv)
	}
	return config.Load(func(name string) (string, bool) { value, ok := env[name]; return value, ok }, path)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustLoad(t *testing.T, env map[string]string, dotenv string) config.Config {
	t.Helper()
	c, err := load(t, env, dotenv)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad_NothingSetGivesTheDefaultsOfTheTable(t *testing.T) {
	got := mustLoad(t, nil, "")
	sweep := got.Sweep
	got.Sweep, got.Report, got.Clean = config.Cron{}, config.Cron{}, config.Cron{}
	want := config.Config{
		Listen:   ":8080",
		Database: config.Database{SQLite: "sajangpick.db"},
		Blobs:    config.Blobs{Dir: "./data"},
		Telegram: config.Telegram{
			APIURL: &url.URL{Scheme: "https", Host: "api.telegram.org"}, Polling: true,
			Rate: config.Rate{N: 25, Per: time.Second},
		},
		Slack:        config.Slack{APIURL: &url.URL{Scheme: "https", Host: "slack.com", Path: "/api"}},
		MonthlyLimit: 30,
		Runway: config.Runway{
			BaseURL: &url.URL{Scheme: "https", Host: "api.dev.runwayml.com"}, Model: "gen4_turbo", Seconds: 3,
			AtOnce: 20,
		},
		Creatomate: config.Creatomate{
			BaseURL: &url.URL{Scheme: "https", Host: "api.creatomate.com"}, Ratio: "9:16",
			Rate: config.Rate{N: 30, Per: 10 * time.Second},
		},
		ClipFallback:      config.FallbackChanged,
		RetryUnknownAfter: 10 * time.Minute,
		Retention:         90 * 24 * time.Hour,
		PollInterval:      5 * time.Second,
		Migrate:           true,
		MetricsListen:     "127.0.0.1:9464",
		Rest:              map[string]config.Secret{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); !sweep.Schedule.Next(at).Equal(
		at.Truncate(time.Minute).Add(time.Minute),
	) {
		t.Errorf("the sweep comes at %v", sweep.Schedule.Next(at))
	}
}

func TestLoad_ReportsAllProblemsAtOnce(t *testing.T) {
	_, err := load(t, map[string]string{
		"RUNWAY_SECONDS": "40",
		"DATABASE_URL":   "postgres://u:hunter2@h/d",
		"LOG_FORMAT":     "yaml",
	}, "what is this\n")
	want := []string{".env: line 1 ", "RUNWAY_SECONDS: ", "LOG_FORMAT: ", "SECRET_KEY: "}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%v", len(lines), len(want), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q, want %q…", i, line, want[i])
		}
	}
}

func TestLoad_RefusesSettingsThatClash(t *testing.T) {
	long := strings.Repeat("k", 32)
	for name, env := range map[string]map[string]string{
		"SECRET_KEY":      {"DATABASE_URL": "postgresql://h/d"},
		"BLOB_PUBLIC_URL": {"BLOB_PUBLIC_URL": "https://cdn.example.com"},
		"POLL_INTERVAL":   {"POLL_INTERVAL": "4s", "CREATOMATE_API_KEY": long},
	} {
		if _, err := load(t, env, ""); err == nil || !strings.HasPrefix(err.Error(), name+": ") ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for promise, env := range map[string]map[string]string{ // what goes with it is seen in the default's light
		"one that can't be read":    {"POLL_INTERVAL": "five", "CREATOMATE_API_KEY": long},
		"one that stands in a file": {"POLL_INTERVAL": "5s", "POLL_INTERVAL_FILE": "/x", "CREATOMATE_API_KEY": long},
	} {
		if _, err := load(t, env, ""); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", promise, err)
		}
	}
}

func TestLoad_OthersChecksAddWhatTheTableDoesNotKnow(t *testing.T) {
	env := map[string]string{"RUNWAY_SECONDS": "40"}
	_, err := config.Load(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "",
		func(config.Config) []config.Problem {
			return []config.Problem{
				{Name: "RUNWAY_SECONDS", Text: "as well"}, {Name: "RUNWAY_MODEL", Text: "isn't sold"},
			}
		})
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || !strings.Contains(lines[0], `"40" is no clip`) ||
		lines[1] != "RUNWAY_MODEL: isn't sold" {
		t.Error(err)
	}
}

func TestLoad_AStandInMayBeAskedOften(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"POLL_INTERVAL": "50ms", "RUNWAYML_API_SECRET": "key", "RUNWAYML_BASE_URL": "http://localhost:9",
	}, "")
	if c.PollInterval != 50*time.Millisecond {
		t.Error(c.PollInterval)
	}
}

func TestMissing_NamesWhatServeNeeds(t *testing.T) {
	keys := map[string]string{"RUNWAYML_API_SECRET": "r", "CREATOMATE_API_KEY": "c"}
	with := func(more ...string) map[string]string {
		env := map[string]string{
			"RUNWAYML_API_SECRET": keys["RUNWAYML_API_SECRET"], "CREATOMATE_API_KEY": keys["CREATOMATE_API_KEY"],
			"TELEGRAM_BOT_TOKEN": aBot,
		}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	for _, c := range []struct {
		promise string
		env     map[string]string
		sandbox bool
		names   string
	}{
		{"nothing set", nil, false, "TELEGRAM_BOT_TOKEN RUNWAYML_API_SECRET CREATOMATE_API_KEY"},
		{"nothing set in the sandbox", nil, true, ""},
		{"Creatomate can't fetch from a folder", with(), false, "PUBLIC_URL"},
		{"nor in the sandbox", with(), true, "PUBLIC_URL"},
		{"nor from this machine's own address", with("PUBLIC_URL", "http://localhost:8080"), false, "PUBLIC_URL"},
		{"a public address will do", with("PUBLIC_URL", "https://a.example"), false, ""},
		{"a bucket will do", with("BLOB_URL", "s3://bucket"), false, ""},
		{"a stand-in of Creatomate reaches us", with("CREATOMATE_BASE_URL", "http://127.0.0.1:1"), false, ""},
		{"a gateway needs a door", with("BLOB_URL", "s3://bucket", "RUNWAY_WEBHOOK", "on"), false, "PUBLIC_URL"},
		{"so does the page", with("BLOB_URL", "s3://bucket", "WEB", "on"), false, "PUBLIC_URL"},
		{"but in the sandbox", with("BLOB_URL", "s3://bucket", "WEB", "on"), true, ""},
	} {
		var names []string
		for _, line := range mustLoad(t, c.env, "").Missing(c.sandbox) {
			name, _, _ := strings.Cut(line, ":")
			names = append(names, name)
		}
		if got := strings.Join(names, " "); got != c.names {
			t.Errorf("%s: %q, want %q", c.promise, got, c.names)
		}
	}
}

func TestCron_IsOfSeoulUnlessItSaysOtherwise(t *testing.T) {
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for spec, want := range map[string]string{
		"0 9 * * *":             "2026-05-02T00:00:00Z",
		"CRON_TZ=UTC 0 9 * * *": "2026-05-02T09:00:00Z",
		"@every 90s":            "2026-05-01T12:01:30Z",
	} {
		c := mustLoad(t, map[string]string{"SWEEP_CRON": spec}, "")
		if got := c.Sweep.Schedule.Next(noon).UTC().Format(time.RFC3339); got != want || c.Sweep.Spec != spec {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
}

const aBot = "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789"

func TestTelegramSettings_SayHowUpdatesCome(t *testing.T) {
	for _, c := range []struct {
		promise, mode, public, api string
		polling                    bool
	}{
		{"nobody reaches us", "", "", "", true},
		{"a public address gets a webhook", "", "https://a.example", "", false},
		{"Telegram reaches no loopback address", "", "http://localhost:1", "", true},
		{"however that is written", "", "http://LocalHost.:1", "", true},
		{"a stand-in does", "", "http://localhost:1", "http://127.0.0.1:2", false},
		{"polling may be asked for", "polling", "https://a.example", "", true},
		{"so may a webhook", "webhook", "http://localhost:1", "", false},
	} {
		env := map[string]string{"TELEGRAM_MODE": c.mode, "PUBLIC_URL": c.public, "TELEGRAM_API_URL": c.api}
		if got := mustLoad(t, env, "").Telegram.Polling; got != c.polling {
			t.Errorf("%s: polling is %v", c.promise, got)
		}
	}
	if _, err := load(t, map[string]string{"TELEGRAM_MODE": "webhook"}, ""); err == nil ||
		!strings.Contains(err.Error(), "PUBLIC_URL") {
		t.Errorf("a webhook without an address: %v", err)
	}
}

func TestTelegramAPIURL_MayBePlainHTTPNearby(t *testing.T) {
	for _, at := range []string{
		"http://telegram-bot-api:8081", "http://localhost:8081", "http://127.0.0.1:8081", "http://10.0.0.7:8081",
		"http://192.168.1.5",
		"http://[fd00::7]:8081", "http://[::1]:8081", "https://api.example.com", "http://Bot_API",
		"http://a", "http://Z",
	} {
		if got := mustLoad(t, map[string]string{"TELEGRAM_API_URL": at + "/"}, "").Telegram.APIURL.String(); got != at {
			t.Errorf("%s: %s", at, got)
		}
	}
}

func TestTelegramSettings_ABadOneIsNamed(t *testing.T) {
	for name, text := range map[string]string{
		"TELEGRAM_BOT_TOKEN": "AAH-secret-part-only", "TELEGRAM_MODE": "push",
		"TELEGRAM_WEBHOOK_SECRET": "has space in it!",
		"SIGNUP":                  "closed", "SHOP_MONTHLY_LIMIT": "-1", "CLEAN_CRON": "daily",
	} {
		_, err := load(t, map[string]string{name: text}, "")
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, text, err)
		}
		if err != nil && strings.HasPrefix(name, "TELEGRAM_") && name != "TELEGRAM_MODE" &&
			strings.Contains(err.Error(), text) {
			t.Errorf("%s is shown: %v", name, err)
		}
	}
	c := mustLoad(
		t,
		map[string]string{
			"ADMINS": "telegram:123, slack:U0AB12CD,", "SIGNUP": "open", "SHOP_MONTHLY_LIMIT": "0",
			"TELEGRAM_BOT_TOKEN": aBot,
		},
		"",
	)
	if !c.Admins["telegram:123"] || !c.Admins["slack:U0AB12CD"] || len(c.Admins) != 2 || !c.OpenSignup ||
		c.MonthlyLimit != 0 || c.Telegram.Token.Reveal() != aBot {
		t.Errorf("got %+v", c)
	}
}
