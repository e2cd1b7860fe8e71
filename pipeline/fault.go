package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Kind says what an error means for the work, not what it is.
type Kind int

const (
	// Transient: certainly not done, worth another try later.
	Transient Kind = iota + 1
	// Rejected: the person's photo or words; trying again changes nothing.
	Rejected
	// Misconfigured: our key, our balance, our template; an operator must act.
	Misconfigured
	// Indeterminate: the request may have been done; it isn't known.
	Indeterminate
)

func (k Kind) String() string {
	return [...]string{"none", "transient", "rejected", "misconfigured", "indeterminate"}[k]
}

// Fault is an error that an adapter has classified. Adapters never retry: the pipeline decides.
type Fault struct {
	Kind        Kind
	Reason      Reason        // what a person is told if this ends the order
	RetryAfter  time.Duration // the other side asked to be left alone for so long; 0 if it did not
	MaxAttempts int           // most tries that this fault is worth; 0 leaves it to the pipeline
	RateLimited bool          // only a limit was met: waiting for it isn't a failed try
	Booked      bool          // the request has a place of its own after RetryAfter: asking again is in vain before
	Err         error         // the chain for operators; holds no secret
	// Service is whom the error came from, as in Trouble. Adapters may leave it to the pipeline.
	Service string
	// Answered says of an Indeterminate start that the provider has answered, with an error that doesn't tell
	// whether the work was begun. It has failed there, as far as can be seen.
	Answered bool
}

func (f *Fault) Error() string { return fmt.Sprintf("%v (%s, %s)", f.Err, f.Kind, f.Reason) }
func (f *Fault) Unwrap() error { return f.Err }

// AsFault finds the Fault in err's chain, or makes one: an unclassified error is indeterminate,
// since it may have happened after the other side did the work.
func AsFault(err error) *Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return &Fault{Kind: Indeterminate, Reason: ReasonTrouble, Err: err}
}

// ServiceBlobs stands for the store of files in Trouble.Service.
const ServiceBlobs = "blobs"

// from names whom an error came from, unless the error does so itself. nil stays nil.
func from(service string, err error) error {
	if err == nil {
		return nil
	}
	f := *AsFault(err)
	f.Service = cmp.Or(f.Service, service)
	return &sourced{&f, err}
}

// sourced is an error with its Fault, in which its source stands.
type sourced struct {
	fault *Fault
	error
}

func (e *sourced) Unwrap() []error { return []error{e.fault, e.error} }

// Reason chooses the phrase that a person reads. Every one that Reasons lists has one in every language.
type Reason string

const (
	ReasonNone        Reason = ""
	ReasonPhotoGone   Reason = "photo_gone"   // deleted or expired on the platform
	ReasonPhotoEmpty  Reason = "photo_empty"  // 0 bytes
	ReasonPhotoBroken Reason = "photo_broken" // starts like a picture, can't be read to its end
	ReasonNotPhoto    Reason = "not_photo"    // not a picture at all
	ReasonPhotoKind   Reason = "photo_kind"   // a picture of a kind that we don't read (GIF, BMP, TIFF …)
	ReasonPhotoHeavy  Reason = "photo_heavy"  // too many bytes
	ReasonPhotoLarge  Reason = "photo_large"  // too many pixels
	ReasonPhotoSmall  Reason = "photo_small"  // too few pixels
	// ReasonPhotoUnopened: opening it takes more memory or time than a picture may, or has killed who opened it.
	ReasonPhotoUnopened Reason = "photo_unopened"

	ReasonPhotoRefused Reason = "photo_refused"  // the provider's moderation said no to the picture
	ReasonPhotoText    Reason = "photo_text"     // no good clip came of it; usually lettering in the photo
	ReasonDishChanged  Reason = "dish_changed"   // the clip shows another dish; only Order.Fallback has it
	ReasonTrouble      Reason = "trouble"        // our side; an operator looks at it
	ReasonBusy         Reason = "busy"           // the provider has been down or full for long
	ReasonOutOfCredits Reason = "out_of_credits" // operator: the provider's balance is empty
	ReasonSetup        Reason = "setup"          // operator: key, template or address is wrong
	ReasonUnknownStart Reason = "unknown_start"  // operator: a paid start may have happened
	ReasonTemplate     Reason = "template"       // operator: the template ignores part of what we send
	ReasonUnfit        Reason = "unfit"          // operator: what was made isn't as ordered, or phones don't play it
	ReasonCantDeliver  Reason = "cant_deliver"   // the chat can't be reached
	// ReasonMaybeDelivered: whether the chat has the short can't be told. An open order with it is delivered
	// once more, a parked one waits for a person who looks into the chat.
	ReasonMaybeDelivered Reason = "maybe_delivered"
	// ReasonRestored: it was under way at the backup that the database was restored from. What was done since isn't
	// known.
	ReasonRestored Reason = "restored"
	ReasonPaused   Reason = "paused" // an admin has stopped paid work; it goes on by itself
	ReasonBudget   Reason = "budget" // today's credits are spent; it goes on tomorrow
	// ReasonTurn: its provider runs as much at once as it may. Only an open order has it, and its person isn't told.
	ReasonTurn Reason = "turn"

	// The questions about a photo that no good video is likely to come of: its order waits for its person's answer.
	ReasonAskDark      Reason = "ask_dark"      // hardly anything can be seen
	ReasonAskBlurred   Reason = "ask_blurred"   // nothing in it is sharp
	ReasonAskTiny      Reason = "ask_tiny"      // it has few pixels
	ReasonAskLettering Reason = "ask_lettering" // it is mostly lettering: a menu board, a screenshot
	ReasonAskNoDish    Reason = "ask_no_dish"   // there is nothing in it
)

// Reasons lists every reason that a person may be told, for tests of the phrases.
func Reasons() []Reason {
	return []Reason{
		ReasonPhotoGone, ReasonPhotoEmpty, ReasonPhotoBroken, ReasonNotPhoto, ReasonPhotoKind,
		ReasonPhotoHeavy, ReasonPhotoLarge, ReasonPhotoSmall, ReasonPhotoUnopened, ReasonPhotoRefused, ReasonPhotoText,
		ReasonTrouble, ReasonBusy, ReasonOutOfCredits, ReasonSetup, ReasonUnknownStart,
		ReasonTemplate, ReasonUnfit, ReasonCantDeliver, ReasonMaybeDelivered, ReasonRestored, ReasonPaused,
		ReasonBudget,
		ReasonAskDark, ReasonAskBlurred, ReasonAskTiny, ReasonAskLettering, ReasonAskNoDish,
	}
}
