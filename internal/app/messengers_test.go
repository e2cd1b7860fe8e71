package app_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
)

func TestParts_IdsInTheSettingsHaveTheFormsOfTheirPlatforms(t *testing.T) {
	t.Parallel()
	const (
		noPerson = `names no person: write numbers or ids, e.g. telegram:123456,slack:U0AB12CD`
		noChat   = `is no chat: write its id, e.g. telegram:-1001234567890 or slack:C0AB12CD`
	)
	for _, x := range []struct{ admin, ops, want string }{
		{"", "", ""},
		{"telegram:123", "telegram:-100123", ""},
		{"slack:U0AB12CD", "slack:C0AB12CD", ""},
		{"slack:T0AB12CD:W0AB12CD", "slack:E0AB12:D0AB12CD", ""},
		{"slack:U0AB12CD", "slack:G0AB12CD", ""},
		{"telegram:me", "-100123", "ADMINS: \"telegram:me\" " + noPerson + "\nOPS_CHAT: \"-100123\" " + noChat},
		{
			"telegram:-1", "telegram:@ops",
			"ADMINS: \"telegram:-1\" " + noPerson + "\nOPS_CHAT: \"telegram:@ops\" " + noChat,
		},
		{
			"slack:C0AB12CD", "slack:#ops",
			"ADMINS: \"slack:C0AB12CD\" " + noPerson + "\nOPS_CHAT: \"slack:#ops\" " + noChat,
		},
		{"web:1", "web:1", "ADMINS: \"web:1\" " + noPerson + "\nOPS_CHAT: \"web:1\" " + noChat},
		{"kakao:1", "", "ADMINS: \"kakao:1\" " + noPerson},
	} {
		cfg := config.Config{Admins: map[string]bool{}, OpsChat: x.ops}
		if x.admin != "" {
			cfg.Admins[x.admin] = true
		}
		if got := config.Problems(app.Parts{Cfg: cfg}.Problems()).Error(); got != x.want {
			t.Errorf("%s, %s: %s", x.admin, x.ops, got)
		}
	}
}
