package app

import (
	"context"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Messenger is a platform as the program is put together with it.
type Messenger struct {
	bot.Messenger              // nil: it is turned off
	About         bot.Platform // of the Messenger if there is one
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

// Wiring makes a messenger part of an app that is being built. Updates go to App.Handle, once it has started.
type Wiring func(a *App, p Parts) (*Messenger, error)

// openMessengers builds the messengers that are turned on, and what sends through them.
func (a *App) openMessengers(p Parts) error {
	messengers, platforms := map[string]bot.Messenger{}, map[string]bot.Platform{}
	for _, wire := range p.messengers() {
		m, err := wire(a, p)
		if err != nil {
			return err
		}
		if m.Messenger != nil {
			m.About = m.Platform()
			messengers[m.About.Name] = m.Messenger
			a.Messengers = append(a.Messengers, m)
			a.Intakes = append(a.Intakes, m.Intakes...)
		}
		platforms[m.About.Name] = m.About
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
		Store: a.Engine, Blobs: a.Blobs, Messengers: messengers, Process: a.Engine.Process(), Looks: Looks(p),
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
