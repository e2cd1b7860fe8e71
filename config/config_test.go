package config_test

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func TestNothingSetGivesTheDefaultsOfTheTable(t *testing.T) {
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

func TestAValueIsReadAsItsType(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"LISTEN":              "127.0.0.1:0",
		"PUBLIC_URL":          "https://pick.example.com/",
		"DATABASE_URL":        "postgres://u:p%40ss@db:5432/pick?sslmode=disable",
		"BLOB_URL":            "s3://pick-blobs/shop/kr/",
		"BLOB_PUBLIC_URL":     "https://cdn.example.com/pick/",
		"RUNWAYML_BASE_URL":   "http://127.0.0.1:9999/gate/",
		"RUNWAY_SECONDS":      "10",
		"RUNWAY_WEBHOOK":      "ON",
		"RETRY_UNKNOWN_AFTER": "1d12h",
		"RESULT_HOSTS":        "CDN.example.com, .example.org,http://127.0.0.1:80,",
		"SECRET_KEY":          strings.Repeat("k", 32),
		"MIGRATE":             "off",
		"LOG_LEVEL":           "WARN",
		"LOG_FORMAT":          "json",
	}, "")
	for name, pair := range map[string][2]any{
		"listen":      {c.Listen, "127.0.0.1:0"},
		"public":      {c.PublicURL.String(), "https://pick.example.com"},
		"database":    {c.Database.Postgres.Reveal(), "postgres://u:p%40ss@db:5432/pick?sslmode=disable"},
		"bucket":      {c.Blobs.Bucket + "|" + c.Blobs.Prefix + "|" + c.Blobs.Dir, "pick-blobs|shop/kr|"},
		"blob public": {c.Blobs.PublicURL.String(), "https://cdn.example.com/pick"},
		"runway":      {c.Runway.BaseURL.String(), "http://127.0.0.1:9999/gate"},
		"seconds":     {c.Runway.Seconds, 10},
		"rings":       {c.Runway.Webhook, true},
		"retry":       {c.RetryUnknownAfter, 36 * time.Hour},
		"hosts":       {strings.Join(c.ResultHosts, "|"), "cdn.example.com|.example.org|http://127.0.0.1:80"},
		"migrate":     {c.Migrate, false},
		"level":       {c.LogLevel.String(), "WARN"},
		"format":      {c.LogFormat, "json"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
}

func TestASettingIsTakenUpToItsLimits(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want map[string]any
	}{
		{
			map[string]string{
				"LISTEN": ":0", "METRICS_LISTEN": "OFF", "RUNWAY_SECONDS": " 2 ", "RUNWAY_CONCURRENCY": "1",
				"CREATOMATE_RATE": "2/1s", "RETENTION": "24h", "DAILY_CREDIT_BUDGET": "0", "SHOP_MONTHLY_LIMIT": "0",
				"SIGNUP": "Invite", "WEB": "off", "POLL_INTERVAL": "1ms", "RETRY_UNKNOWN_AFTER": "off",
				"SECRET_KEY_OLD": strings.Repeat("o", 32), "TELEGRAM_WEBHOOK_SECRET": strings.Repeat("w", 16),
			},
			map[string]any{
				"Listen": ":0", "MetricsListen": "", "Seconds": 2, "AtOnce": 1,
				"Rate": config.Rate{N: 2, Per: time.Second}, "Retention": 24 * time.Hour, "DailyCredits": 0,
				"MonthlyLimit": 0, "OpenSignup": false, "Web": config.Web{Set: true}, "PollInterval": time.Millisecond,
				"RetryUnknownAfter": time.Duration(0), "OldSecretKey": strings.Repeat("o", 32),
				"Secret": strings.Repeat("w", 16),
			},
		},
		{
			map[string]string{
				"LISTEN": ":65535", "METRICS_LISTEN": ":1", "RUNWAY_SECONDS": "10", "RUNWAY_CONCURRENCY": "1000",
				"CREATOMATE_RATE": "10000/1h", "RETENTION": "65535d", "DAILY_CREDIT_BUDGET": "1000000000",
				"SHOP_MONTHLY_LIMIT": "1000000", "SIGNUP": "open", "WEB": "1", "POLL_INTERVAL": "1h",
				"RETRY_UNKNOWN_AFTER": "1d0s", "SECRET_KEY_OLD": strings.Repeat("~", 99),
				"TELEGRAM_WEBHOOK_SECRET": strings.Repeat("_", 256),
			},
			map[string]any{
				"Listen": ":65535", "MetricsListen": ":1", "Seconds": 10, "AtOnce": 1000,
				"Rate": config.Rate{N: 10_000, Per: time.Hour}, "Retention": 65535 * 24 * time.Hour,
				"DailyCredits": 1_000_000_000, "MonthlyLimit": 1_000_000, "OpenSignup": true,
				"Web": config.Web{On: true, Set: true}, "PollInterval": time.Hour, "RetryUnknownAfter": 24 * time.Hour,
				"OldSecretKey": strings.Repeat("~", 99), "Secret": strings.Repeat("_", 256),
			},
		},
	} {
		x := mustLoad(t, c.env, "")
		got := map[string]any{
			"Listen": x.Listen, "MetricsListen": x.MetricsListen, "Seconds": x.Runway.Seconds,
			"AtOnce": x.Runway.AtOnce,
			"Rate":   x.Creatomate.Rate, "Retention": x.Retention, "DailyCredits": x.DailyCredits,
			"MonthlyLimit": x.MonthlyLimit, "OpenSignup": x.OpenSignup, "Web": x.Web, "PollInterval": x.PollInterval,
			"RetryUnknownAfter": x.RetryUnknownAfter, "OldSecretKey": x.OldSecretKey.Reveal(),
			"Secret": x.Telegram.Secret.Reveal(),
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	for name, text := range map[string]string{
		"RETENTION": "23h59m59s", "DAILY_CREDIT_BUDGET": "1000000001", "SHOP_MONTHLY_LIMIT": "1000001",
		"SECRET_KEY_OLD": strings.Repeat("o", 31), "TELEGRAM_WEBHOOK_SECRET": strings.Repeat("w", 257),
	} {
		if _, err := load(t, map[string]string{name: text}, ""); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, text, err)
		}
	}
}

func TestPublicURL_IsWhatOthersKnowItBy(t *testing.T) {
	for text, want := range map[string]string{
		"https://가게.한국":         "https://xn--o39akk.xn--3e0b707e",
		"https://주문.가게.kr:8443": "https://xn--z92bt5w.xn--o39akk.kr:8443",
		"https://PICK.example":  "https://PICK.example",
	} {
		if got := mustLoad(t, map[string]string{"PUBLIC_URL": text}, "").PublicURL.String(); got != want {
			t.Errorf("%s becomes %s, not %s", text, got, want)
		}
	}
}

func TestEachBadValueIsRefusedByName(t *testing.T) {
	for name, values := range map[string][]string{
		"LISTEN":         {"8080", "localhost", ":http", ":65536", "\xff:80"},
		"METRICS_LISTEN": {"9464", "on"},
		"PUBLIC_URL": {
			"pick.example.com", "http://pick.example.com", "https://", "https://a/b", "https://u:p@a", "https://a?b",
			"https://a#b", "ftp://a", "://", "http://10.0.0.1", "http://localhost.evil.example",
			"https://가_게.kr",
		},
		"DATABASE_URL": {
			"mysql://a/b", "postgres:a", "postgres://host", "sqlite:", "sqlite::memory:", "sqlite:a.db?x=1",
			"sqlite:dir/", "pick.db", "postgres://a:%zz@b/c",
		},
		"BLOB_URL": {
			"s3://", "s3:bucket", "s3://B/x", "s3://bucket/../x", "s3://bucket/a//b", "s3://bucket/a?b", "file:",
			"./data", "https://a",
		},
		"BLOB_PUBLIC_URL": {"cdn", "http://cdn.example.com"},
		"TELEGRAM_API_URL": {
			"http://api.example.com", "http://8.8.8.8:8081", "http://3232235777:8081", "http://0x7f000001",
			"http://bot-api.", "http://[2001:db8::1]", "http://u:p@bot-api", "http://@:1", "http://_a",
		},
		"RUNWAYML_API_SECRET":    {"two words", "키"},
		"RUNWAYML_BASE_URL":      {"http://api.example.com"},
		"RUNWAY_MODEL":           {"a b", "../x"},
		"RUNWAY_SECONDS":         {"1", "11", "3s", "-3"},
		"RUNWAY_WEBHOOK":         {"maybe"},
		"RUNWAY_CONCURRENCY":     {"0", "-1", "many", "1001"},
		"CREATOMATE_RATE":        {"30", "30/", "/10s", "1/10s", "30/10", "30/0s", "30/3601s", "ten/10s", "10001/10s"},
		"TELEGRAM_RATE":          {"25", "0/1s", "1/1s", "25/1ms"},
		"CREATOMATE_API_KEY":     {"a\nb"},
		"CREATOMATE_BASE_URL":    {"http://api.example.com"},
		"CREATOMATE_TEMPLATE_ID": {"a/b"},
		"TEMPLATE_RATIO":         {"9x16", "2:1", "0"},
		"CLIP_FALLBACK":          {"on", "never", "0"},
		"RETRY_UNKNOWN_AFTER":    {"10", "0s", "-10m", "d", "1d-2h", "99999999d"},
		"SWEEP_CRON": {
			"* * * *", "*/1 * * * * *", "TZ=", "CRON_TZ=Asia/Seoul", "CRON_TZ=Mars/One * * * * *", "0 0 30 2 *",
			"@often",
		},
		"POLL_INTERVAL": {"0", "0s", "-1s", "61m", "five"},
		"RESULT_HOSTS":  {"https://a/b", "a b", "http://.a", "*"},
		"SECRET_KEY":    {"short", strings.Repeat("k", 31)},
		"MIGRATE":       {"2"},
		"WEB":           {"perhaps"},
		"LOG_LEVEL":     {"loud", "info+1"},
		"LOG_FORMAT":    {"xml"},
	} {
		for _, value := range values {
			c, err := load(t, map[string]string{name: value}, "")
			if err == nil {
				t.Errorf("%s=%s was taken: %+v", name, value, c)
				continue
			}
			if lines := strings.Split(err.Error(), "\n"); len(lines) != 1 || !strings.HasPrefix(lines[0], name+": ") {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		}
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
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

func TestSettingsThatClashAreRefused(t *testing.T) {
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

func TestAStandInMayBeAskedOften(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"POLL_INTERVAL": "50ms", "RUNWAYML_API_SECRET": "key", "RUNWAYML_BASE_URL": "http://localhost:9",
	}, "")
	if c.PollInterval != 50*time.Millisecond {
		t.Error(c.PollInterval)
	}
}

func TestMissingNamesWhatServeNeeds(t *testing.T) {
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

func TestCronIsOfSeoulUnlessItSaysOtherwise(t *testing.T) {
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

func TestUpdatesComeAsTheSettingsSay(t *testing.T) {
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

func TestTelegramAPIURL_PlainHTTPNearby(t *testing.T) {
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

func TestABadChatSettingIsNamed(t *testing.T) {
	for name, text := range map[string]string{
		"TELEGRAM_BOT_TOKEN": "AAH-secret-part-only", "TELEGRAM_MODE": "push",
		"TELEGRAM_WEBHOOK_SECRET": "has space in it!",
		"ADMINS":                  "telegram:me", "SIGNUP": "closed", "SHOP_MONTHLY_LIMIT": "-1", "CLEAN_CRON": "daily",
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
