package config_test

import (
	"strings"
	"testing"
)

const (
	slackToken = "xoxb-1111-2222-abcdefghijkl"
	slackApp   = "xapp-1-A0-1111-abcdefghijkl"
)

func TestSlackSettings_ABadOneIsNamedAndNotShown(t *testing.T) {
	for name, values := range map[string][]string{
		"SLACK_BOT_TOKEN":     {"xoxp-1111-2222-abcdefghijkl", "xoxb-", "xoxb-with space-in-it-all"},
		"SLACK_APP_TOKEN":     {slackToken, "xapp-"},
		"SLACK_API_URL":       {"https://slack.com", "http://slack.com/api/", "https://slack.com/api/v2"},
		"SLACK_CLIENT_ID":     {"sajangpick", "1111"},
		"SLACK_CLIENT_SECRET": {"two words"},
	} {
		for _, value := range values {
			_, err := load(t, map[string]string{name: value}, "")
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s=%s: %v", name, value, err)
			}
			if err != nil && len(value) > 8 && strings.HasPrefix(value, "xox") && strings.Contains(err.Error(), value) {
				t.Errorf("%s is shown: %v", name, err)
			}
		}
	}
}

func TestSlackSettings_TurnSlackOnAsAWholeOrNotAtAll(t *testing.T) {
	for _, c := range []struct {
		env     map[string]string
		on      bool
		missing string // what serve needs besides
		problem string // what is refused
	}{
		{env: nil},
		{
			env: map[string]string{"SLACK_BOT_TOKEN": slackToken, "SLACK_SIGNING_SECRET": "s"}, on: true,
			missing: "PUBLIC_URL",
		},
		{
			env: map[string]string{
				"SLACK_BOT_TOKEN": slackToken, "SLACK_SIGNING_SECRET": "s", "PUBLIC_URL": "https://a.example",
			},
			on: true,
		},
		{env: map[string]string{"SLACK_BOT_TOKEN": slackToken, "SLACK_APP_TOKEN": slackApp}, on: true},
		{
			env: map[string]string{"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "k", "SLACK_APP_TOKEN": slackApp},
			on:  true, missing: "PUBLIC_URL",
		},
		{env: map[string]string{"SLACK_BOT_TOKEN": slackToken}, problem: "SLACK_SIGNING_SECRET"},
		{env: map[string]string{"SLACK_SIGNING_SECRET": "s"}, problem: "SLACK_BOT_TOKEN"},
		{env: map[string]string{"SLACK_CLIENT_ID": "1.2"}, problem: "SLACK_CLIENT_ID"},
		{env: map[string]string{"SLACK_CLIENT_SECRET": "k"}, problem: "SLACK_CLIENT_ID"},
		{
			env: map[string]string{
				"SLACK_BOT_TOKEN": slackToken, "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "k",
				"SLACK_SIGNING_SECRET": "s",
			},
			problem: "SLACK_BOT_TOKEN",
		},
		{env: several("ADMINS", "telegram:1,slack:U0AB12CD"), problem: "ADMINS"},
		{env: several("OPS_CHAT", "slack:C0AB12CD"), problem: "OPS_CHAT"},
		{env: several("ADMINS", "telegram:1,slack:T0AB12CD:U0AB12CD"), on: true},
		{env: several("OPS_CHAT", "slack:T0AB12CD:C0AB12CD"), on: true},
	} {
		got, err := load(t, c.env, "")
		if c.problem != "" {
			if err == nil || !strings.HasPrefix(err.Error(), c.problem+": ") {
				t.Errorf("%v: %v, want %s", c.env, err, c.problem)
			}
			continue
		}
		if err != nil || got.Slack.On() != c.on {
			t.Errorf("%v: on is %v, %v", c.env, got.Slack.On(), err)
			continue
		}
		lines := strings.Join(got.Missing(false), "\n")
		if strings.Contains(lines, "TELEGRAM_BOT_TOKEN") == c.on ||
			strings.Contains(lines, "PUBLIC_URL") != (c.missing != "") {
			t.Errorf("%v misses\n%s", c.env, lines)
		}
	}
}

// several are the settings of an app that workspaces install by themselves, and one more.
func several(name, value string) map[string]string {
	return map[string]string{
		"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "k", "SLACK_SIGNING_SECRET": "s",
		"PUBLIC_URL": "https://a.example", name: value,
	}
}
