package conversation_test

import (
	"cmp"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// flaky is a store whose next call of a name fails, or the commit that comes before it.
type flaky struct {
	storagetest.Failing
	op  string // empty: none does
	met string // which did
}

func newFlaky(e storage.Engine) *flaky {
	f := &flaky{}
	f.Failing = storagetest.Failing{Engine: e, Fails: func(op string) error {
		if f.op == "" || f.op != op && op != "Commit" {
			return nil
		}
		f.op, f.met = "", op
		return errors.New("connection reset")
	}}
	return f
}

// day is what an owner does on one day, where each update meets the failures of calls first, and what comes of it.
type day struct {
	*bottest.Talk
	flaky *flaky
	ops   []string       // the calls that fail
	hit   map[string]int // updates that failed, by call
	seen  []string
	said  []bot.OutgoingMessage // after the last update
}

// does hands an update in until it is taken, as platforms do, and notes all that is said.
func (d *day) does(u bot.Update) {
	d.Helper()
	d.Updates++
	u.Key, u.Platform, u.At, u.ToUs = fmt.Sprint("day ", d.Updates), "telegram", time.Now(), true
	u.User = bot.User{ID: "kim", Lang: "ko"}
	u.Chat = cmp.Or(u.Chat, "owner")
	u.Kind = cmp.Or(u.Kind, bot.Wrote)
	if u.Message == "" {
		u.Message = fmt.Sprint("m", d.Updates)
	}
	for _, op := range d.ops {
		d.flaky.op = op
		if err := d.Conversation.Handle(d.Context(), u); err == nil || d.flaky.op != "" {
			d.Errorf("without %s %q is taken as if nothing were: %v", op, u.Text+u.Action, err)
		}
		d.flaky.op = ""
		d.hit[d.flaky.met]++
	}
	d.Check(d.Conversation.Handle(d.Context(), u))
	d.Check(d.Conversation.Handle(d.Context(), u)) // it comes again
	d.said = d.Hears()
	for _, s := range d.said {
		d.seen = append(d.seen, fmt.Sprintf("%s: %q %d", s.Thread.Chat, s.Text, len(s.Buttons)))
	}
}

func (d *day) writes(text string) { d.Helper(); d.does(bot.Update{Text: text}) }

func (d *day) presses(label string) {
	d.Helper()
	d.does(bot.Update{Kind: bot.Pressed, Action: d.Button(d.said, label), Notice: "press", Message: "bot1"})
}

func (d *day) run(invite string) {
	d.Helper()
	d.does(bottest.Photo("p1", "새우 파스타 18,000원"))
	d.does(bot.Update{
		Kind: bot.Edited, Message: "p1", Text: "새우 파스타 19,000원", Pictures: bottest.Photo("p1", "").Pictures,
	})
	d.does(bottest.Photo("p2", ""))
	d.writes("냉면 9,000원")
	d.does(bottest.Photo("p2b", "냉면"))
	d.Waits(orders.TextWait)
	d.writes("만원")
	first := d.Delivered(d.Orders()[0], "short1")
	d.does(bot.Update{Text: "가격 2만원", Reply: &bot.Reply{Message: "short1", Ours: true}})
	d.does(bot.Update{
		Kind: bot.Pressed, Action: fmt.Sprint("look:", first.ID, ":market"), Notice: "n", Message: "short1",
	})
	d.does(bot.Update{
		Kind: bot.Pressed, Action: fmt.Sprint("size:", first.ID, ":square"), Notice: "n", Message: "short1",
	})
	for _, text := range []string{
		"/videos", "/usage", "/export", "/settings", "/help", "가게 이름 파도식당", "/look", "언제 돼요?", "정사각형으로",
		"https://music.example/a.mp3", "음악 바꿔줘",
	} {
		d.writes(text)
	}
	d.does(bot.Update{Text: "취소", Reply: &bot.Reply{Message: "p2"}})
	d.does(bot.Update{Kind: bot.Deleted, Message: "p2b"})
	d.writes("/cancel")
	d.does(bottest.Photo("p3", "빙수 18원"))
	d.writes("8,000원")
	d.does(bot.Update{Chat: "stranger", Text: "/start " + invite})
	d.does(bot.Update{Chat: "other", Text: "안녕하세요"})
	d.writes("/forget")
	d.presses("네, 모두 지울게요")
	d.does(bottest.Photo("p4", "갈비탕 12,000원"))
	d.writes("되돌리기")
	for _, o := range d.Orders() {
		d.seen = append(d.seen, fmt.Sprintf("%d %s %s %s %s %s cut %d %s", o.ID, o.Status, o.Thread.Message,
			o.Cut.Words.Menu, o.Cut.Words.Price, o.Cut.Look, o.Cut.N, o.Cut.Size))
	}
	d.seen = append(d.seen, fmt.Sprintf("%+v", d.Shop("owner").Name))
}

// TestHandle_AnUpdateThatFailedIsTakenWholeWhenItComesAgain lives one day twice, the second time without one call to
// the store after the other, for each update: nothing is lost, said twice or different after it.
func TestHandle_AnUpdateThatFailedIsTakenWholeWhenItComesAgain(t *testing.T) {
	var want []string
	calls := []string{
		"Chat", "Shop", "Invite", "Drafts", "Recent", "Order", "ShortsOf", "OrdersInPeriod", "Incidents", "ChatsOf",
		"ByMessage", "Commit",
	}
	for _, ops := range [][]string{nil, calls} {
		bottest.Office(t, func(t *bottest.Talk) {
			d := &day{Talk: t, flaky: newFlaky(t.Store), ops: ops, hit: map[string]int{}}
			code := t.Invited("새우네")
			t.Configure(func(with *session.Options) {
				with.Store = d.flaky
				with.Watch = func(o pipeline.Order) string { return fmt.Sprint("https://pick.test/v/", o.ID) }
			})
			d.run(code)
			if ops == nil {
				want = d.seen
				return
			}
			for i := range max(len(want), len(d.seen)) {
				if i >= len(want) || i >= len(d.seen) || want[i] != d.seen[i] {
					t.Fatalf(
						"line %d of %d and %d is another: %q", i, len(want), len(d.seen), d.seen[min(i, len(d.seen)):],
					)
				}
			}
			for _, op := range ops {
				if d.hit[op] == 0 {
					t.Errorf("no update met a failure of %s", op)
				}
			}
		})
	}
}
