// Package pipeline is the centre of the house: what an order is, the steps that turn a photo
// and a line of text into a short, and the interfaces that those steps need from outside.
//
// The order's row is the truth. Every change is one transaction, fenced by the row's version;
// a paid request is written down before it leaves, and its remote id before anything else is
// done. A provider's callback is a hint: it says where to look, never what is there.
package pipeline

import (
	"slices"
	"time"
)

// Status is how an order stands as a whole.
type Status string

const (
	Open      Status = "open"      // on its way
	Delivered Status = "delivered" // the person has the short
	Failed    Status = "failed"    // it can't be done; the person was told why
	Cancelled Status = "cancelled" // taken back, or given up: its question or its trouble was left alone for too long
	Parked    Status = "parked"    // set aside for an admin
)

// Order is one person's request, with the number that they see. Its tags are the names in checkpoints.
type Order struct {
	ID      int64     `json:"ID"`
	Source  string    `json:"Source"` // unique name of the message that it came from: one message is one order
	Shop    int64     `json:"Shop"`   // whose it is; 0: no shop's
	Thread  Thread    `json:"Thread"`
	Maker   string    `json:"Maker"` // what the platform calls the person who asked for it; hostile, may be empty
	Photo   Photo     `json:"Photo"`
	Placed  time.Time `json:"Placed"`
	Changed time.Time `json:"Changed"`

	Status          Status    `json:"Status"`
	Since           time.Time `json:"Since"` // when it came to this step
	Step            Step      `json:"Step"`
	Phase           Phase     `json:"Phase"`
	Version         int64     `json:"Version"`         // grows by one with each change; the fence of every write
	Due             time.Time `json:"Due"`             // when it must be looked at again, at the latest
	Wakeup          int64     `json:"Wakeup"`          // number of the one queued job that will look; others are stale
	WakeupAt        time.Time `json:"WakeupAt"`        // when that job was set to run; it may come back later
	Attempt         int       `json:"Attempt"`         // how often this step has failed in passing
	UnknownRestarts int       `json:"UnknownRestarts"` // unknown paid starts that were made once more, over all steps
	Reason          Reason    `json:"Reason"`          // why it failed, was parked or waits; what a person is told
	Detail          string    `json:"Detail"`          // the same for an operator; never holds a secret
	Trouble         Trouble   `json:"Trouble"`         // why its step is tried again; zero: it isn't

	PhotoKey string  `json:"PhotoKey"` // blob: the prepared photo
	ClipKey  string  `json:"ClipKey"`  // blob: the clip
	Call     string  `json:"Call"`     // id of the request that this step has begun; empty outside of one
	Remote   string  `json:"Remote"`   // the provider's id for it; empty while it isn't known
	Progress float64 `json:"Progress"` // what the provider said last, 0..1

	Cut       Cut    `json:"Cut"`
	Cuts      int    `json:"Cuts"`      // how many there have been, taken back ones too; 0 while there is one
	Shown     int    `json:"Shown"`     // the last cut that was delivered; 0: none was
	StatusRef string `json:"StatusRef"` // the chat's name for the progress line; empty while there is none

	// Fallback says why the order's shorts show the photo itself, with a gentle zoom, and not a clip; empty: they
	// show the clip.
	Fallback Reason `json:"Fallback"`

	Framing Framing `json:"Framing"` // of the prepared photo

	// Traceparent is the W3C trace context of the span that took the order in; empty: the order isn't traced.
	Traceparent string `json:"Traceparent"`

	// PlacedBy is the process that has placed the order: it opens the photo and begins the progress line. Empty once it
	// is known to be gone.
	PlacedBy string `json:"PlacedBy"`

	// Callback is the https address that the program which ordered is told at how the order ended; empty: none. It
	// comes from outside and may carry a secret: never log it.
	Callback string `json:"Callback"`
}

// Trouble is why a step is tried again. A parked order keeps whom it waits for.
type Trouble struct {
	Since   time.Time `json:"Since"` // of the first failure in a row; zero: none
	Reason  Reason    `json:"Reason"`
	Service string    `json:"Service"` // whom the order waits for: a provider, a platform or ServiceBlobs; or empty
}

// Cut is one edit of an order: words, look, music and size make one short.
type Cut struct {
	N        int    `json:"N"` // 1, 2, … within the order
	Words    Words  `json:"Words"`
	Look     string `json:"Look"`
	Music    string `json:"Music"` // a built-in piece, or the blob key of the shop's own
	Size     Size   `json:"Size"`
	ShortKey string `json:"ShortKey"` // blob: the short; empty until it is rendered
	Receipt  string `json:"Receipt"`  // the chat's name for the delivered short, then what the adapter needs
}

// Size is the shape of what a cut becomes.
type Size string

const (
	Tall   Size = ""       // a film of 9:16, for Shorts, Reels and TikTok
	Square Size = "square" // a film of 1:1, for feeds
	Still  Size = "still"  // a picture of 4:5 with menu and price, made of the photo itself
)

// Sizes lists them; the first is what an order begins with.
func Sizes() []Size { return []Size{Tall, Square, Still} }

// Words is the text that stands on a short, exactly as the person meant it.
type Words struct {
	Menu    string   `json:"menu"`
	Price   string   `json:"price"`             // display text: 18,000원
	Won     int      `json:"won"`               // the price that is shown first; 0 is a market price
	Regular int      `json:"regular,omitempty"` // the price before a discount
	Options []Option `json:"options,omitempty"`
	Sticker string   `json:"sticker,omitempty"` // 신메뉴, 오늘만: only if the person wrote it
	Shop    string   `json:"shop,omitempty"`    // display name
	Logo    string   `json:"logo,omitempty"`    // blob key
}

// Equal reports whether two shorts would read the same.
func (w Words) Equal(x Words) bool {
	return w.Menu == x.Menu && w.Price == x.Price && w.Won == x.Won && w.Regular == x.Regular &&
		w.Sticker == x.Sticker && w.Shop == x.Shop && w.Logo == x.Logo && slices.Equal(w.Options, x.Options)
}

// Option is a size or variant with its own price.
type Option struct {
	Name string `json:"name"`
	Won  int    `json:"won"`
}

// Thread is where to answer. The fields mean what the platform's adapter says they mean.
type Thread struct {
	Platform string `json:"platform"` // its Name: see bot.Platform
	Chat     string `json:"chat"`
	Topic    string `json:"topic,omitempty"`   // part of the chat: a forum topic, a thread
	Message  string `json:"message,omitempty"` // to reply to
	User     string `json:"user,omitempty"`    // who asked
	Lang     string `json:"lang,omitempty"`    // ko or en
}

// Photo names the original picture to the platform that has it.
type Photo struct {
	Ref string `json:"ref"`
	// the same for the same picture sent twice; empty if the platform can't tell
	Unique string `json:"unique,omitempty"`
	Name   string `json:"name,omitempty"`  // file name as given; hostile
	Bytes  int64  `json:"bytes,omitempty"` // as the platform says; 0 if it doesn't
	// how often it was begun to be opened, and nothing was heard of it again; 1 as soon as it is placed: see opening
	Opened int `json:"opened,omitempty"`
}

// Step is one stage of an order's way.
type Step string

const (
	Fetch   Step = "fetch"   // get the photo, prepare it, keep it
	Animate Step = "animate" // photo → clip, for money
	Render  Step = "render"  // clip + words → short, for money
	Deliver Step = "deliver" // hand the short over
)

// Phase is where an order stands within its step.
type Phase string

const (
	Ready   Phase = "ready"   // nothing is under way; Due is the earliest time after a back-off
	Begun   Phase = "begun"   // written down, may have left; Due is when its silence means unknown
	Waiting Phase = "waiting" // the remote id is known; Due is the next time to ask
	Unknown Phase = "unknown" // may have been done, it isn't known; Due is the end of the grace time
)

// CallState is the state of one paid call in the ledger.
type CallState string

const (
	CallBegun    CallState = "begun"    // written down before it leaves
	CallVoid     CallState = "void"     // certainly not accepted: costs nothing
	CallKnown    CallState = "known"    // accepted, its remote id is written down
	CallSettled  CallState = "settled"  // ended; Settled is what it cost
	CallRefunded CallState = "refunded" // ended without a result and without cost
	CallUnknown  CallState = "unknown"  // its answer was lost
)

// Credits counts a provider's credits in hundredths, so that sums stay exact.
type Credits int64

// Call is one row of the ledger: a paid request.
type Call struct {
	ID        string // ours, unguessable; the provider echoes it where it can
	Order     int64
	Cut       int
	Step      Step
	Provider  string
	State     CallState
	Remote    string
	Estimated Credits
	Settled   Credits
	Begun     time.Time
	Ended     time.Time // zero while it is open
	Note      string    // what an operator should know of it; empty: nothing
}

// Event is one line of an order's history: the state that a change led to.
type Event struct {
	At      time.Time
	Version int64
	Status  Status
	Step    Step
	Phase   Phase
	Attempt int
	Note    string // for operators: what happened, without secrets
}
