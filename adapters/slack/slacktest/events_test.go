package slacktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestEvents_AreTriedAgainUnderTheirOldIDs(t *testing.T) {
	_, b := play(t, Options{Second: time.Millisecond})
	_, ch := b.place()
	b.events()
	left := 2
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		if left--; left >= 0 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	ch.Post("안녕하세요")
	got := b.events()
	if len(got) != 3 || got[0].Get("X-Slack-Retry-Num") != "" {
		t.Fatalf("came %d times", len(got))
	}
	for i, num := range []string{"1", "2"} {
		h := got[i+1]
		if h.ID != got[0].ID || h.Get("X-Slack-Retry-Num") != num || h.Get("X-Slack-Retry-Reason") != "http_error" {
			t.Errorf("try %s: %s %v", num, h.ID, h.Header)
		}
	}
}

func TestEvents_AreGivenUpInTheEnd(t *testing.T) {
	sl, b := play(t, Options{Second: 50 * time.Microsecond, Patience: 20 * time.Millisecond})
	_, ch := b.place()
	b.events()
	b.answers(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ch.Post("하나")
	got := b.events()
	if len(got) != 4 || got[3].Get("X-Slack-Retry-Reason") != "http_timeout" || sl.GivenUp() != 1 {
		t.Errorf("came %d times, %d given up", len(got), sl.GivenUp())
	}
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusInternalServerError)
	})
	ch.Post("둘")
	if got := b.events(); len(got) != 1 || sl.GivenUp() != 2 {
		t.Errorf("the app wanted no more tries, but it came %d times", len(got))
	}
}

func TestEvents_AMentionComesTwice(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	b.events()
	post := ch.Mention("상태")
	got := b.events()
	if len(got) != 2 || got[0].ID == got[1].ID {
		t.Fatalf("got %v", got)
	}
	for i, kind := range []string{"message", "app_mention"} {
		if e := got[i].Event; e["type"] != kind || e["ts"] != post.TS ||
			!strings.HasPrefix(e["text"].(string), "<@"+b.ws.Bot()+">") {
			t.Errorf("got %v", e)
		}
	}
	staff.DM().Mention("상태")
	if got := b.events(); len(got) != 1 || got[0].Event["channel_type"] != "im" {
		t.Errorf("in a DM: %v", got)
	}
}

func TestEvents_ChangesAreEventsOfTheirOwn(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	post := ch.Post("파스타", Photo(picture(9, 9)))
	b.events()
	one := func(subtype string) map[string]any {
		t.Helper()
		got := b.events()
		if len(got) != 1 || got[0].Event["subtype"] != subtype || got[0].Event["user"] != nil {
			t.Fatalf("got %v, want %s", got, subtype)
		}
		return got[0].Event
	}
	texts := func(e map[string]any) (after, before any) {
		return e["message"].(map[string]any)["text"], e["previous_message"].(map[string]any)["text"]
	}

	post.Edit("새우 파스타")
	if after, before := texts(one("message_changed")); after != "새우 파스타" || before != "파스타" {
		t.Errorf("changed from %v to %v", before, after)
	}
	post.Unfurl()
	e := one("message_changed")
	if after, before := texts(e); after != before || e["message"].(map[string]any)["attachments"] == nil {
		t.Errorf("unfurled: %v", e)
	}
	post.DropFiles()
	files := one("message_changed")["message"].(map[string]any)["files"].([]any)
	if files[0].(map[string]any)["mode"] != "tombstone" {
		t.Errorf("dropped: %v", files)
	}
	post.Reply("18,000원").Delete()
	if got := b.events(); len(got) != 2 || got[1].Event["subtype"] != "message_deleted" {
		t.Errorf("got %v", got)
	}
	post.Reply("19,000원")
	b.events()
	post.Delete()
	if m := one("message_changed")["message"].(map[string]any); m["subtype"] != "tombstone" {
		t.Errorf("a parent with replies became %v", m)
	}
}

func TestEvents_TheBotGetsOnlyWhatItMay(t *testing.T) {
	sl, b := play(t, Options{})
	staff, ch := b.place()
	other := b.ws.Channel("잡담", staff)
	b.events()
	other.Mention("들려요?")
	if got := b.events(); len(got) != 0 {
		t.Errorf("heard %v of a channel that it isn't in", got)
	}
	b.ws.Without("channels:history")
	ch.Post("들려요?")
	got := b.events()
	if len(got) != 0 {
		t.Errorf("without the scope: %v", got)
	}
	ch.Kick()
	if got := b.events(); len(got) != 1 || got[0].Event["type"] != "channel_left" {
		t.Errorf("thrown out: %v", got)
	}
	sl.opts.Events = []string{"app_mention"}
	staff.DM().Post("들려요?")
	if got := b.events(); len(got) != 0 {
		t.Errorf("didn't subscribe to %v", got)
	}
}

func TestEvents_OthersAreShownAsWhatTheyAre(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	b.events()
	ch.As(b.ws.Integration("날씨")).Post("비")
	if e := b.events()[0].Event; e["subtype"] != "bot_message" || e["bot_id"] == nil {
		t.Errorf("another app: %v", e)
	}
	buyer := b.sl.Workspace("납품")
	guest := buyer.Member("박사장", "ko-KR")
	ch.As(guest).Post("사진이요", Photo(picture(9, 9)))
	in := b.events()[0]
	f := in.Event["files"].([]any)[0].(map[string]any)
	if !in.Ext || in.Event["user_team"] != buyer.ID || f["file_access"] != "check_file_info" ||
		f["url_private"] != nil {
		t.Errorf("Slack Connect: %+v", in)
	}
	info := b.call("files.info", map[string]any{"file": f["id"]}).ok(t)["file"].(map[string]any)
	if _, data := b.get(info["url_private"].(string), b.ws.Token()); !slices.Equal(data, picture(9, 9)) {
		t.Errorf("got %d bytes", len(data))
	}
	root := ch.Post("하나")
	root.Broadcast("둘")
	got := b.events()
	if e := got[1].Event; e["subtype"] != "thread_broadcast" || e["thread_ts"] != root.TS || e["root"] == nil {
		t.Errorf("got %v", e)
	}
}

func TestEvents_NoOrderIsPromised(t *testing.T) {
	sl, b := play(t, Options{})
	_, ch := b.place()
	b.events()
	sl.Hold()
	ch.Post("하나")
	ch.Post("둘")
	sl.Release(true)
	got := b.events()
	if len(got) != 2 || got[0].Event["text"] != "둘" || got[1].Event["text"] != "하나" {
		t.Errorf("got %v", got)
	}
}

func TestEvents_TellThatAnInstallationEnds(t *testing.T) {
	_, b := play(t, Options{})
	b.ws.Uninstall()
	var kinds []string
	for _, h := range b.events() {
		kinds = append(kinds, h.Event["type"].(string))
	}
	if slices.Sort(kinds); !slices.Equal(kinds, []string{"app_uninstalled", "tokens_revoked"}) {
		t.Errorf("heard %v", kinds)
	}
	b.call("auth.test", nil).refused(t, "account_inactive")
	if _, ch := b.place(); ch == nil || len(b.events()) != 0 {
		t.Error("events come without an installation")
	}
}

func TestSlacktest_SignsWithTheTimeOfTheMachine(t *testing.T) {
	sl, b := play(t, Options{})
	_, ch := b.place()
	off := func() time.Duration {
		t.Helper()
		ch.Post("몇 시예요?")
		got := b.events()
		sec, err := strconv.ParseInt(got[len(got)-1].Get("X-Slack-Request-Timestamp"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.Until(time.Unix(sec, 0)).Abs()
	}
	sl.Pass(time.Hour)
	if d := off(); d > time.Minute {
		t.Errorf("after an hour that passed here, signatures are off by %s", d)
	}
	sl.Skew(time.Hour)
	if d := off(); d < 59*time.Minute {
		t.Errorf("clocks differ by %s only", d)
	}
}

func TestSubscribe_AnEndpointMustBeOurs(t *testing.T) {
	sl, _ := play(t, Options{})
	if err := sl.Subscribe(Endpoints{Events: sl.url + "/"}); err == nil {
		t.Error("a page of somebody else was taken")
	}
}

func TestEvents_OfAnyKindCanCome(t *testing.T) {
	_, b := play(t, Options{})
	b.ws.Emit(map[string]any{"type": "volcano_erupted"})
	b.ws.RateLimited()
	kinds := map[string]bool{}
	for _, h := range b.events() {
		kinds[h.Type] = true
		if h.Type == "event_callback" && h.Event["type"] != "volcano_erupted" {
			t.Errorf("got %v", h.Event)
		}
	}
	if !kinds["event_callback"] || !kinds["app_rate_limited"] {
		t.Errorf("came: %v", kinds)
	}
}
