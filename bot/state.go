package bot

import (
	"context"
	"errors"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// ErrSeen says that an update with the same key was committed before. Nothing was written.
var ErrSeen = errors.New("update was seen before")

// ErrWait says that it isn't this say's turn. The error that says so is a *WaitError.
var ErrWait = errors.New("not its turn")

// WaitError says that it isn't a message's turn, and until when.
type WaitError struct {
	// Until is when it may be claimed: a process is at it until then, or it was given back until then. Zero when an
	// earlier message of its chat waits: it has a job as soon as that one is closed, and needs none before.
	Until time.Time
}

func (e *WaitError) Error() string { return ErrWait.Error() }

// Unwrap makes it an ErrWait.
func (e *WaitError) Unwrap() error { return ErrWait }

// Chat is a conversation on a platform, and who it belongs to.
type Chat struct {
	Platform    string
	ID          string
	Version     int64 // 0: it isn't written yet. The fence of every Change
	Shop        int64 // 0: bound to no shop
	Lang        string
	Group       bool
	Unreachable bool      // we can't write there: blocked, removed, gone
	LastSeenAt  time.Time // of the last update, or of one in the ten minutes before it
	// up to when its messages were looked through: see Store.LookedBack. At first that of the first update
	Looked   time.Time
	BoundBy  string   // the user who bound it to its shop; empty: unknown
	Answered []Answer // strangers of a group who had an answer lately
	Waiting  int      // messages, without answers to presses, that wait to be sent, at most MaxWaiting; never written
}

// MaxWaiting is how many messages may wait to be sent to one chat.
const MaxWaiting = 20

// Answer is when a person had one.
type Answer struct {
	User string    `json:"user"`
	At   time.Time `json:"at"`
}

// Invite is a one-time code that binds a chat to a shop.
type Invite struct {
	Code    string // unguessable
	Shop    int64  // 0: a new shop
	Name    string // of the new shop; may be empty
	By      string // who made it: platform:user
	Expires time.Time
	Used    time.Time // zero: not yet
}

// Waits is what a draft waits for.
type Waits string

const (
	ForWords  Waits = "words"  // pictures are there; menu and price are missing
	ForPhoto  Waits = "photo"  // words are there; the picture is missing
	ForMore   Waits = "more"   // pictures come in one by one: it waits for the last of them
	ForChoice Waits = "choice" // a question with buttons was asked
	ForYes    Waits = "yes"    // what was read of its picture, its only choice, was shown: is it right?
	// whether the price that its only choice crosses out was charged lately; Order: of its edit
	ForRegular Waits = "regular"
	ForFix     Waits = "fix"    // new words for order Order
	ForLogo    Waits = "logo"   // a picture that becomes the shop's logo
	ForName    Waits = "name"   // the shop's name
	ForForget  Waits = "forget" // whether all of the shop is to be deleted
	Settled    Waits = "done"   // it led to orders; late pictures of its album still find it
)

// Draft is an order that isn't one yet, or another question that waits for its answer.
type Draft struct {
	ID       int64            `json:"ID"` // ours, random, below 2^53
	Platform string           `json:"Platform"`
	Chat     string           `json:"Chat"`
	Topic    string           `json:"Topic"`
	User     string           `json:"User"`            // whose draft it is: another person's text doesn't complete it
	Maker    string           `json:"Maker,omitempty"` // what they are called
	Waits    Waits            `json:"Waits"`
	Images   []Image          `json:"Pictures"`
	Text     string           `json:"Text"`  // the words so far
	Album    string           `json:"Album"` // the platform's name for the album
	Order    int64            `json:"Order"` // ForFix: which order
	Size     *pipeline.Size   `json:"Size"`  // ForFix: of which of its shorts; nil: of the newest
	Choices  []pipeline.Words `json:"Choices"`
	// the chat's name for our question, once it was asked: MarkSent writes it, Commit leaves it as it is
	Question string    `json:"Question"`
	Asked    bool      `json:"Asked"` // the question was committed
	Reminded bool      `json:"Reminded"`
	Tries    int       `json:"Tries"` // how often its question was asked
	Made     time.Time `json:"Made"`
	Due      time.Time `json:"Due"`  // when the conversation looks at it again by itself
	Ends     time.Time `json:"Ends"` // it is gone then, quietly
}

// Image is a picture in a draft, with the message that brought it.
type Image struct {
	Photo   pipeline.Photo `json:"Photo"`
	Message string         `json:"Message"`
	Text    string         `json:"Text"` // its own caption
	N       int            `json:"N"`    // its place in the message, from 0
}

// Message is something to say.
type Message struct {
	Thread  pipeline.Thread `json:"Thread"`  // Chat and Topic; Message is what it replies to, empty for nothing
	Text    string          `json:"Text"`    // plain text
	Buttons [][]Button      `json:"Buttons"` // rows
	Ask     bool            `json:"Ask"`     // the next thing that the person writes is meant as the answer

	Priority Priority `json:"Priority,omitempty"`
}

// Priority says who goes first where a platform takes only so many messages at a time.
type Priority int

const (
	Answers   Priority = iota // to people, and the films that they wait for
	OpsAlerts                 // to those who run the service
	Progress                  // of an order: the next one says more
)

// Button is under a message. It has one of Action, Copy and Link.
type Button struct {
	Label  string      `json:"Label"`
	Action string      `json:"Action"` // comes back when it is pressed; at most 64 bytes
	Copy   string      `json:"Copy"`   // goes to the clipboard; at most 256 characters
	Link   string      `json:"Link"`
	Style  ButtonStyle `json:"Style,omitempty"`
}

// ButtonStyle is how a button stands out, where a platform shows it. The values are words that platforms
// have for it.
type ButtonStyle string

const (
	Primary ButtonStyle = "primary" // the press buys something
	Danger  ButtonStyle = "danger"  // the press takes something back or deletes it
)

// ChatsShop stands for the shop that a chat is bound to, in an OutgoingMessage whose change makes it.
const ChatsShop = -1

// OutgoingMessage is a message that was decided on and must be sent, once.
type OutgoingMessage struct {
	ID int64 `json:"ID"`
	Message
	Edit string `json:"Edit"` // replaces this message of ours instead of sending a new one
	// a pressed button's name: Text is shown as a short notice (Alert: until it is closed)
	Answer string `json:"Answer"`
	Alert  bool   `json:"Alert"`
	Draft  int64  `json:"Draft"` // it is this draft's question
	// with Cut: the short itself is sent again; without: its photo goes along, if that can be
	Order int64 `json:"Order"`
	Cut   int   `json:"Cut"`
	// the shop whose NewLogo must be kept first, or ChatsShop; Text is what is said then
	Logo  int64     `json:"Logo"`
	Track int64     `json:"Track"` // the same for its NewTrack
	Made  time.Time `json:"Made"`
	Part  *SentPart `json:"Part,omitempty"` // of a short that is sent again; nil: nothing is done yet

	// Callback is what the address of Order's callback is told of its Cut: one of the names of OrderEvent. Empty: it is
	// a message to a chat.
	Callback string `json:"Callback,omitempty"`
}

// Apart reports whether a message has a job of its own: it waits for no other message of its chat, and none for it.
func (s OutgoingMessage) Apart() bool { return s.Answer != "" || s.Track != 0 }

// SentPart is what is done already of sending a short again.
type SentPart struct {
	Cut     int    `json:"cut"`     // which one it is
	Receipt string `json:"receipt"` // as in pipeline.Partial
}

// Change is everything that one update leads to.
type Change struct {
	Key         string // of the update; empty: it can't come twice
	Chat        Chat   // as it shall be; Version is that which was read
	Shop        *Shop  // to be written; ID 0 makes a new one, which Chat becomes bound to
	Invite      string // is used up
	NewCode     *Invite
	Credential  *Credential // is written
	EndSessions bool        // every link and session of the chat's shop ends; tokens stay
	Drafts      []Draft     // written as they are here
	Drop        []int64     // drafts that end
	Place       []pipeline.Order
	// most orders that the shop may have in its month with these, as OrdersInPeriod counts; 0: no limit
	Limit    int
	Month    time.Time // when that month began
	Moves    []Moved
	Messages []OutgoingMessage
	MovedTo  string      // the chat has a new id: everything of it goes along
	Audit    *AuditEntry // an admin did it: noted with it
	Flag     *Flag       // is set
	Open     *Incident   // is written down with it, unless one of its key goes on
	Close    string      // the key of an incident that ends with it: ErrMoved when none of that key goes on
}

// Moved is an order's change within a Change.
type Moved struct {
	Order pipeline.Order
	Move  pipeline.Move
}

// Store keeps it. Every method is one transaction, as in pipeline.Store. Who uses it says which of it: see the Store of
// conversation, outbox, admin and ops.
type Store interface {
	Chats
	Messages
	Orders
	Presence
}

// Chats are the store of chats, with what changes there.
type Chats interface {
	// Chat reads a chat. An unknown one has version 0 and no error.
	Chat(ctx context.Context, platform, id string) (Chat, error)
	// Shop reads a shop. pipeline.ErrNotFound.
	Shop(ctx context.Context, id int64) (Shop, error)
	// Invite reads a code, used or not. pipeline.ErrNotFound.
	Invite(ctx context.Context, code string) (Invite, error)
	// Drafts lists a chat's drafts that end after t, oldest first.
	Drafts(ctx context.Context, platform, chat string, t time.Time) ([]Draft, error)
	// Draft reads one. pipeline.ErrNotFound.
	Draft(ctx context.Context, id int64) (Draft, error)

	// Commit writes a change: all of it or nothing. It returns the placed orders, in their order; one
	// whose Source is there already is returned as it is. ErrSeen; a *pipeline.PurgedError for a Source whose order is
	// kept no longer; pipeline.ErrMoved when the chat,
	// the shop, an order or the invite has changed since it was read, or the month's Limit
	// is passed: read again and decide again.
	// Each written draft that has a Due is looked at then (storage.Handlers.Draft).
	Commit(ctx context.Context, c Change) ([]pipeline.Order, error)
}

// Messages are the store of what is to be sent.
type Messages interface {
	// Claim takes a message that wasn't sent, for as long as it may take; no other process gets it until then. Those
	// of a chat have their turn by their Priority, and then as they were written. A *WaitError when it isn't its turn;
	// pipeline.ErrNotFound when it is done with. Those that are Apart wait for no other.
	Claim(ctx context.Context, id int64, limit time.Duration) (OutgoingMessage, error)
	// ReleaseMessage gives a claimed message back: it may be claimed again from t on, and what comes after it in its
	// chat waits for it. With job it gets a job at t; without, the caller's own job must come back then.
	ReleaseMessage(ctx context.Context, id int64, t time.Time, job bool) error
	// WakePending gives a new job to each message that is its chat's turn and that wasn't tried since before,
	// in case its job is lost. It returns how many.
	WakePending(ctx context.Context, before time.Time) (int, error)
	// MarkPartSent writes the Part of a claimed message down.
	MarkPartSent(ctx context.Context, s OutgoingMessage) error
	// MarkSent closes a message: message is the chat's name for it, empty when it could not be said. The draft whose
	// question it is gets to know the name. The chat's next message gets a job, and is returned for a caller that
	// wants to send it before that job comes; 0: there is none.
	MarkSent(ctx context.Context, id int64, message string) (next int64, err error)
}

// Orders are the store of orders as their people see them.
type Orders interface {
	// ByMessage finds the order, of a chat's last 900, whose photo message, progress line or delivered short is called
	// so; a short that was sent again counts as well. What stands behind a space in a line's name doesn't matter. The
	// size is that of the short, nil when the message is none. pipeline.ErrNotFound.
	ByMessage(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error)
	// Recent lists the newest orders of a chat, newest first, at most limit.
	Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error)
	// Order reads one order. pipeline.ErrNotFound; pipeline.ErrPurged once it was compacted (Admin).
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	// Short reads an order with the newest cut of a size that has a short; one that was taken back before it came
	// to a person counts for nothing. pipeline.ErrNotFound; pipeline.ErrPurged once its words and files are gone.
	Short(ctx context.Context, order int64, size pipeline.Size) (pipeline.Order, error)
	// OrdersInPeriod counts the shop's orders placed from the month of since on, as it is in Seoul, without those that
	// failed or were cancelled before anything was delivered or bought. With it count the shops that its chats had
	// before those were forgotten.
	OrdersInPeriod(ctx context.Context, shop int64, since time.Time) (int, error)
	// Former is the shop that a chat had when that was forgotten, 0 for none. It is known for a month.
	Former(ctx context.Context, platform, chat string) (int64, error)
	// Refused counts a chat's orders placed since t whose photo was refused, forgotten ones too.
	Refused(ctx context.Context, platform, chat string, since time.Time) (int, error)
	// TrackInUse reports whether an order of the shop that has its files still has a cut with this piece of music.
	TrackInUse(ctx context.Context, shop int64, track string) (bool, error)
	// MedianStepTimes is how long each step took lately: the median over the last delivered orders. A paid step
	// counts from its call: the hours in which the budget held it back say nothing of how long it takes. A step that
	// no order has been through is missing.
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
}

// MaxRefused is how many photos of a chat may be refused in a day. Each is paid for, and a provider suspends an account
// that sends it too many.
const MaxRefused = 3

// FirstLine is how long the progress line of an order is left to the process that has placed it, unless that one is
// known to be gone.
const FirstLine = 90 * time.Second

// Presence is the store of who is there: the service, its processes, and chats.
type Presence interface {
	// Lease makes holder the one who does what name says for the time ttl, unless another process is at it;
	// who asks again keeps it. It reports whether holder has it.
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	// Heartbeat writes down that the service is there.
	Heartbeat(ctx context.Context) error
	// LastHeartbeat is when that was last written down; zero: never.
	LastHeartbeat(ctx context.Context) (time.Time, error)
	// Active lists the chats that were heard from since t and that we can write to.
	Active(ctx context.Context, since time.Time) ([]Chat, error)
	// Chats lists the chats of a platform whose ids begin with prefix.
	Chats(ctx context.Context, platform, prefix string) ([]Chat, error)
	// LookedBack writes down that a chat's messages were looked through up to t. An earlier t changes nothing.
	LookedBack(ctx context.Context, platform, chat string, t time.Time) error
	// Unfinished lists the orders of a chat that are open or parked, oldest first.
	Unfinished(ctx context.Context, platform, chat string) ([]pipeline.Order, error)

	// PurgeExpired forgets the updates that were seen, the messages that were closed, and the drafts, leases and
	// credentials that ended before t. A platform must not send an update again that long after. Codes that ended a
	// month before t, chats without a shop in which nothing was heard for a month before t, and what admins did a year
	// before t are forgotten as well.
	PurgeExpired(ctx context.Context, before time.Time) error
}
