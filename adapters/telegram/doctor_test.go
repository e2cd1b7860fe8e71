package telegram

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestTelegramStanding_HidesTheTokenThatTelegramQuotes(t *testing.T) {
	t.Parallel()
	a := serve(t, map[string]http.HandlerFunc{
		"getMe": ok(`{"id":4242,"is_bot":true,"username":"PickBot","can_read_all_group_messages":true}`),
		"getWebhookInfo": ok(
			`{"url":"https://pick.invalid/webhooks/telegram","pending_update_count":3,"last_error_date":1700000000,"last_error_message":"no way to bot` + token + `"}`,
		),
	})
	s, err := a.client().Standing(t.Context())
	if err != nil || s.Name != "PickBot" || !s.SeesAll || s.Waiting != 3 || s.Troubled.Unix() != 1700000000 ||
		!strings.HasPrefix(s.Trouble, "no way") {
		t.Errorf("%+v, %v", s, err)
	}
	wantNoSecret(t, s.Trouble)
}

func TestTelegramReaches_AGroupIsReachedOnlyByWhoMayWriteThere(t *testing.T) {
	t.Parallel()
	me := ok(`{"id":4242,"is_bot":true,"username":"PickBot"}`)
	for member, kind := range map[string]pipeline.Kind{
		`{"status":"member","user":{"id":4242}}`:                               0,
		`{"status":"administrator","user":{"id":4242}}`:                        0,
		`{"status":"restricted","user":{"id":4242},"can_send_messages":true}`:  0,
		`{"status":"restricted","user":{"id":4242},"can_send_messages":false}`: pipeline.Rejected,
		`{"status":"left","user":{"id":4242}}`:                                 pipeline.Rejected,
		`{"status":"kicked","user":{"id":4242},"until_date":0}`:                pipeline.Rejected,
	} {
		err := serve(t, map[string]http.HandlerFunc{
			"getMe": me, "getChatMember": ok(member),
		}).client().Reaches(t.Context(), "-100")
		if (err != nil) != (kind != 0) || err != nil && pipeline.AsFault(err).Kind != kind {
			t.Errorf("%s: %v", member, err)
		}
	}
}
