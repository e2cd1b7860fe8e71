package simtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Where admins are: one writes in a chat of their own, all read along in the other one.
const (
	boss    = "boss"
	opsRoom = "ops"
	opsChat = platform + ":" + opsRoom
)

// owners are the chats of two shops: the first two belong to one.
var owners = []string{"c1", "c2", "c3"}

// people are those outside, with what they have done.
type people struct {
	w       *world
	made    int
	updates []*update
	photos  []*update // messages with a picture
}

// update is what a person did, with what has come of it.
type update struct {
	bot.Update
	commits  int  // changes that were written for it
	effect   bool // they led to something
	mustHave bool // it has to lead to something
	waits    bool // the platform is to send it again
}

func newPeople(w *world) *people { return &people{w: w} }

// moveIn writes down who there is.
func (p *people) moveIn() {
	p.w.outside(func() {
		for i, chat := range owners {
			c := bot.Change{Chat: bot.Chat{Platform: platform, ID: chat, Lang: "ko", Shop: 1, LastSeenAt: time.Now()}}
			if i != 1 {
				c.Chat.Shop, c.Shop = 0, &bot.Shop{Name: "바다식당", Made: time.Now()}
			}
			if _, err := p.w.store.Commit(context.Background(), c); err != nil {
				p.w.fail("move in: %v", err)
			}
		}
	})
}

// does sends an update to the service.
func (p *people) does(chat string, u bot.Update) *update {
	p.made++
	u.Key, u.Platform, u.Chat, u.ToUs, u.At = fmt.Sprint("u", p.made), platform, chat, true, time.Now()
	u.User = bot.User{ID: "of " + chat, Lang: "ko"}
	if chat == boss || chat == opsRoom {
		u.User.ID, u.Group = boss, chat == opsRoom
	}
	if u.Message == "" {
		u.Message = fmt.Sprint("m", p.made)
	}
	u.Kind = cmp.Or(u.Kind, bot.Wrote)
	x := &update{Update: u, mustHave: len(u.Pictures) > 0 && u.Kind == bot.Wrote}
	p.updates = append(p.updates, x)
	p.deliver(x)
	return x
}

// deliver hands an update over. The platform does so again until it is taken.
func (p *people) deliver(u *update) {
	w := p.w
	w.beats.soon()
	q := w.anyone()
	does := map[bot.Kind]string{
		bot.Wrote: "writes", bot.Edited: "edits", bot.Deleted: "deletes", bot.Pressed: "presses", bot.Joined: "joins",
	}[u.Kind]
	w.note("%s in %s: %s %q %s", u.Key, u.Chat, does, u.Text, u.Action)
	var err error
	whole := q != nil && w.call(q, u, func() { err = q.talk.Handle(context.Background(), u.Update) })
	u.waits = !whole || err != nil
	if u.waits {
		w.note("%s isn't taken: %v", u.Key, err)
		w.in(time.Duration(1+w.rng.IntN(30))*time.Second, u.Key+" again", func() { p.deliver(u) })
		return
	}
	switch {
	case u.commits == 0:
		w.fail("update %s was acknowledged and had no effect", u.Key)
	case u.mustHave && !u.effect:
		w.fail("update %s was acknowledged, and nothing came of it", u.Key)
	}
}

// Captions, by how they are read.
var captions = []string{
	"새우 파스타 18,000원", "김치찌개 9,000원", "된장찌개 8000원", "아메리카노 4,500", "후라이드치킨 1.9만원",
	"물냉면 11,000원 신메뉴", "불고기 정식 15,000원 (곱빼기 18,000원)", "갈비탕 13,000원", "특가 파스타 20,000원 → 15,000원",
	"점심 특선", "가격은 9천원이에요", "맛있게 드세요 👍",
}

func (p *people) photo(chat, text string) *update {
	p.made++
	id := fmt.Sprint("m", p.made)
	pic := bot.Image{Photo: pipeline.Photo{Ref: "file of " + id, Unique: id, Bytes: 1000}, Message: id, Text: text}
	u := p.does(chat, bot.Update{Message: id, Text: text, Pictures: []bot.Image{pic}})
	p.photos = append(p.photos, u)
	return u
}

// happen lets an entry of the script happen.
func (w *world) happen(e Entry) {
	p, chat := w.people, owners[e.N%len(owners)]
	switch e.Kind {
	case "photo":
		p.photo(chat, captions[e.How%len(captions)])
	case "bare":
		p.photo(chat, "")
	case "words":
		p.does(chat, bot.Update{Text: captions[e.How%len(captions)]})
	case "album":
		p.album(chat, e)
	case "flood":
		for i := range 8 {
			w.in(time.Duration(i)*150*time.Millisecond, "flood", func() { p.photo(chat, captions[(e.How+i)%8]) })
		}
	case "edit", "delete":
		p.editLast(chat, e)
	case "press":
		p.press(chat, e.How)
	case "reply":
		p.reply(chat, e.How)
	case "cancel":
		p.does(chat, bot.Update{Text: "/cancel"})
	case "thanks":
		p.does(chat, bot.Update{Text: []string{"감사합니다", "네", "안녕하세요", "언제 돼요?"}[e.How%4]})
	case "settings":
		texts := []string{"/settings", "/videos", "/usage", "/help", "/look", "/shop 바다네"}
		p.does(chat, bot.Update{Text: texts[e.How%len(texts)]})
	case "again":
		if len(p.updates) > 0 {
			p.deliver(p.updates[e.How%len(p.updates)])
		}
	case "block":
		w.chats.blocked[chat] = true
	case "unblock":
		w.unblock(chat)
	default:
		w.operate(e)
	}
}

func (p *people) album(chat string, e Entry) {
	for i := range 2 + e.N%3 {
		p.w.in(time.Duration(i)*200*time.Millisecond, "album", func() {
			text := ""
			if i == 0 {
				text = captions[e.How%len(captions)]
			}
			p.made++
			id := fmt.Sprint("m", p.made)
			pic := bot.Image{
				Photo: pipeline.Photo{Ref: "file of " + id, Unique: id, Bytes: 1000}, Message: id, Text: text,
			}
			p.does(chat, bot.Update{
				Message: id, Text: text, Pictures: []bot.Image{pic}, Album: fmt.Sprint("album", e.How),
			})
		})
	}
}

// editLast changes or deletes the last photo of a chat.
func (p *people) editLast(chat string, e Entry) {
	for _, x := range slices.Backward(p.photos) {
		if x.Chat != chat {
			continue
		}
		u := bot.Update{Kind: bot.Deleted, Message: x.Message}
		if e.Kind == "edit" {
			u = x.Update
			u.Kind, u.Text = bot.Edited, captions[e.How%len(captions)]
			u.Pictures = slices.Clone(u.Pictures)
			u.Pictures[0].Text = u.Text
		}
		p.does(chat, u)
		return
	}
}

// press presses one of the buttons that stand in a chat.
func (p *people) press(chat string, n int) {
	type button struct{ on, action string }
	var all []button
	for _, s := range p.w.chats.shown[chat] {
		for _, row := range s.buttons {
			for _, b := range row {
				if b.Action != "" {
					all = append(all, button{s.name, b.Action})
				}
			}
		}
	}
	if len(all) > 0 {
		b := all[len(all)-1-n%min(len(all), 12)] // one of the last
		p.presses(chat, b.on, b.action)
	}
}

func (p *people) presses(chat, on, action string) {
	p.does(chat, bot.Update{Kind: bot.Pressed, Action: action, Notice: fmt.Sprint("press", p.made), Message: on})
}

var replies = []string{
	"가격 12,000원", "메뉴는 크림 파스타", "아니요", "네", "크림 파스타 13,000원으로 바꿔주세요", "다시 보내주세요",
}

func (p *people) reply(chat string, n int) {
	all := p.w.chats.shown[chat]
	if len(all) == 0 {
		return
	}
	to := all[len(all)-1-n%min(len(all), 5)]
	p.does(chat, bot.Update{Text: replies[n%len(replies)], Reply: &bot.Reply{Message: to.name, Ours: true}})
}

func (w *world) unblock(chat string) {
	if w.chats.blocked[chat] {
		delete(w.chats.blocked, chat)
		w.people.does(chat, bot.Update{Kind: bot.Joined})
	}
}

// operate is what operators do.
func (w *world) operate(e Entry) {
	p := w.people
	order := func() int64 {
		n := int64(0)
		w.outside(func() { n = int64(len(w.orders())) })
		return 1 + int64(e.How)%max(n, 1)
	}
	switch e.Kind {
	case "pause":
		p.does(boss, bot.Update{Text: "/pause"})
	case "resume":
		p.does(boss, bot.Update{Text: "/resume"})
	case "overview":
		p.does(boss, bot.Update{Text: []string{"/status", "/stuck", "/log", "/shops"}[e.How%4]})
	case "retry all":
		reasons := pipeline.Reasons()
		p.presses(boss, "card", intent.Action(intent.DoAdminRetryAll, []any{"all", reasons[e.How%len(reasons)]}[e.N%2]))
	case "admin cancels":
		p.does(boss, bot.Update{Text: fmt.Sprint("/cancel ", order())})
	case "admin retries":
		p.does(boss, bot.Update{Text: fmt.Sprint("/retry ", order())})
	case "admin presses":
		p.press(opsRoom, e.How)
	case "kill":
		if q := w.anyone(); q != nil {
			w.kill(q)
		}
	case "start":
		if len(w.processes) < 8 {
			w.start()
		}
	case "deploy": // all processes end, and others begin
		for _, q := range slices.Clone(w.processes) {
			w.kill(q)
		}
	case "clock":
		if q := w.anyone(); q != nil {
			q.skew = skews[e.How%len(skews)]
			w.wasSkewed = true
			w.outside(func() {
				// one may be on its way, taken until a time that means another one now
				for _, m := range w.store.Unsent() {
					w.chats.excuses[thing("message", m.ID, 0)]++
				}
			})
			w.note("the clock of %s is ahead by %s", q, q.skew)
		}
	case "suspend": // nothing runs, and all clocks go on
		w.sleep(time.Duration(1+e.How%300) * time.Minute / 4)
	}
}
