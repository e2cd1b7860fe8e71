package app

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Messenger is a platform as the program is put together with it.
type Messenger struct {
	bot.Messenger
	About bot.Platform // of the Messenger
	// Closed reports that no person finds it without us: SIGNUP needs no invites to keep strangers from what is paid.
	Closed bool
	// Chat is what steps need of it; nil: what the outbox makes of the Messenger.
	Chat    func(*outbox.Outbox) pipeline.Chat
	Routes  []Route   // its webhooks and pages
	Intakes []*Intake // the other ways in which its updates come
	// Run goes on while updates are let in, until its ctx ends; it may come back before.
	Run []func(context.Context)
	// Reseal seals anew, with the new secret, what it keeps under the old one; nil: it keeps nothing.
	Reseal func(context.Context) error
}

// Route is an address at which the outside reaches a messenger.
type Route struct {
	Pattern string // of a http.ServeMux
	Name    string // in metrics; empty: it isn't counted
	Handler http.Handler
}

// Wiring makes a messenger part of an app that is being built.
type Wiring struct {
	About bot.Platform // as far as it is known of a messenger that is turned off
	// Open builds the messenger; nil, and no error: it is turned off. Updates go to App.Handle, once it has started.
	Open func(a *App, p Parts) (*Messenger, error)
}

// Platforms are all that there are messengers for, turned on or not.
func (p Parts) Platforms() (all []bot.Platform) {
	for _, wire := range p.messengers() {
		all = append(all, wire.About)
	}
	return all
}

// Problems are the ids in the settings that aren't of any platform.
func (p Parts) Problems() (all []config.Problem) {
	people := func(x bot.Platform) bot.IDs { return x.People }
	chats := func(x bot.Platform) bot.IDs { return x.Chats }
	for _, who := range slices.Sorted(maps.Keys(p.Cfg.Admins)) {
		if !p.named(who, people) {
			all = append(all, config.Problem{Name: "ADMINS", Text: fmt.Sprintf(
				"%q names no person: write numbers or ids, e.g. %s", who, strings.Join(p.examples(people), ","),
			)})
			break
		}
	}
	if chat := p.Cfg.OpsChat; chat != "" && !p.named(chat, chats) {
		all = append(all, config.Problem{Name: "OPS_CHAT", Text: fmt.Sprintf(
			"%q is no chat: write its id, e.g. %s", chat, strings.Join(p.examples(chats), " or "),
		)})
	}
	return all
}

// named reports whether a setting (platform:id) has the form of one of a platform's ids.
func (p Parts) named(text string, of func(bot.Platform) bot.IDs) bool {
	platform, id, _ := strings.Cut(text, ":")
	return slices.ContainsFunc(p.Platforms(), func(x bot.Platform) bool { return x.Name == platform && of(x).Fit(id) })
}

// examples are an id of each platform that has some.
func (p Parts) examples(of func(bot.Platform) bot.IDs) (all []string) {
	for _, x := range p.Platforms() {
		if of(x).Form != nil {
			all = append(all, x.Name+":"+of(x).Example)
		}
	}
	return all
}

// openMessengers builds the messengers that are turned on, and what sends through them.
func (a *App) openMessengers(p Parts) error {
	messengers, platforms := map[string]bot.Messenger{}, map[string]bot.Platform{}
	for _, wire := range p.messengers() {
		platforms[wire.About.Name] = wire.About
		m, err := wire.Open(a, p)
		if err != nil {
			return err
		}
		if m != nil {
			m.About = m.Platform()
			platforms[m.About.Name], messengers[m.About.Name] = m.About, m.Messenger
			a.Messengers = append(a.Messengers, m)
			a.Intakes = append(a.Intakes, m.Intakes...)
		}
	}
	a.guide = p.guide(platforms)
	tracks, err := newTracks(p, a.Blobs)
	if err != nil {
		return err
	}
	if a.callbacks, err = newCallbacks(p, a.signer, a.public); err != nil {
		return err
	}
	a.outbox = outbox.New(outbox.Options{
		Store: a.Engine, Messages: a.Engine, Blobs: a.Blobs, Messengers: messengers, Process: a.Engine.Process(),
		Looks: Looks(p),
		Music: look.MusicNames(), Watch: a.watch.Link, Logo: p.Logo, Track: tracks.Fetch, Callback: a.callbacks.Send,
		FirstFrame: p.firstFrame(), Log: p.Log,
	})
	for _, m := range a.Messengers {
		platform := m.About.Name
		if m.Chat != nil {
			a.chats[platform] = m.Chat(a.outbox)
		} else {
			a.chats[platform] = a.outbox.Chat(platform)
		}
		if members, ok := m.Messenger.(bot.Members); ok {
			a.members[platform] = members
		}
		if history, ok := m.Messenger.(bot.History); ok {
			a.history[platform] = history
		}
	}
	return nil
}

// receive lets updates in until ctx ends.
func (a *App) receive(ctx context.Context) {
	for _, i := range a.Intakes {
		a.background.Go(func() { i.Keep(ctx) })
	}
	for _, m := range a.Messengers {
		for _, run := range m.Run {
			a.background.Go(func() { run(ctx) })
		}
	}
}
