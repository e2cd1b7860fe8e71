// Package conversation decides what each update leads to: messages, drafts, orders and changes of them, in one commit.
package conversation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Pipeline is what the conversation needs of the pipeline.
type Pipeline interface {
	// Accept makes a new order ready to be placed.
	Accept(o pipeline.Order) pipeline.Order
	// Placed goes on with an order that was just placed here. Wake drives an order on, soon; RefreshStatus tells its
	// person how it stands. Nothing depends on any of them.
	Placed(o pipeline.Order)
	Wake(order int64)
	RefreshStatus(order int64)
}

// Store is what a Conversation reads and writes.
type Store interface {
	bot.Chats
	bot.Orders
	bot.Presence
	// Release, Incidents, ChatsOf and ShortsOf are those of bot.Admin.
	Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error)
	Incidents(ctx context.Context) ([]bot.Incident, error)
	ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error)
	ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
}

// Options are what a Conversation is built from.
type Options struct {
	Store    Store
	Pipeline Pipeline
	Admins   map[string]bool // platform:user
	Open     bool            // any chat gets a shop at its first photo; else an invite is needed
	Limit    int             // shorts a shop may make in a month; 0: no limit
	Zone     *time.Location  // in which months begin
	Looks    []string        // the first is the default
	Music    []string
	Log      *slog.Logger

	Histories map[string]bot.History // by platform, where what was missed can be read later

	Guide        present.Guide
	Console      Console
	OpsChat      string // platform:chat, where admins may speak of everything; empty: there is none
	FlagsChanged func() // a switch was set; may be nil

	// Watch is an address at which a person can watch an order's short, "" when there is none; may be nil.
	Watch func(o pipeline.Order) string

	// SignIn is the address of the page that a link signs in at, to which its secret is added; empty: there is no page.
	SignIn string

	Members map[string]bot.Members // by platform; of those that are missing no person runs a chat

	Beside pipeline.Beside // see pipeline.Options
}

// Console does what only admins may: a command, or a button's press. Both say themselves whether the person may.
type Console interface {
	Command(ctx context.Context, v *Session, c intent.Command) error
	Press(ctx context.Context, v *Session, verb string, args []string) error
}

// Conversation decides what each update leads to. Any number of them, in any number of processes, may work
// on one Store: what one decides is written only if nothing has changed since it looked.
type Conversation struct {
	opts       *Options
	loader     *loader
	members    *members
	crowd      *crowd
	settings   *settings
	forgetting *forgetting
	intake     *intake
	edits      *edits
	messages   *messages
	drafts     *pipeline.Runner
}

// New makes a Conversation.
func New(o Options) *Conversation {
	all := &o
	ld := newLoader(all)
	mb := newMembers(all, ld)
	st := newSettings(all, mb)
	in, ed, ms := newOrders(all, ld, st, mb)
	cv := &Conversation{
		opts: all, loader: ld, members: mb, crowd: newCrowd(all, mb), settings: st, forgetting: newForgetting(all, ld),
		intake: in, edits: ed, messages: ms,
	}
	cv.drafts = pipeline.NewRunner(draftsAtOnce, o.Beside, o.Log, cv.runDraft)
	return cv
}

// Stop looks at no more drafts by itself, and waits for what is under way until ctx ends: see pipeline.Runner. Updates
// are taken in as before.
func (cv *Conversation) Stop(ctx context.Context) error { return cv.drafts.Stop(ctx) }

// Handle takes an update in: when it returns nil all that it leads to is committed, and the platform may
// forget the update. One that comes again changes nothing. It speaks to the database alone, and to a platform
// only where a group wants its shop deleted.
func (cv *Conversation) Handle(ctx context.Context, u bot.Update) error {
	err := cv.handle(ctx, u, nil, cv.decide)
	if errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return err
}

// handle loads what is known of an update's chat, decides and commits. Who waits for the answer gives a response.
func (cv *Conversation) handle(
	ctx context.Context, u bot.Update, response *bot.Response, decide func(context.Context, *Session) error,
) error {
	err := bot.Retry(func() error {
		v, err := cv.loader.load(ctx, u)
		if err != nil {
			return err
		}
		if response != nil {
			*response, v.response = bot.Response{}, response
		}
		if err := decide(ctx, v); err != nil {
			return err
		}
		return cv.commit(ctx, v)
	})
	if err != nil {
		return fmt.Errorf("%s update %s: %w", u.Platform, u.Key, err)
	}
	return nil
}

// Session is one update with what the conversation knows about its chat, and the change that it leads to.
type Session struct {
	bot.Update
	present.Voice
	Admin      bool // an admin of the service wrote it
	InOps      bool // it came from the ops chat
	Now        time.Time
	StoredChat bot.Chat
	Shop       bot.Shop // the chat's; zero when it has none
	drafts     []bot.Draft
	read       intent.Reader
	latest     []pipeline.Order // its newest orders, as far as they were read
	latestMost int              // how many of them were asked for
	stored     []int64          // drafts that are in the database
	size       *pipeline.Size   // of the order's short that this is about; nil when none was named
	Change     bot.Change
	response   *bot.Response // who waits for the answer gets it here; nil: it is sent
}

func (ld *loader) load(ctx context.Context, u bot.Update) (*Session, error) {
	v := &Session{Update: u, Now: time.Now()}
	var err error
	if v.StoredChat, err = ld.opts.Store.Chat(ctx, u.Platform, u.Chat); err != nil {
		return nil, err
	}
	if v.StoredChat.Version == 0 {
		v.StoredChat = bot.Chat{
			Platform: u.Platform, ID: u.Chat, Lang: present.Language(u.User.Lang), Group: u.Group, Shop: u.Shop,
		}
	}
	if u.Kind != 0 { // else the conversation looks by itself
		v.StoredChat.LastSeenAt = v.Now
	}
	if v.StoredChat.Shop != 0 {
		if v.Shop, err = ld.opts.Store.Shop(ctx, v.StoredChat.Shop); err != nil {
			return nil, err
		}
	}
	if v.drafts, err = ld.opts.Store.Drafts(ctx, u.Platform, u.Chat, v.Now); err != nil {
		return nil, err
	}
	for _, dr := range v.drafts {
		v.stored = append(v.stored, dr.ID)
	}
	v.Change = bot.Change{Key: u.Key, Chat: v.StoredChat}
	v.Voice = ld.opts.Guide.Voice(v.StoredChat.Lang, u.Platform, ld.opts.Zone, v.Now)
	v.Admin, v.InOps = ld.isAdmin(v), ld.isOps(v)
	return v, nil
}

// commit writes what a session leads to, and sets it going.
func (cv *Conversation) commit(ctx context.Context, v *Session) error {
	v.Change.Moves = lastMoves(v.Change.Moves)
	if err := cv.forgetting.remindForget(ctx, v); err != nil {
		return err
	}
	cv.crowd.calm(v)
	answered(v)
	placed, err := cv.opts.Store.Commit(ctx, v.Change)
	for gone := (*pipeline.PurgedError)(nil); errors.As(err, &gone) && unplace(v, gone.Source); {
		answered(v)
		placed, err = cv.opts.Store.Commit(ctx, v.Change)
	}
	if err != nil {
		return err
	}
	if v.response != nil {
		v.response.Placed = placed
	}
	for i, o := range placed {
		if o.Version == 1 && o.Placed.UnixMilli() == v.Change.Place[i].Placed.UnixMilli() {
			cv.opts.Pipeline.Placed(o)
			continue
		}
		cv.opts.Pipeline.Wake(o.ID) // it was there already
		cv.opts.Pipeline.RefreshStatus(o.ID)
	}
	for _, m := range v.Change.Moves {
		cv.opts.Pipeline.Wake(m.Order.ID)
		cv.opts.Pipeline.RefreshStatus(m.Order.ID)
	}
	cv.refreshGate(ctx, v)
	cv.lookSoon(v.Change.Drafts)
	return nil
}

// unplace takes an order out of what a session leads to that was made before, and isn't kept any more; the person is
// told instead. It reports whether there was one.
func unplace(v *Session, source string) bool {
	n := len(v.Change.Place)
	v.Change.Place = slices.DeleteFunc(v.Change.Place, func(o pipeline.Order) bool { return o.Source == source })
	if n == len(v.Change.Place) {
		return false
	}
	text := v.Fill("order.gone", nil)
	// once for all pictures
	if !slices.ContainsFunc(v.Change.Messages, func(m bot.OutgoingMessage) bool { return m.Text == text }) {
		v.Write(text)
	}
	return true
}

// lastMoves keeps what was decided last about each order, since all of it starts at the same version.
func lastMoves(moves []bot.Moved) []bot.Moved {
	var last []bot.Moved
	for i, m := range moves {
		later := func(x bot.Moved) bool { return x.Order.ID == m.Order.ID }
		if !slices.ContainsFunc(moves[i+1:], later) {
			last = append(last, m)
		}
	}
	return last
}

// Send adds a message to what a session leads to. It replies to the update's own message.
func (v *Session) Send(s bot.OutgoingMessage) {
	if s.Thread.Chat == "" {
		s.Thread = v.thread()
	}
	v.Change.Messages = append(v.Change.Messages, s)
}

// thread is where a session is answered.
func (v *Session) thread() pipeline.Thread {
	return pipeline.Thread{
		Platform: v.Platform, Chat: v.Chat, Topic: v.Topic, Message: v.Message, User: v.User.ID,
		Lang: v.StoredChat.Lang,
	}
}

// refreshGate lets this process know of a switch that was set, and what waited for it go on. Orders that are
// missed here are looked at when their hold is over.
func (cv *Conversation) refreshGate(ctx context.Context, v *Session) {
	if v.Change.Switch == nil {
		return
	}
	if s := *v.Change.Switch; s.Name == bot.Paused && s.Value == "" {
		ids, err := cv.opts.Store.Release(ctx, pipeline.ReasonPaused)
		if err != nil && !errors.Is(err, bot.ErrMoreHeld) { // the gate goes on with the others
			cv.opts.Log.Warn("held orders go on later", "err", err)
		}
		for _, id := range ids {
			cv.opts.Pipeline.Wake(id)
		}
	}
	if cv.opts.FlagsChanged != nil { // afterwards: it releases as well, what other processes have left
		cv.opts.FlagsChanged()
	}
}

// isOps reports whether the session is in the ops chat.
func (ld *loader) isOps(v *Session) bool {
	platform, chat, ok := strings.Cut(ld.opts.OpsChat, ":")
	return ok && platform == v.Platform && v.On.IsNamed(chat, v.Chat)
}

// view is the ops chat as the conversation sees chats; without one it is whoever reads the log.
func (ld *loader) view(ctx context.Context) (*Session, error) {
	platform, chat, ok := strings.Cut(ld.opts.OpsChat, ":")
	if !ok {
		return &Session{
			Now: time.Now(), StoredChat: bot.Chat{Lang: "en"},
			Voice: ld.opts.Guide.Voice("en", "", ld.opts.Zone, time.Now()),
		}, nil
	}
	return ld.load(ctx, bot.Update{Platform: platform, Chat: chat})
}

// Who is the person as settings name them, with the workspace where there are some.
func (v *Session) Who() string {
	if v.User.Team != "" {
		return v.Platform + ":" + v.User.Team + ":" + v.User.ID
	}
	return v.Platform + ":" + v.User.ID
}

// Audit writes down what the session's admin has done, together with it. then is a word of outcomes, with what
// belongs to it behind a space.
func (v *Session) Audit(what, then string) {
	v.Change.Audit = &bot.AuditEntry{At: v.Now, Who: v.Who(), What: what, Then: then}
}

// Swap shows a screen: below the command, or in the place of the one whose button was pressed.
func (v *Session) Swap(s present.Screen, err error) error {
	if err != nil {
		return err
	}
	if v.Kind != bot.Pressed {
		v.Send(bot.OutgoingMessage{Message: s.Message()})
		return nil
	}
	v.ShowNotice("")
	v.Send(bot.OutgoingMessage{Message: s.Message(), Edit: v.Message})
	return nil
}

// OrNone answers that something isn't there, if that is what the error says.
func (v *Session) OrNone(err error, key string, args present.Args) error {
	if !errors.Is(err, pipeline.ErrNotFound) {
		return err
	}
	v.ShowNotice(v.Fill(key, args))
	return nil
}
