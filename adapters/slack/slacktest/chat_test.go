package slacktest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

func TestSlacktest_TheTokenMayStandInTheHeader(t *testing.T) {
	_, b := play(t, Options{})
	ask := func(token string) (*http.Response, reply) {
		req, _ := http.NewRequest(http.MethodPost, b.base+"/api/auth.test", strings.NewReader("{}"))
		req.Header.Set("Content-Type", "application/json")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(req)
		return resp, b.read(resp, err)
	}
	resp, r := ask(b.ws.Token())
	if r.ok(t); r["user_id"] != b.ws.Bot() || !strings.Contains(resp.Header.Get("X-Oauth-Scopes"), "files:read") {
		t.Errorf("got %v %v", r, resp.Header)
	}
	for token, name := range map[string]string{"": "not_authed", "xoxb-wrong": "invalid_auth"} {
		if resp, r := ask(token); resp.StatusCode != http.StatusOK {
			t.Errorf("%q: %s", token, resp.Status)
		} else {
			r.refused(t, name)
		}
	}
	b.ws.Revoke()
	_, r = ask(b.ws.Token())
	r.refused(t, "token_revoked")
}

func TestPostMessage_IsRefusedAsSlackDoes(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	say := func(to, text string) reply {
		return b.call("chat.postMessage", map[string]any{"channel": to, "text": text})
	}
	say(ch.ID(), " ").refused(t, "no_text")
	say("C0NOTTHERE1", "x").refused(t, "channel_not_found")
	say(b.ws.Channel("잡담", staff).ID(), "x").refused(t, "not_in_channel")
	if r := say(staff.ID, "x").ok(t); r["channel"] != staff.DM().ID() {
		t.Errorf("a person's id leads to %v", r["channel"])
	}
	long := say(ch.ID(), strings.Repeat("가", textMax+1)).ok(t)
	if m := ch.At(long.text("ts")).Now(); len([]rune(m.Text)) != textMax {
		t.Errorf("%d characters were kept", len([]rune(m.Text)))
	}
	change := map[string]any{"channel": ch.ID(), "ts": long["ts"], "text": strings.Repeat("가", updateMax+1)}
	b.call("chat.update", change).refused(t, "msg_too_long")
	b.call("chat.update", with(change, "ts", ch.Post("내 글").TS)).refused(t, "cant_update_message")
	b.call("chat.update", with(change, "ts", "1.000001")).refused(t, "message_not_found")
	ch.RestrictPosting(true)
	say(ch.ID(), "x").refused(t, "restricted_action")
	ch.RestrictPosting(false)
	ch.Archive()
	say(ch.ID(), "x").refused(t, "is_archived")
	b.call("chat.update", with(change, "text", "x")).refused(t, "is_inactive")
	b.ws.Without("chat:write")
	if r := say(ch.ID(), "x"); r["needed"] != "chat:write" || !strings.Contains(r.text("provided"), "files:read") {
		t.Errorf("got %v", r)
	}
}

func TestPostMessage_AReplyToAReplyIsLost(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	post := ch.Post("사진")
	reply := post.Reply("18,000원")
	r := b.call("chat.postMessage", map[string]any{"channel": ch.ID(), "text": "x", "thread_ts": reply.TS}).ok(t)
	if !ch.At(r.text("ts")).Now().Lost || len(post.Thread()) != 2 {
		t.Errorf("the thread shows %v", post.Thread())
	}
}

func TestReactions_AreThereOnce(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	eyes := map[string]any{"channel": ch.ID(), "timestamp": ch.Post("사진").TS, "name": "eyes"}
	b.call("reactions.remove", eyes).refused(t, "no_reaction")
	b.call("reactions.add", eyes).ok(t)
	b.call("reactions.add", eyes).refused(t, "already_reacted")
	b.call("reactions.remove", eyes).ok(t)
	b.call("reactions.add", with(eyes, "name", ":eyes:")).refused(t, "invalid_name")
	b.call("reactions.add", with(eyes, "timestamp", "1.000001")).refused(t, "message_not_found")
}

func TestPostMessage_ChecksBlocks(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	say := func(blocks any) reply {
		return b.call("chat.postMessage", map[string]any{"channel": ch.ID(), "text": "x", "blocks": blocks})
	}
	section := func(n int) map[string]any {
		return map[string]any{
			"type": "section", "text": map[string]any{"type": "mrkdwn", "text": strings.Repeat("가", n)},
		}
	}
	var many []any
	for range blocksMax + 1 {
		many = append(many, section(1))
	}
	say(many[1:]).ok(t)
	say([]any{section(sectionMax)}).ok(t)
	say(buttons(strings.Repeat("가", buttonMax), "v", "취소", strings.Repeat("v", idMax))).ok(t)
	say("nonsense").refused(t, "invalid_blocks_format")
	for why, blocks := range map[string][]any{
		"51 blocks":      many,
		"a long section": {section(sectionMax + 1)},
		"an empty text":  {section(0)},
		"a long label":   buttons(strings.Repeat("가", buttonMax+1), "v"),
		"a long value":   buttons("취소", strings.Repeat("v", valueMax+1)),
		"one id twice":   buttons("취소", "a", "확인", "a"),
		"no such block":  {map[string]any{"type": "poem"}},
		"no elements":    {map[string]any{"type": "actions", "elements": []any{}}},
	} {
		if r := say(blocks); r["error"] != "invalid_blocks" || fmt.Sprint(r["response_metadata"]) == "<nil>" {
			t.Errorf("%s: %v", why, r)
		}
	}
}

func TestPostMessage_AChannelTakesOneASecond(t *testing.T) {
	sl, b := play(t, Options{PerSecond: 1})
	_, ch := b.place()
	post := func() (*http.Response, error) {
		return http.PostForm(b.base+"/api/chat.postMessage", map[string][]string{
			"token": {b.ws.Token()}, "channel": {ch.ID()}, "text": {"x"},
		})
	}
	resp, err := post()
	b.read(resp, err).ok(t)
	resp, err = post()
	if b.read(resp, err).refused(t, "ratelimited"); resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("got %s %v", resp.Status, resp.Header)
	}
	sl.Pass(time.Second)
	resp, err = post()
	b.read(resp, err).ok(t)
}

func TestSlacktest_FailuresComeAsOrdered(t *testing.T) {
	sl, b := play(t, Options{})
	_, ch := b.place()
	say := map[string]any{"channel": ch.ID(), "text": "x"}
	form := func() (*http.Response, error) {
		return http.PostForm(b.base+"/api/chat.postMessage", map[string][]string{
			"token": {b.ws.Token()}, "channel": {ch.ID()}, "text": {"x"},
		})
	}
	sl.Fault(standin.Fault{On: "chat.postMessage", Fail: "fatal_error", Chat: ch.ID()})
	b.call("chat.postMessage", say).refused(t, "fatal_error")

	sl.Fault(standin.Fault{Status: 503})
	resp, err := form()
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != 503 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("got %s %v", resp.Status, resp.Header)
	}
	before := len(ch.Messages())
	sl.Fault(standin.Fault{On: "chat.postMessage", Times: -1, Cut: standin.CutBefore})
	if _, err := form(); err == nil || len(ch.Messages()) != before {
		t.Error("reset, but something was done")
	}
	sl.Faults.Clear()
	sl.Fault(standin.Fault{On: "chat.postMessage", Cut: standin.CutAfter})
	if _, err := form(); err == nil || len(ch.Messages()) != before+1 {
		t.Error("the answer was to be lost, and nothing else")
	}
	if all := sl.Requests("chat.postMessage"); len(all) != 4 || strings.Contains(fmt.Sprint(all), "xoxb") {
		t.Errorf("the record: %v", all)
	}
}

func TestPostEphemeral_OnlyOnePersonSeesIt(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	whisper := map[string]any{"channel": ch.ID(), "user": staff.ID, "text": "쉿"}
	before := len(ch.Messages())
	b.call("chat.postEphemeral", whisper).ok(t)
	if all := ch.Messages(); len(all) != before+1 || !all[before].Ephemeral {
		t.Errorf("they see %v", all)
	}
	stranger := b.ws.Member("손님", "")
	b.call("chat.postEphemeral", with(whisper, "user", stranger.ID)).refused(t, "user_not_in_channel")
	if n := len(ch.As(stranger).Messages()); n != before {
		t.Errorf("somebody else sees %d messages", n)
	}
}

func TestSlacktest_DescribesConversationsAndPeople(t *testing.T) {
	_, b := play(t, Options{})
	staff, ch := b.place()
	info := func(id string) reply { return b.call("conversations.info", map[string]any{"channel": id}) }
	if c := info(ch.ID()).ok(t)["channel"].(map[string]any); c["name"] != "쇼츠" || c["is_member"] != true ||
		c["is_ext_shared"] != false {
		t.Errorf("got %v", c)
	}
	b.ws.Without("channels:read")
	info(ch.ID()).refused(t, "missing_scope")
	if c := b.call(
		"conversations.open", map[string]any{"users": staff.ID},
	).ok(t)["channel"].(map[string]any); c["id"] != staff.DM().ID() {
		t.Errorf("opened %v", c)
	}
	u := b.call("users.info", map[string]any{"user": staff.ID, "include_locale": "true"}).ok(t)["user"].(map[string]any)
	if u["name"] != "이직원" || u["locale"] != "ko-KR" {
		t.Errorf("got %v", u)
	}
	b.call("users.info", map[string]any{"user": "U0NOBODY"}).refused(t, "user_not_found")
	b.call("conversations.dance", nil).refused(t, "unknown_method")
}
