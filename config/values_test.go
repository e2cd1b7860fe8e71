package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sajangpick/sajangpick/config"
)

func TestLoad_ReadsAValueAsItsType(t *testing.T) {
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
		"callbacks":   {c.Runway.Webhook, true},
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

func TestLoad_TakesASettingUpToItsLimits(t *testing.T) {
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

func TestLoad_RefusesEachBadValueByName(t *testing.T) {
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
