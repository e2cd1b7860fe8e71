package doctor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/doctor"
)

// hookedBot is a Telegram that knows one bot, and answers getWebhookInfo with info.
func hookedBot(t *testing.T, info string) map[string]string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result := `{"id":123456,"is_bot":true,"first_name":"사장픽","username":"SajangpickBot","can_read_all_group_messages":true}`
		switch method := path.Base(r.URL.Path); method {
		case "getWebhookInfo":
			result = info
		case "getUserProfilePhotos":
			result = `{"total_count":1,"photos":[[{"file_id":"F","file_unique_id":"U","width":160,"height":160}]]}`
		case "getFile":
			result = `{"file_id":"F","file_unique_id":"U","file_path":"photos/0.jpg"}`
		}
		fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
	}))
	t.Cleanup(s.Close)
	return map[string]string{
		"TELEGRAM_BOT_TOKEN": "123456:ABCdefGHIjklMNOpqrsTUVwxyz123456789", "TELEGRAM_API_URL": s.URL,
	}
}

func TestDoctorTelegram_FindsWhereUpdatesGo(t *testing.T) {
	t.Parallel()
	ours := `"url":"https://pick.invalid/webhooks/telegram","has_custom_certificate":false`
	since := func(ago time.Duration) string {
		return fmt.Sprintf(`"last_error_date":%d`, time.Now().Add(-ago).Unix())
	}
	for name, c := range map[string]struct {
		mode, info string
		v          doctor.Verdict
		words      string
	}{
		"nowhere yet": {"webhook", `{"url":"","pending_update_count":0}`, doctor.Healthy, "nowhere yet"},
		"to us":       {"webhook", `{` + ours + `,"pending_update_count":2}`, doctor.Healthy, "2 wait"},
		"to somebody else": {
			"webhook", `{"url":"https://other.invalid/hook/s3cret","pending_update_count":0}`, doctor.Warning,
			"at other.invalid",
		},
		"failing now": {
			"webhook",
			`{` + ours + `,"pending_update_count":3,"last_error_message":"Connection refused",` + since(time.Minute) +
				`}`,
			doctor.Failed, "3 updates wait, since the webhook fails: Connection refused",
		},
		"failed, but all came": {
			"webhook",
			`{` + ours + `,"pending_update_count":0,"last_error_message":"Connection refused",` + since(time.Minute) +
				`}`,
			doctor.Warning, "Connection refused",
		},
		"failed, long ago": {
			"webhook",
			`{` + ours + `,"pending_update_count":1,"last_error_message":"Connection refused",` + since(time.Hour) +
				`}`,
			doctor.Warning, "Connection refused",
		},
		"we poll": {"polling", `{"url":"","pending_update_count":0}`, doctor.Healthy, "@SajangpickBot"},
		"we poll, not they say": {
			"polling", `{"url":"https://other.invalid/hook/s3cret","pending_update_count":0}`, doctor.Warning,
			"TELEGRAM_MODE",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := hookedBot(t, c.info)
			settings["TELEGRAM_MODE"], settings["PUBLIC_URL"] = c.mode, "https://pick.invalid"
			all := apptest.Examined(t, settings)
			apptest.WantFinding(t, all, "telegram", c.v, c.words)
			if strings.Contains(fmt.Sprint(all), "s3cret") {
				t.Errorf("somebody's address is shown: %+v", all)
			}
		})
	}
}

// relative is a temporary folder as a path that isn't absolute.
func relative(t *testing.T) string {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Rel(here, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDoctorTelegram_FindsEachFaultOfABot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o     people.Options
		f     people.Fault
		v     doctor.Verdict
		words string
	}{
		"files on a shared disk": {
			people.Options{SeesAll: true, Local: t.TempDir()}, people.Fault{}, doctor.Healthy, "@SajangpickBot",
		},
		"files on another disk": {
			people.Options{SeesAll: true, Local: t.TempDir() + apptest.Elsewhere}, people.Fault{}, doctor.Failed,
			"runs with --local",
		},
		"files given out nowhere": {
			people.Options{SeesAll: true, Local: relative(t)}, people.Fault{}, doctor.Failed, "doesn't give files out",
		},
		"privacy mode is on": {people.Options{}, people.Fault{}, doctor.Warning, "privacy mode"},
		"all is well":        {people.Options{SeesAll: true}, people.Fault{}, doctor.Healthy, "@SajangpickBot"},
		"the token was revoked": {
			people.Options{}, people.Fault{Status: 401, Fail: "Unauthorized"}, doctor.Failed, "Unauthorized",
		},
		"there is no such bot": {
			people.Options{}, people.Fault{Status: 404, Fail: "Not Found"}, doctor.Failed, "Not Found",
		},
		"Telegram is overrun":     {people.Options{}, people.Fault{Status: 429, RetryAfter: 5}, doctor.Warning, "429"},
		"Telegram doesn't answer": {people.Options{}, people.Fault{Cut: "before"}, doctor.Failed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg := people.New(c.o)
			web := httptest.NewServer(apptest.OnAnotherDisk(tg.Handler()))
			t.Cleanup(func() { tg.Close(); web.Close() })
			if c.f.Status != 0 || c.f.Cut != "" {
				c.f.On, c.f.Times = "getMe", -1
				tg.Fault(c.f)
			}
			all := apptest.Examined(t, map[string]string{"TELEGRAM_BOT_TOKEN": tg.Token(), "TELEGRAM_API_URL": web.URL})
			apptest.WantFinding(t, all, "telegram", c.v, c.words)
		})
	}
}

func TestDoctorSlack_FindsEachFaultOfAWorkspace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wrong func(sl *office.Server, ws *office.Workspace, settings map[string]string)
		v     doctor.Verdict
		words string
	}{
		"all is well": {
			func(*office.Server, *office.Workspace, map[string]string) {}, doctor.Healthy, "the app may do all",
		},
		"the token was revoked": {
			func(_ *office.Server, ws *office.Workspace, _ map[string]string) { ws.Revoke() }, doctor.Failed,
			"token_revoked",
		},
		"a scope is missing": {
			func(_ *office.Server, ws *office.Workspace, _ map[string]string) { ws.Without("files:write") },
			doctor.Failed, "files:write",
		},
		"the socket is open": {
			func(sl *office.Server, _ *office.Workspace, s map[string]string) {
				s["SLACK_APP_TOKEN"] = sl.AppToken()
			},
			doctor.Healthy, "Socket Mode",
		},
		"the app's token is wrong": {func(_ *office.Server, _ *office.Workspace, s map[string]string) {
			s["SLACK_APP_TOKEN"] = "xapp-1-A4242-4242-deadbeefdeadbeef"
		}, doctor.Failed, "invalid_auth"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &apptest.World{T: t, Settings: map[string]string{}}
			sl := w.WithSlack(office.Options{})
			ws := sl.Workspace("식당")
			w.Settings["SLACK_BOT_TOKEN"], w.Settings["PUBLIC_URL"] = ws.Token(), "http://127.0.0.1:1"
			c.wrong(sl, ws, w.Settings)
			apptest.WantFinding(t, apptest.Examined(t, w.Settings), "slack", c.v, c.words)
		})
	}
}

func TestDoctorOpsChat_IsTriedWithoutAMessage(t *testing.T) {
	t.Parallel()
	tg := people.New(people.Options{})
	web := httptest.NewServer(tg.Handler())
	t.Cleanup(func() { tg.Close(); web.Close() })
	owner := tg.Person("김사장", "ko")
	kitchen, elsewhere := tg.Group("주방", owner).AddBot(), tg.Group("창고", owner)
	w := &apptest.World{
		T: t,
		Settings: map[string]string{
			"TELEGRAM_BOT_TOKEN": tg.Token(), "TELEGRAM_API_URL": web.URL, "PUBLIC_URL": "http://127.0.0.1:1",
		},
	}
	sl := w.WithSlack(office.Options{})
	ws := sl.Workspace("식당")
	w.Settings["SLACK_BOT_TOKEN"] = ws.Token()
	cook := ws.Member("이셰프", "ko-KR")
	night, day := ws.Channel("밤", cook).Invite(), ws.Channel("낮", cook)
	for chat, c := range map[string]struct {
		v     doctor.Verdict
		words string
	}{
		"":                                      {doctor.Off, "OPS_CHAT"},
		fmt.Sprint("telegram:", kitchen.ID()):   {doctor.Healthy, "is in the ops chat"},
		fmt.Sprint("telegram:", elsewhere.ID()): {doctor.Failed, "telegram"},
		"telegram:1":                            {doctor.Failed, "chat not found"},
		"slack:" + night.ID():                   {doctor.Healthy, "is in the ops chat"},
		"slack:" + day.ID():                     {doctor.Failed, "isn't in this channel"},
		"slack:C0NOBODY":                        {doctor.Failed, "channel_not_found"},
		"slack:D0AB12CD":                        {doctor.Off, "without writing"},
	} {
		w.Settings["OPS_CHAT"] = chat
		apptest.WantFinding(t, apptest.Examined(t, w.Settings), "ops", c.v, c.words)
	}
	for _, r := range tg.Requests() {
		if strings.HasPrefix(r.Method, "send") || strings.HasPrefix(r.Method, "set") ||
			strings.HasPrefix(r.Method, "delete") {
			t.Errorf("the doctor did %s", r.Method)
		}
	}
	delete(w.Settings, "TELEGRAM_BOT_TOKEN")
	w.Settings["OPS_CHAT"] = "telegram:1"
	apptest.WantFinding(t, apptest.Examined(t, w.Settings), "ops", doctor.Failed, "turned off")
}
