package main

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

// talk is a chat of one person with the bot, and the service behind it.
type talk struct {
	*people.Chat
	t     *testing.T
	w     *world
	p     *process
	owner *people.Person
}

// talking opens a service with Telegram in front, and a private chat with it. Before it starts the world
// may be changed.
func talking(t *testing.T, change ...func(w *world)) *talk {
	t.Helper()
	t.Parallel()
	return talkingAlone(t, change...)
}

// talkingAlone is talking with the machine for itself: where it counts how soon things follow each other.
func talkingAlone(t *testing.T, change ...func(w *world)) *talk {
	t.Helper()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	for _, f := range change {
		f(w)
	}
	return w.talk(w.start(talkative(), nil))
}

// talkative are times that let a message wait for its turn in the chat.
func talkative() pipeline.Times {
	t := hurried()
	t.Call = 5 * time.Second
	return t
}

// in is the same service, spoken to in another place.
func (k *talk) in(place *people.Chat) *talk {
	there := *k
	there.Chat = place
	return &there
}

func (w *world) talk(p *process) *talk {
	w.t.Cleanup(p.stop)
	owner := w.people.Person("김사장", "ko")
	return &talk{Chat: owner.Private(), t: w.t.(*testing.T), w: w, p: p, owner: owner}
}

// patience is how long tests wait for what comes at once.
const patience = time.Minute

// hears waits until the bot has written a message as ok says, and returns it.
func (k *talk) hears(what string, ok func(people.Message) bool) people.Message {
	k.t.Helper()
	var found people.Message
	_, err := k.Wait(patience, func(all []people.Message) bool {
		for _, m := range all {
			if m.Ours && !m.Deleted && ok(m) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		k.t.Fatalf("nobody said %s: %v", what, err)
	}
	return found
}

func (k *talk) hearsText(part string) people.Message {
	k.t.Helper()
	return k.hears(part, func(m people.Message) bool { return strings.Contains(m.Text, part) })
}

// gets waits for the n-th short, and for the service to know it by its name.
func (k *talk) gets(n int) people.Message {
	k.t.Helper()
	var short people.Message
	_, err := k.Wait(patience, func(all []people.Message) bool {
		i := 0
		for _, m := range all {
			if m.Ours && m.Kind == "video" {
				i++
				short = m
			}
		}
		return i >= n
	})
	if err != nil {
		k.t.Fatalf("short %d doesn't come: %v", n, err)
	}
	k.p.wait(func() bool { return k.knows(short.ID) })
	return short
}

// knows reports whether a message of the chat belongs to an order.
func (k *talk) knows(message int) bool {
	_, _, err := k.p.engine.ByMessage(k.t.Context(), "telegram", k.name(), strconv.Itoa(message))
	return err == nil
}

// name is what the service calls the chat.
func (k *talk) name() string { return strconv.FormatInt(k.ID(), 10) }

// shorts counts the shorts in the chat.
func (k *talk) shorts() (n int) {
	for _, m := range k.Messages() {
		if m.Ours && m.Kind == "video" {
			n++
		}
	}
	return n
}

// press presses a button, and returns what is said of it.
func (k *talk) press(m people.Message, button string) people.Answer {
	k.t.Helper()
	tap, err := k.Tap(m.ID, button)
	if err != nil {
		k.t.Fatal(err)
	}
	a, err := tap.Answer(patience)
	if err != nil {
		k.t.Fatalf("press %s: %v", button, err)
	}
	return a
}

// heardOut waits until all that was decided before is said: what follows comes after it.
func (k *talk) heardOut() {
	k.t.Helper()
	n := k.count("저도 기뻐요")
	k.SendText("고마워요")
	if !k.w.people.Until(patience, func() bool { return k.count("저도 기뻐요") > n }) {
		k.t.Fatal("nobody answers any more")
	}
}

// count counts the bot's messages with part in them.
func (k *talk) count(part string) (n int) {
	for _, m := range k.Messages() {
		if m.Ours && strings.Contains(m.Text, part) {
			n++
		}
	}
	return n
}

// orders are the chat's, newest first.
func (k *talk) orders() []pipeline.Order {
	k.t.Helper()
	all, err := k.p.engine.Recent(k.t.Context(), "telegram", k.name(), 100)
	if err != nil {
		k.t.Fatal(err)
	}
	return all
}

// bought counts what was paid for, over all orders.
func (k *talk) bought() (clips, cuts int) {
	for step, n := range k.w.starts() {
		if step.provider == "runway" {
			clips += n
		} else {
			cuts += n
		}
	}
	return clips, cuts
}

// one checks that all there is came of one order, with one clip and so many cuts.
func (k *talk) one(cuts int) {
	k.t.Helper()
	if n := len(k.orders()); n != 1 {
		k.t.Errorf("%d orders", n)
	}
	if a, b := k.bought(); a != 1 || b != cuts {
		k.t.Errorf("%d clips and %d cuts were bought", a, b)
	}
}

// hold lets clips come to no end until the returned function is called.
func (k *talk) hold() (release func()) {
	k.w.holding.Store(true)
	release = sync.OnceFunc(func() { k.w.holding.Store(false); close(k.w.release) })
	k.t.Cleanup(release)
	return release
}

// underWay waits until the clip of the chat's newest order is being made. Clips must be held: one that isn't may be
// made before this looks at its order.
func (k *talk) underWay() pipeline.Order {
	k.t.Helper()
	return k.w.underWay(k.p, k.orders)
}

func (w *world) underWay(p *process, orders func() []pipeline.Order) pipeline.Order {
	w.t.Helper()
	if !w.holding.Load() {
		w.t.Fatal("underWay without hold")
	}
	p.wait(func() bool { return len(orders()) > 0 })
	return p.until(orders()[0].ID, func(o pipeline.Order) bool { return o.Step == pipeline.Animate && o.Phase == pipeline.Waiting })
}

func TestAPhotoWithALineBecomesAShortInTheSameChat(t *testing.T) {
	k := talking(t)
	photo := k.SendPhoto(tinyPhoto(), "새우 파스타 18,000원")
	short := k.gets(1)
	if short.ReplyTo != photo.ID || !strings.Contains(short.Text, "새우 파스타") || !strings.Contains(short.Text, "18,000원") {
		t.Errorf("the short: %+v", short)
	}
	line := k.hearsText("완성")
	if line.ReplyTo != photo.ID || !strings.Contains(line.Text, "새우 파스타 · 18,000원") {
		t.Errorf("the line: %+v", line)
	}
}
