package config_test

import (
	"strings"
	"testing"
	"time"
)

func TestOpsChat_IsAPlatformAndAChat(t *testing.T) {
	for text, want := range map[string][2]string{
		"":                      {"", ""},
		"telegram:-100123":      {"telegram", "-100123"},
		"slack:C0AB12CD":        {"slack", "C0AB12CD"},
		"slack:T0AB12:C0AB12CD": {"slack", "T0AB12:C0AB12CD"},
	} {
		platform, chat := mustLoad(t, map[string]string{"OPS_CHAT": text}, "").Ops()
		if got := [2]string{platform, chat}; got != want {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestReporting_SettingsAreChecked(t *testing.T) {
	for name, texts := range map[string][]string{
		"DAILY_CREDIT_BUDGET": {"-1", "3k"},
		"RETENTION":           {"0", "1h", "forever", "-90d"},
		"REPORT_CRON":         {"nine"},
	} {
		for _, text := range texts {
			if _, err := load(t, map[string]string{name: text}, ""); err == nil ||
				!strings.Contains(err.Error(), name) {
				t.Errorf("%s=%s: %v", name, text, err)
			}
		}
	}
	c := mustLoad(t, map[string]string{"DAILY_CREDIT_BUDGET": "3000", "RETENTION": "30d"}, "")
	if c.DailyCredits != 3000 || c.Retention != 30*24*time.Hour {
		t.Errorf("got %+v", c)
	}
}
