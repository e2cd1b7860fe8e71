package slack

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

func TestCommand_IsRefusedWhenOneOfItsFieldsIsMissingOrTooLong(t *testing.T) {
	whole := command{Text: "help", Team: "T1", Channel: "C1", User: "U1", Name: "kim", Trigger: "1.2"}
	u, means := commanded(whole)
	if !means || u.Chat != "T1:C1" || u.User != (bot.User{ID: "U1", Name: "kim", Team: "T1"}) || u.Topic != "@U1" ||
		!u.Group || u.Text != "/help" {
		t.Fatalf("a whole one: %t, %+v", means, u)
	}
	for name, spoil := range map[string]func(c *command){
		"team": func(c *command) { c.Team = "" }, "channel": func(c *command) { c.Channel = "" },
		"user":    func(c *command) { c.User = "" },
		"trigger": func(c *command) { c.Trigger = "" }, "a team that is two": func(c *command) { c.Team = "T1:C9" },
		"a long team":                   func(c *command) { c.Team = strings.Repeat("T", maxID+1) },
		"a long channel":                func(c *command) { c.Channel = strings.Repeat("C", maxID+1) },
		"a long user":                   func(c *command) { c.User = strings.Repeat("U", maxID+1) },
		"a long trigger":                func(c *command) { c.Trigger = strings.Repeat("1", maxID+1) },
		"a user that no database keeps": func(c *command) { c.User = "U\x001" },
	} {
		c := whole
		if spoil(&c); c == whole {
			t.Fatal(name)
		}
		if u, means := commanded(c); means {
			t.Errorf("%s: it is taken as %+v", name, u)
		}
	}
	longest := command{
		Text: strings.Repeat("가", maxWords), Team: strings.Repeat("T", maxID), Channel: strings.Repeat("C", maxID),
		User: strings.Repeat("U", maxID), Name: strings.Repeat("n", maxID+1), Trigger: strings.Repeat("1", maxID),
	}
	want := bot.Update{
		Kind: bot.Wrote, Platform: Platform, Key: "slack:" + longest.Team + ":command:" + longest.Trigger,
		Chat: longest.Team + ":" + longest.Channel, Group: true, Topic: "@" + longest.User, ToUs: true,
		User: bot.User{ID: longest.User, Name: longest.Name[1:], Team: longest.Team}, Text: longest.Text[:maxWords/3*3],
	}
	if u, means := commanded(longest); !means || !reflect.DeepEqual(u, want) {
		t.Errorf("the longest: %t, %+v", means, u)
	}
	alone := whole
	alone.Channel = "D1"
	if u, means := commanded(alone); !means || u.Group || u.Topic != "" {
		t.Errorf("in private: %t, %+v", means, u)
	}
}

// read makes an interaction of JSON in which old has become new.
func read(t *testing.T, raw, old, now string) (bot.Update, bool) {
	t.Helper()
	if !strings.Contains(raw, old) {
		t.Fatalf("%q isn't in %s", old, raw)
	}
	var i interaction
	if err := parse([]byte(strings.Replace(raw, old, now, 1)), &i); err != nil {
		t.Fatal(err)
	}
	return interacted(&i)
}

const pressOf = `{"type":"block_actions","trigger_id":"9.1","team":{"id":"T1"},"user":{"id":"U1","team_id":"T2"},"channel":{"id":"C1"},
	"container":{"message_ts":"1700000000.000200","thread_ts":"1700000000.000100"},"actions":[{"value":"cancel:7"}]}`

func TestPress_IsRefusedWhenOneOfItsFieldsIsMissingOrTooLong(t *testing.T) {
	u, means := read(t, pressOf, `"9.1"`, `"9.1"`)
	if !means || u.Chat != "T1:C1" || u.User != (bot.User{ID: "U1", Team: "T2"}) || u.Action != "cancel:7" ||
		u.Message != "1700000000.000200" ||
		u.Topic != "1700000000.000100" || !u.Group {
		t.Fatalf("a whole one: %t, %+v", means, u)
	}
	long := strings.Repeat("1", maxID+1)
	for old, now := range map[string]string{
		`"type":"block_actions"`: `"type":"view_submission"`, `"trigger_id":"9.1"`: `"trigger_id":""`,
		`"9.1"`:              `"` + long + `"`,
		`"team":{"id":"T1"}`: `"team":{}`, `{"id":"T1"}`: `{"id":"T1:C9"}`, `"id":"U1",`: ``, `"U1"`: `"` + long + `"`,
		`"channel":{"id":"C1"}`:             `"channel":{}`,
		`"message_ts":"1700000000.000200",`: ``, `000200"`: `000200 "`,
		`"thread_ts":"1700000000.000100"`: `"thread_ts":"x"`,
		`[{"value":"cancel:7"}]`:          `[]`, `{"value":"cancel:7"}`: `{}`,
	} {
		if u, means := read(t, pressOf, old, now); means {
			t.Errorf("%s as %s: it is taken as %+v", old, now, u)
		}
	}
	for name, c := range map[string]struct{ old, now, chat, user, topic string }{
		"the container names the channel": {`"channel":{"id":"C1"},
	"container":{`, `"container":{"channel_id":"C1",`, "T1:C1", "T2", "1700000000.000100"},
		"the person's workspace is missing": {`,"team_id":"T2"`, ``, "T1:C1", "T1", "1700000000.000100"},
		"a message of ours in a workspace": {
			`"actions"`, `"message":{"team":"T3","thread_ts":"1700000000.000050"},"actions"`, "T3:C1", "T2",
			"1700000000.000100",
		},
		"the message names the thread": {
			`,"thread_ts":"1700000000.000100"},`, `},"message":{"thread_ts":"1700000000.000050"},`, "T1:C1", "T2",
			"1700000000.000050",
		},
		"outside of a thread": {
			`,"thread_ts":"1700000000.000100"`, ``, "T1:C1", "T2", "1700000000.000200",
		},
		"on what one person alone sees": {
			`"thread_ts":"1700000000.000100"`, `"is_ephemeral":true`, "T1:C1", "T2", "@U1",
		},
	} {
		u, means := read(t, pressOf, c.old, c.now)
		if !means || u.Chat != c.chat || u.User.Team != c.user || u.Topic != c.topic {
			t.Errorf("%s: %t, %+v", name, means, u)
		}
	}
}

const shortcutOf = `{"type":"message_action","callback_id":"` + Shortcut + `","trigger_id":"9.2","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},
	"message":{"ts":"1700000000.000300","thread_ts":"1700000000.000100","text":"새우 파스타 18,000원"}}`

func TestShortcut_IsRefusedWhenOneOfItsFieldsIsMissing(t *testing.T) {
	u, means := read(t, shortcutOf, `"9.2"`, `"9.2"`)
	if !means || u.Kind != bot.Wrote || u.Text != "새우 파스타 18,000원" || u.Message != "1700000000.000300" ||
		u.Topic != "1700000000.000100" || !u.ToUs {
		t.Fatalf("a whole one: %t, %+v", means, u)
	}
	for old, now := range map[string]string{
		Shortcut: "other", `"9.2"`: `""`, `{"id":"T1"}`: `{}`, `{"id":"U1"}`: `{}`, `{"id":"C1"}`: `{}`,
		`"message":{`:               `"other":{`,
		`"ts":"1700000000.000300",`: ``, `000300"`: `"`, `"thread_ts":"1700000000.000100"`: `"thread_ts":"x"`,
		`"text":"새우 파스타 18,000원"`: `"text":" "`,
	} {
		if u, means := read(t, shortcutOf, old, now); means {
			t.Errorf("%s as %s: it is taken as %+v", old, now, u)
		}
	}
	if u, means := read(
		t, shortcutOf, `"text":"새우 파스타 18,000원"`, `"files":[{"id":"F1","mimetype":"image/jpeg","filetype":"jpg"}]`,
	); !means || len(u.Pictures) != 1 {
		t.Errorf("a picture without words: %t, %+v", means, u)
	}
}

// TestInstall_AHalfFilledGrantIsNotKept lets Slack answer with one field of a grant missing or another than it should
// be.
func TestInstall_AHalfFilledGrantIsNotKept(t *testing.T) {
	whole := fmt.Sprintf(`"access_token":%q,"token_type":"bot","team":{"id":"T1","name":"바다식당"},"is_enterprise_install":false,"scope":%q`,
		token, strings.Join(Scopes(), ","))
	grant := func(fields string) (status int, kept string) {
		all := workspaces(t, "a secret that nobody knows at all")
		a := serve(t, map[string]http.HandlerFunc{"oauth.v2.access": ok(fields)})
		i := NewInstaller(InstallOptions{
			APIURL: a.url + "/api/", ID: "1", Secret: "2", Base: "https://pick.example", Workspaces: all,
			Log: a.client().log,
		})
		r := httptest.NewRequest(http.MethodGet, "/slack/callback?state=s&code=c", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: "s"})
		w := httptest.NewRecorder()
		i.Finish(w, r)
		wantNoSecret(t, w.Body.String()+a.logs.String())
		kept, err := all.Token(context.Background(), "T1")
		if err != nil {
			t.Fatal(err)
		}
		return w.Code, kept
	}
	if status, kept := grant(whole); status != http.StatusOK || kept != token {
		t.Fatalf("a whole one: %d, %q", status, kept)
	}
	for old, now := range map[string]string{
		`"access_token":"` + token + `"`: `"access_token":""`, `"bot"`: `"user"`, `"id":"T1",`: ``,
		`"is_enterprise_install":false`: `"is_enterprise_install":true`,
		Scopes()[0] + ",":               ``,
	} {
		spoilt := strings.Replace(whole, old, now, 1)
		if spoilt == whole {
			t.Fatal(old)
		}
		if status, kept := grant(spoilt); status != http.StatusBadGateway || kept != "" {
			t.Errorf("%s as %s: %d, kept %q", old, now, status, kept)
		}
	}
}

// TestEvent_IsReadWhole compares all that becomes of each kind of event, and of those that mean nothing.
func TestEvent_IsReadWhole(t *testing.T) {
	const ts = "1700000000.000100"
	us, them := bot.User{Team: "T1"}, bot.User{ID: "U1", Team: "T1"}
	for event, want := range map[string]bot.Update{
		`"type":"member_joined_channel","user":"U0","channel":"C1","inviter":"U1"`: {
			Kind: bot.Joined, Chat: "T1:C1", Group: true, SeesAll: true, User: them,
		},
		`"type":"member_joined_channel","user":"U1","channel":"C1"`: {},
		`"type":"app_home_opened","user":"U1","channel":"D1"`: {
			Kind: bot.Joined, Chat: "T1:D1", SeesAll: true, User: them,
		},
		`"type":"app_home_opened","user":"U1","channel":"C1"`: {},
		`"type":"app_home_opened","user":"U1"`:                {},
		`"type":"channel_left","channel":"C1"`: {
			Kind: bot.Left, Chat: "T1:C1", Group: true, User: us,
		},
		`"type":"group_left","channel":"G1"`: {
			Kind: bot.Left, Chat: "T1:G1", Group: true, User: us,
		},
		`"type":"member_left_channel","user":"U0","channel":"C1"`: {
			Kind: bot.Left, Chat: "T1:C1", Group: true, User: us,
		},
		`"type":"member_left_channel","user":"U1","channel":"C1"`: {},
		`"type":"channel_id_changed","old_channel_id":"C1","new_channel_id":"C2"`: {
			Kind: bot.Renamed, Chat: "T1:C1", NewChat: "T1:C2", Group: true, User: us,
		},
		`"type":"channel_id_changed","old_channel_id":"C1"`: {},
		`"type":"channel_id_changed","new_channel_id":"C2"`: {},
		`"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"` + ts + `"`: {
			Kind: bot.Deleted, Chat: "T1:C1", Group: true, User: us, Message: ts, Topic: ts,
		},
		`"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"` + ts +
			`","previous_message":{"user":"U1","thread_ts":"1.1"}`: {
			Kind: bot.Deleted, Chat: "T1:C1", Group: true, User: them, Message: ts, Topic: "1.1",
		},
		`"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"` + ts +
			`","previous_message":{"user":"U0"}`: {},
		`"type":"message","subtype":"message_deleted","channel":"C1"`: {},
		`"type":"message","subtype":"message_changed","channel":"C1","message":{"ts":"` + ts +
			`","text":"둘"},"previous_message":{"user":"U1","text":"하나"}`: {
			Kind: bot.Edited, Chat: "T1:C1", Group: true, User: them, Message: ts, Topic: ts, Text: "둘",
		},
		`"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","ts":"` + ts +
			`","text":"둘","edited":{}}`: {
			Kind: bot.Edited, Chat: "T1:C1", Group: true, User: them, Message: ts, Topic: ts, Text: "둘",
		},
		`"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","ts":"` + ts +
			`","text":"둘"}`: {},
		`"type":"message","subtype":"message_changed","channel":"C1"`: {},
		`"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","ts":"` + ts +
			`","text":"둘","subtype":"bot_message","edited":{}}`: {},
		`"type":"message","subtype":"channel_topic","channel":"C1","user":"U1","text":"둘","ts":"` + ts + `"`: {},
		`"type":"dream","channel":"C1"`: {},
	} {
		var e envelope
		raw := `{"team_id":"T1","event_id":"Ev1","event_time":1700000009,"event":{` + event + `}}`
		if err := parse([]byte(raw), &e); err != nil {
			t.Fatal(err)
		}
		u, means := updateOf(&e, "U0")
		if !means {
			u = bot.Update{}
		} else {
			want.Key, want.Platform, want.At = "slack:T1:Ev1", Platform, time.Unix(1700000009, 0)
		}
		if means != (want.Kind != 0) || !reflect.DeepEqual(u, want) {
			t.Errorf("%s: got %+v\nwant %+v", event, u, want)
		}
	}
}

func TestIsTS_HasTheFormThatSlackGives(t *testing.T) {
	for s, want := range map[string]bool{
		"1700000000.000100": true, "1.1": true, "1": false, ".1": false, "1.": false, "a.1": false, "1.a": false,
		"1." + strings.Repeat("1", 30): true, "1." + strings.Repeat("1", 31): false, "": false,
	} {
		if isTS(s) != want {
			t.Errorf("%q: %t", s, !want)
		}
	}
}

const eventOf = `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"message","channel":"D1","channel_type":"im",
	"user":"U1","ts":"1700000000.000100","text":"새우 파스타 18,000원"}}`

func TestEvent_IsRefusedWhenOneOfItsFieldsIsMissingOrTooLong(t *testing.T) {
	means := func(old, now string) bool {
		t.Helper()
		var e envelope
		if !strings.Contains(eventOf, old) {
			t.Fatal(old)
		}
		if err := parse([]byte(strings.Replace(eventOf, old, now, 1)), &e); err != nil {
			t.Fatal(err)
		}
		_, means := updateOf(&e, "U0")
		return means
	}
	if !means("Ev1", "Ev1") || !means("Ev1", strings.Repeat("E", maxID)) {
		t.Fatal("a whole one is refused")
	}
	for old, now := range map[string]string{
		`"event_id":"Ev1",`: ``, "Ev1": strings.Repeat("E", maxID+1), `"team_id":"T1",`: ``, `"T1"`: `"T1:T2"`,
		`"user":"U1",`: `"bot_id":"B1",`,
	} {
		if means(old, now) {
			t.Errorf("%s as %s is taken", old, now)
		}
	}
}
