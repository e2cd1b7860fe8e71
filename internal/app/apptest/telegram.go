package apptest

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// Talk is a chat of one person with the bot, and the service behind it.
type Talk struct {
	*people.Chat
	T       *testing.T
	World   *World
	Process *Process
	Owner   *people.Person
}

// Talking opens a service with Telegram in front, and a private chat with it. Before it starts the world
// may be changed.
func Talking(t *testing.T, change ...func(w *World)) *Talk {
	t.Helper()
	t.Parallel()
	return talkingAlone(t, change...)
}

// talkingAlone is talking with the machine for itself: where it counts how soon things follow each other.
func talkingAlone(t *testing.T, change ...func(w *World)) *Talk {
	t.Helper()
	w := NewWorld(t, Databases()["sqlite"](t)).WithTelegram()
	for _, f := range change {
		f(w)
	}
	return w.Talk(w.Start(Talkative(), nil))
}

// Talkative are times that let a message wait for its turn in the chat.
func Talkative() pipeline.Times {
	t := Hurried()
	t.Call = 5 * time.Second
	return t
}

// In is the same service, spoken to in another place.
func (k *Talk) In(place *people.Chat) *Talk {
	there := *k
	there.Chat = place
	return &there
}

func (w *World) Talk(p *Process) *Talk {
	w.T.Cleanup(p.Stop)
	owner := w.People.Person("김사장", "ko")
	return &Talk{Chat: owner.Private(), T: w.T.(*testing.T), World: w, Process: p, Owner: owner}
}

// Patience is how long tests wait for what comes at once on a machine with nothing else to do. It is longer than what a
// killed process may hold up: a claim of a message ends after 90 s, a delivery that was cut off after 225 s.
const Patience = 6 * time.Minute

// Hears waits until the bot has written a message as ok says, and returns it.
func (k *Talk) Hears(what string, ok func(people.Message) bool) people.Message {
	k.T.Helper()
	var found people.Message
	_, err := k.Wait(Patience, func(all []people.Message) bool {
		for _, m := range all {
			if m.Ours && !m.Deleted && ok(m) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		k.T.Fatalf("the bot didn't write %s: %v", what, err)
	}
	return found
}

func (k *Talk) HearsText(part string) people.Message {
	k.T.Helper()
	return k.Hears(part, func(m people.Message) bool { return strings.Contains(m.Text, part) })
}

// Gets waits for the n-th short, and for the service to know it by its name.
func (k *Talk) Gets(n int) people.Message {
	k.T.Helper()
	var short people.Message
	_, err := k.Wait(Patience, func(all []people.Message) bool {
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
		k.T.Fatalf("short %d doesn't come: %v", n, err)
	}
	k.Process.Wait(func() bool { return k.Knows(short.ID) })
	return short
}

// Knows reports whether a message of the chat belongs to an order.
func (k *Talk) Knows(message int) bool {
	_, _, err := k.Process.Engine.ByMessage(k.T.Context(), "telegram", k.Name(), strconv.Itoa(message))
	return err == nil
}

// Name is what the service calls the chat.
func (k *Talk) Name() string { return strconv.FormatInt(k.ID(), 10) }

// Shorts counts the shorts in the chat.
func (k *Talk) Shorts() (n int) {
	for _, m := range k.Messages() {
		if m.Ours && m.Kind == "video" {
			n++
		}
	}
	return n
}

// Press presses a button, and returns what is said of it.
func (k *Talk) Press(m people.Message, button string) people.Answer {
	k.T.Helper()
	tap, err := k.Tap(m.ID, button)
	if err != nil {
		k.T.Fatal(err)
	}
	a, err := tap.Answer(Patience)
	if err != nil {
		k.T.Fatalf("press %s: %v", button, err)
	}
	return a
}

// HeardOut waits until all that was decided before is said: what follows comes after it.
func (k *Talk) HeardOut() {
	k.T.Helper()
	n := k.Count("저도 기뻐요")
	k.SendText("고마워요")
	if !k.World.People.Until(Patience, func() bool { return k.Count("저도 기뻐요") > n }) {
		k.T.Fatal("the bot answers no more")
	}
}

// Count counts the bot's messages with part in them.
func (k *Talk) Count(part string) (n int) {
	for _, m := range k.Messages() {
		if m.Ours && strings.Contains(m.Text, part) {
			n++
		}
	}
	return n
}

// Orders are the chat's, newest first.
func (k *Talk) Orders() []pipeline.Order {
	k.T.Helper()
	all, err := k.Process.Engine.Recent(k.T.Context(), "telegram", k.Name(), 100)
	if err != nil {
		k.T.Fatal(err)
	}
	return all
}

// Bought counts what was paid for, over all orders.
func (k *Talk) Bought() (clips, cuts int) {
	for step, n := range k.World.Starts() {
		if step.Provider == "runway" {
			clips += n
		} else {
			cuts += n
		}
	}
	return clips, cuts
}

// One checks that all there is came of one order, with one clip and so many cuts.
func (k *Talk) One(cuts int) {
	k.T.Helper()
	if n := len(k.Orders()); n != 1 {
		k.T.Errorf("%d orders", n)
	}
	if a, b := k.Bought(); a != 1 || b != cuts {
		k.T.Errorf("%d clips and %d cuts were bought", a, b)
	}
}

// Hold lets clips come to no end until the returned function is called.
func (k *Talk) Hold() (release func()) {
	k.World.Holding.Store(true)
	release = sync.OnceFunc(func() { k.World.Holding.Store(false); close(k.World.Release) })
	k.T.Cleanup(release)
	return release
}

// UnderWay waits until the clip of the chat's newest order is being made. Clips must be held: one that isn't may be
// made before this looks at its order.
func (k *Talk) UnderWay() pipeline.Order {
	k.T.Helper()
	return k.World.underWay(k.Process, k.Orders)
}

func (w *World) underWay(p *Process, orders func() []pipeline.Order) pipeline.Order {
	w.T.Helper()
	if !w.Holding.Load() {
		w.T.Fatal("underWay without hold")
	}
	p.Wait(func() bool { return len(orders()) > 0 })
	return p.Until(orders()[0].ID, func(o pipeline.Order) bool {
		return o.Step == pipeline.Animate && o.Phase == pipeline.Waiting
	})
}

// Restarted puts another process in the place of the talk's, which is gone.
func (k *Talk) Restarted() {
	k.Process = k.World.Start(Talkative(), nil)
	k.T.Cleanup(k.Process.Stop)
}

func Polled(w *World) { w.Settings["TELEGRAM_MODE"] = "polling" }

// Asks writes something and gives the new message that answers it.
func (k *Talk) Asks(text, part string) people.Message {
	k.T.Helper()
	sent := k.SendText(text)
	return k.Hears(part, func(m people.Message) bool { return m.ID > sent.ID && strings.Contains(m.Text, part) })
}

// Logbook keeps what is logged.
type Logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *Logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const Pasta = "새우 파스타 18,000원"

// ReallyPrepared lets photos be decoded as they are in earnest.
func ReallyPrepared(w *World) { w.Prepare = photo.PreparePhoto(photo.New(1)) }

// IsJPEG checks what was kept of the newest order's photo for the providers.
func (k *Talk) IsJPEG() {
	k.T.Helper()
	r, err := k.Process.Blobs.Open(context.Background(), k.Orders()[0].PhotoKey)
	if err != nil {
		k.T.Fatal(err)
	}
	defer r.Close()
	head := make([]byte, 3)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != "\xff\xd8\xff" {
		k.T.Errorf("the prepared photo begins with %x, %v", head, err)
	}
}
