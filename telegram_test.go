package main

import (
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// talk is a chat of one person with the bot, and the service behind it.
type talk struct {
	*people.Chat
	t     *testing.T
	w     *world
	p     *process
	owner *people.Person
}

// talking opens a service with Telegram in front, and a private chat with it.
func talking(t *testing.T) *talk {
	t.Helper()
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegram()
	return w.talk(w.start(hurried(), nil))
}

func (w *world) talk(p *process) *talk {
	w.t.Cleanup(p.stop)
	owner := w.people.Person("김사장", "ko")
	return &talk{Chat: owner.Private(), t: w.t.(*testing.T), w: w, p: p, owner: owner}
}

// patience is how long tests wait for what comes at once.
const patience = 20 * time.Second

// hears waits until the bot has written a message as ok says, and returns it.
func (k *talk) hears(what string, ok func(people.Message) bool) people.Message {
	k.t.Helper()
	var found people.Message
	all, err := k.Wait(patience, func(all []people.Message) bool {
		for _, m := range all {
			if m.Ours && !m.Deleted && ok(m) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		for _, m := range all {
			k.t.Logf("%d ours=%v %s %q", m.ID, m.Ours, m.Kind, m.Text)
		}
		k.t.Fatalf("nobody said %s: %v", what, err)
	}
	return found
}

func (k *talk) hearsText(part string) people.Message {
	k.t.Helper()
	return k.hears(part, func(m people.Message) bool { return strings.Contains(m.Text, part) })
}

// gets waits for the n-th short.
func (k *talk) gets(n int) people.Message {
	k.t.Helper()
	var short people.Message
	all, err := k.Wait(patience, func(all []people.Message) bool {
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
		for _, m := range all {
			k.t.Logf("%d ours=%v %s %q", m.ID, m.Ours, m.Kind, m.Text)
		}
		k.t.Fatalf("short %d doesn't come: %v", n, err)
	}
	return short
}

// shorts counts the shorts in the chat.
func (k *talk) shorts() (n int) {
	for _, m := range k.Messages() {
		if m.Ours && m.Kind == "video" {
			n++
		}
	}
	return n
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
