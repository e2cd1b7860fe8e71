package config

import (
	"testing"
	"time"
)

func TestHome_IsSeoul(t *testing.T) {
	if Home().String() != "Asia/Seoul" {
		t.Error(Home())
	}
}

func TestParseDuration_DaysStandInFrontOfATime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90d": 90 * 24 * time.Hour, "1d12h": 36 * time.Hour, "0d": 0, "2d0.5s": 48*time.Hour + 500*time.Millisecond,
		"10m": 10 * time.Minute, "-1s": -time.Second,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "-1d", "1.5d", "1d1", "1dd", "99999999999d", "1d-1s", "65536d"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%s was read as %v", text, got)
		}
	}
}

func FuzzCron_AScheduleThatIsTakenComes(f *testing.F) {
	for _, seed := range []string{
		"* * * * *", "CRON_TZ=UTC 0 9 * * 1-5", "TZ=", "CRON_TZ= ", "@every 1s", "*/0 * * * *", "0 0 30 2 *",
		"1-0 * * * *",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCron(text)
		if err == nil && c.Schedule.Next(time.Now()).IsZero() {
			t.Errorf("%q never comes", text)
		}
	})
}
