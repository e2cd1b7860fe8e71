package apptest

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Room is a channel of a workspace as one of its staff sees it, and the service behind it.
type Room struct {
	*office.Channel
	T         *testing.T
	World     *World
	Process   *Process
	Slack     *office.Server
	Workspace *office.Workspace
	Staff     *office.Member
}

// WithSlack lets there be a Slack whose workspaces grant what the manifest asks for, and nothing else.
func (w *World) WithSlack(o office.Options) *office.Server {
	o.Scopes, o.Events, o.Commands = slack.Scopes(), slack.Events(), []string{slack.Command}
	o.Second, o.Patience = 10*time.Millisecond, Patience // a busy machine is no reason to fail
	sl := office.New(o)
	api := httptest.NewServer(sl.Handler())
	sl.At(api.URL)
	w.T.Cleanup(func() { sl.Close(); api.Close() })
	w.Settings["SLACK_SIGNING_SECRET"] = sl.SigningSecret()
	w.Settings["SLACK_API_URL"] = api.URL + "/api/"
	w.Settings["SIGNUP"] = "open"
	return sl
}

// Subscribed starts a process that Slack tells what happens, and stops it after the test.
func (w *World) Subscribed(sl *office.Server) *Process {
	p := w.Listening(sl)
	w.T.Cleanup(p.Stop)
	return p
}

// Listening starts a process that Slack tells what happens, and that the test itself ends.
func (w *World) Listening(sl *office.Server) *Process {
	w.T.Helper()
	p := w.Start(Talkative(), nil)
	ours := p.Server.URL + "/webhooks/slack/"
	if err := sl.Subscribe(office.Endpoints{
		Events: ours + "events", Commands: ours + "commands", Interactions: ours + "interactions",
	}); err != nil {
		w.T.Fatal(err)
	}
	return p
}

func (k *Room) In(c *office.Channel) *Room {
	there := *k
	there.Channel = c
	return &there
}

func (k *Room) chat() string { return k.Workspace.ID + ":" + k.ID() }

// Finds waits for a message of ours as ok says.
func (k *Room) Finds(what string, ok func(office.Message) bool) office.Message {
	k.T.Helper()
	var found office.Message
	_, err := k.Wait(Patience, func(all []office.Message) bool {
		i := slices.IndexFunc(all, func(m office.Message) bool { return m.Ours && ok(m) })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	if err != nil {
		k.T.Fatalf("no %s: %v", what, err)
	}
	return found
}

func (k *Room) Hears(part string) office.Message {
	k.T.Helper()
	return k.Finds(part, func(m office.Message) bool { return strings.Contains(m.Shown, part) })
}

// Gets waits for the n-th short in a post's thread and for its words, which it returns.
func (k *Room) Gets(n int, p *office.Post) office.Message {
	k.T.Helper()
	var words []office.Message
	_, err := p.Wait(Patience, func(all []office.Message) bool {
		films := 0
		words = nil
		for _, m := range all {
			if m.Ours && len(m.Files) > 0 {
				films++
			}
			if _, again := button(m, "다시 만들기"); m.Ours && again {
				words = append(words, m)
			}
		}
		return films >= n && len(words) >= n
	})
	if err != nil {
		k.T.Fatalf("short %d doesn't come: %v", n, err)
	}
	last := words[len(words)-1]
	k.Process.Wait(func() bool {
		_, _, err := k.Process.Engine.ByMessage(k.T.Context(), slack.Platform, k.chat(), last.TS)
		return err == nil
	})
	return last
}

func button(m office.Message, label string) (office.Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b, true
			}
		}
	}
	return office.Button{}, false
}

func (k *Room) Presses(m office.Message, label string) {
	k.T.Helper()
	if _, err := k.Press(m.TS, label); err != nil {
		k.T.Fatalf("press %s: %v", label, err)
	}
}

func (k *Room) Types(line string) {
	k.T.Helper()
	if _, err := k.Slash(line); err != nil {
		k.T.Fatalf("%s: %v", line, err)
	}
}

// Orders are the channel's, newest first.
func (k *Room) Orders() []pipeline.Order {
	k.T.Helper()
	all, err := k.Process.Engine.Recent(k.T.Context(), slack.Platform, k.chat(), 100)
	if err != nil {
		k.T.Fatal(err)
	}
	return all
}

func (k *Room) Bought() (clips, cuts int) { return (&Talk{World: k.World}).Bought() }

// One checks that all there is came of one order, with one clip and so many cuts.
func (k *Room) One(cuts int) {
	k.T.Helper()
	if n := len(k.Orders()); n != 1 {
		k.T.Errorf("%d orders", n)
	}
	if a, b := k.Bought(); a != 1 || b != cuts {
		k.T.Errorf("%d clips and %d cuts were bought", a, b)
	}
}

func (k *Room) Hold() func() { return (&Talk{T: k.T, World: k.World}).Hold() }

// UnderWay waits until the clip of the channel's newest order is being made.
func (k *Room) UnderWay() pipeline.Order {
	k.T.Helper()
	return k.World.underWay(k.Process, k.Orders)
}

// Marked waits for a reaction to be the only one of ours at a post.
func (k *Room) Marked(p *office.Post, reaction string) {
	k.T.Helper()
	if !k.Slack.Until(Patience, func() bool { return slices.Equal(p.Now().Reactions, []string{reaction}) }) {
		k.T.Errorf("reactions %q, want %s", p.Now().Reactions, reaction)
	}
}

// Settled waits until Slack has nothing more to tell us.
func (k *Room) Settled() {
	k.T.Helper()
	if !k.Slack.Until(Patience, func() bool { return k.Slack.Waiting() == 0 }) {
		k.T.Fatal("events wait")
	}
}
