package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Pipeline is what the desk needs of the pipeline.
type Pipeline interface {
	// Accept makes a new order ready to be placed.
	Accept(o pipeline.Order) pipeline.Order
	// Poke drives an order on, soon; News tells its person how it stands. Nothing depends on either.
	Poke(order int64)
	News(order int64)
}

// Options are what a Desk is built from.
type Options struct {
	Store    state.Store
	Pipeline Pipeline
	Admins   map[string]bool // platform:user
	Open     bool            // any chat gets a shop at its first photo; else an invite is needed
	Limit    int             // shorts a shop may make in a month; 0: no limit
	Zone     *time.Location  // in which months begin
	Looks    []string        // the first is the default
	Music    []string
	BotName  func() string // our name in t.me links, "" while it isn't known; may be nil
	Log      *slog.Logger

	Histories map[string]History // by platform, where what was missed can be read later

	Admin    state.Admin
	OpsChat  string            // platform:chat, where admins may speak of everything; empty: there is none
	Version  string            // of the program
	Health   func() []Provider // how the providers are; may be nil
	Switched func()            // a switch was set; may be nil

	// Watch is an address at which a person can watch an order's short, "" when there is none; may be nil.
	Watch func(o pipeline.Order) string

	Members map[string]Members // by platform; of those that are missing nobody runs a chat
}

// Desk decides what each update leads to. Any number of them, in any number of processes, may work
// on one Store: what one decides is written only if nothing has changed since it looked.
type Desk struct {
	Options
	refused *memory[string, time.Time] // until when a platform isn't asked again about a person who doesn't run a chat
}

// NewDesk makes a Desk.
func NewDesk(o Options) *Desk { return &Desk{o, newMemory[string, time.Time]()} }

// mostRetries is how often a decision is made again because something else changed meanwhile.
const mostRetries = 20

// Handle takes an update in: when it returns nil all that it leads to is committed, and the platform may
// forget the update. One that comes again changes nothing. It speaks to nobody but the database, and to a platform
// only where a group wants its shop deleted.
func (d *Desk) Handle(ctx context.Context, u Update) error {
	for range mostRetries {
		err := d.handle(ctx, u)
		switch {
		case errors.Is(err, state.ErrSeen):
			return nil
		case errors.Is(err, pipeline.ErrMoved):
			continue
		case err != nil:
			return fmt.Errorf("%s update %s: %w", u.Platform, u.Key, err)
		}
		return nil
	}
	return fmt.Errorf("%s update %s: its chat never rests", u.Platform, u.Key)
}

func (d *Desk) handle(ctx context.Context, u Update) error {
	v, err := d.visit(ctx, u)
	if err != nil {
		return err
	}
	if err := d.decide(ctx, v); err != nil {
		return err
	}
	return d.commit(ctx, v)
}

// visit is one update with what the desk knows about its chat, and the change that it leads to.
type visit struct {
	Update
	now    time.Time
	chat   state.Chat
	shop   state.Shop // the chat's; zero when it has none
	drafts []state.Draft
	size   *pipeline.Size // of the order's short that this is about; nil when none was named
	change state.Change
}

func (d *Desk) visit(ctx context.Context, u Update) (*visit, error) {
	v := &visit{Update: u, now: time.Now()}
	var err error
	if v.chat, err = d.Store.Chat(ctx, u.Platform, u.Chat); err != nil {
		return nil, err
	}
	if v.chat.Version == 0 {
		v.chat = state.Chat{Platform: u.Platform, ID: u.Chat, Lang: language(u.User.Lang), Group: u.Group}
	}
	if u.Kind != 0 { // else the desk looks by itself
		v.chat.Heard = v.now
	}
	if v.chat.Shop != 0 {
		if v.shop, err = d.Store.Shop(ctx, v.chat.Shop); err != nil {
			return nil, err
		}
	}
	if v.drafts, err = d.Store.Drafts(ctx, u.Platform, u.Chat, v.now); err != nil {
		return nil, err
	}
	v.change = state.Change{Key: u.Key, Chat: v.chat}
	return v, nil
}

// language is what a person is spoken to in until they say otherwise.
func language(code string) string {
	if len(code) >= 2 && code[:2] == "en" {
		return "en"
	}
	return "ko"
}

// commit writes what a visit leads to, and sets it going.
func (d *Desk) commit(ctx context.Context, v *visit) error {
	v.change.Moves = lastMoves(v.change.Moves)
	if err := d.remindForget(ctx, v); err != nil {
		return err
	}
	d.calm(v)
	placed, err := d.Store.Commit(ctx, v.change)
	if err != nil {
		return err
	}
	for _, o := range placed {
		d.Pipeline.Poke(o.ID)
		d.Pipeline.News(o.ID)
	}
	for _, m := range v.change.Moves {
		d.Pipeline.Poke(m.Order.ID)
		d.Pipeline.News(m.Order.ID)
	}
	d.switched(ctx, v)
	d.lookSoon(v.change.Drafts)
	return nil
}

// lastMoves keeps what was decided last about each order, since all of it starts at the same version.
func lastMoves(moves []state.Moved) []state.Moved {
	var last []state.Moved
	for i, m := range moves {
		later := func(x state.Moved) bool { return x.Order.ID == m.Order.ID }
		if !slices.ContainsFunc(moves[i+1:], later) {
			last = append(last, m)
		}
	}
	return last
}

// say adds a message to what a visit leads to. It replies to the update's own message.
func (v *visit) say(s state.Say) {
	if s.Thread.Chat == "" {
		s.Thread = v.thread()
	}
	v.change.Says = append(v.change.Says, s)
}

// thread is where a visit is answered.
func (v *visit) thread() pipeline.Thread {
	return pipeline.Thread{Platform: v.Platform, Chat: v.Chat, Topic: v.Topic, Message: v.Message, User: v.User.ID, Lang: v.chat.Lang}
}
