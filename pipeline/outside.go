package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrMoved says that the order has changed since it was read. Read it again and look.
var ErrMoved = errors.New("order has moved")

// ErrNotFound says that there is no such order.
var ErrNotFound = errors.New("not found")

// ErrPurged says that an order is past its keeping time: nothing but its sums is left of it. It matches ErrNotFound
// too.
var ErrPurged = fmt.Errorf("it is kept no longer: %w", ErrNotFound)

// PurgedError says that a Source was placed once, and that nothing but the sums of its order is left. It matches
// ErrPurged.
type PurgedError struct{ Source string }

func (e *PurgedError) Error() string { return "an order that was placed before: " + ErrPurged.Error() }

// Unwrap makes it match ErrPurged.
func (e *PurgedError) Unwrap() error { return ErrPurged }

// Store keeps orders, their history, the ledger and the queue. Every method is one transaction:
// when it returns nil, all of it survives a crash; when it returns an error, none of it happened,
// or it is not known whether it did (a lost commit) and the caller must read again.
type Store interface {
	// Place takes a new order in as version 1, with its first wakeup due at o.Due. One Source is one order:
	// a second call with the same Source returns the order that is there, and false. A *PurgedError when that order is
	// kept no longer.
	Place(ctx context.Context, o Order) (Order, bool, error)

	// Order reads one order with its current cut. ErrNotFound, ErrPurged.
	Order(ctx context.Context, id int64) (Order, error)

	// Move writes o over the row that still has o.Version, and returns it with the next version.
	// ErrMoved when the row has another version by now; nothing is written then. A *HeldError when m.Reserve
	// is refused.
	Move(ctx context.Context, o Order, m Move) (Order, error)

	// Postpone sets Due and Progress of an order that is still at o.Version, without a new version.
	// ErrMoved as in Move.
	Postpone(ctx context.Context, o Order) error

	// SaveStatusRef writes down the chat's name for the order's progress line, which was called was when it was told.
	// It doesn't change the version. ErrMoved, and the name stays, when it has yet another one by now: another
	// process has begun a line of newer news. The same name may be written again.
	SaveStatusRef(ctx context.Context, id int64, was, ref string) error

	// Wake sets a fresh wakeup, due now, for an order that is open. It may be called at any time.
	Wake(ctx context.Context, id int64) error

	// Overdue lists open orders whose Due is before t, the longest overdue first, at most limit.
	Overdue(ctx context.Context, t time.Time, limit int) ([]int64, error)

	// Calls lists the ledger's rows of one order, oldest first.
	Calls(ctx context.Context, order int64) ([]Call, error)

	// TakeTurns makes orders that wait for their turn at a step (ReasonTurn) due now, with a fresh wakeup, and gives
	// their numbers: as many as may begin now beside those whose turn has come already. again says after how long the
	// next may begin of those that still wait; 0: a call that ends makes room, or none waits.
	TakeTurns(ctx context.Context, t Turns) (ids []int64, again time.Duration, err error)

	// Throttled notes for all processes that a provider takes less at once than AtOnce says: by more pieces of work,
	// and nothing at all before closed, if that isn't zero. With neither it only says that this is still so. When
	// orders have waited for their turn for a minute and nothing was noted, it is one more again.
	Throttled(ctx context.Context, provider string, more int, closed time.Time) error
}

// Rate is how many requests may be made in any time of so long. The zero Rate is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// Starts is the part of a provider's rate that paid starts may take. Each start is asked for later: the other half is
// left to what finishes orders. They are spread over the time, so that all who wait do so for about as long.
func (r Rate) Starts() Rate {
	parts := max(1, min(3, r.N/6, int(r.Per/time.Second)))
	return Rate{N: r.N / 2 / parts, Per: r.Per / time.Duration(parts)}
}

// StartsLimit names the limit of a provider's paid starts. The limit of all of its requests has the provider's name.
func StartsLimit(provider string) string { return provider + " starts" }

// Turns says how many may begin a step at a provider. With AtOnce a shop that has fewer orders at the step comes first,
// then who was placed first; with Rate who was placed first.
type Turns struct {
	Step     Step
	Provider string
	AtOnce   int  // as in Reservation; 0: Rate is the limit
	Rate     Rate // as in Reservation
}

// Move is what is written together with an order's new state.
type Move struct {
	// Reserve is asked in the same transaction, before anything is written; nil: nothing paid begins.
	Reserve *Reservation

	Calls  []Call // ledger rows by ID; zero fields keep what the row has, a Settled below 0 takes its estimate
	Cut    bool   // the order's cut has changed, or is a new one: write it too
	Older  *Cut   // an earlier cut that has changed; nil: none has
	Wakeup bool   // set a fresh wakeup at Due; the order's older wakeups become stale
	Notify bool   // queue a durable word to the person about the new state
	Note   string // a line in the order's history, for operators
}

// Reservation asks whether a paid call may begin. Calls of all processes begin one after the other under a
// budget, so what each of them finds spent includes what the others have begun.
type Reservation struct {
	Provider string
	Cost     Credits   // of the call that begins, which is among Move.Calls
	Budget   Credits   // most that the provider's calls begun since Since may cost, this one included; 0: no limit
	Since    time.Time // when the budget's day began
	// AtOnce is the most of the provider's calls that may be begun or known, this one included, together with the
	// orders that wait for their render: none is begun that would only wait there. It is less where Throttled says so,
	// at the least 1. 0: no limit.
	AtOnce int
	// Rate is how many requests the provider takes: the call takes one of its Starts, unless older orders that wait for
	// their turn need all that there are. Zero: no limit.
	Rate Rate
}

// IsLimited reports whether others' calls decide as well, so that only one may ask at a time.
func (r *Reservation) IsLimited() bool {
	return r != nil && (r.Budget > 0 || r.AtOnce > 0 || r.Rate.N > 0)
}

// HeldError says that a paid call may not begin now. Nothing was written.
type HeldError struct {
	Reason Reason        // ReasonPaused, ReasonBudget or ReasonTurn
	After  time.Duration // when a turn may have come; 0: it isn't known
}

func (e *HeldError) Error() string { return "held back: " + string(e.Reason) }

// Blobs keeps files. Keys are slash-separated lower-case ASCII, at most 200 bytes, made by us.
// Put may be called again with the same key: the last content wins, and readers see the
// old or the new one whole. A missing key is fs.ErrNotExist.
type Blobs interface {
	// Put stores r under key; when it returns nil the blob survives a crash.
	Put(ctx context.Context, key, contentType string, r io.Reader) error
	// Open reads a blob; the caller closes it.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete removes a blob; a missing one is no error.
	Delete(ctx context.Context, key string) error
	// Link makes an address from which others can fetch the blob for at least ttl.
	Link(ctx context.Context, key string, ttl time.Duration) (Link, error)
}

// UnsyncedBlobs is a Blobs that can write over a small file without waiting until it would survive a power cut: after
// one it may be missing, empty, as it was before or some of both. A process that is killed loses nothing, but a longer
// former content may still show its rest behind the new one.
type UnsyncedBlobs interface {
	PutUnsynced(ctx context.Context, key, contentType string, r io.Reader) error
}

// Link is an address of a blob.
type Link struct {
	URL string // a secret if it carries a signature: never log it
	// Head reports whether HEAD answers as GET does, without redirects: providers may ask that first.
	// A presigned S3 link signs the method, so it doesn't.
	Head bool
	// Public reports whether a provider on the internet can reach it. Links to a loopback address aren't.
	Public bool
}

// Results opens a provider's result. It refuses hosts that aren't on its list, addresses inside
// our own network, redirects away, bodies over the limit (with an error while reading) and silence.
type Results interface {
	Open(ctx context.Context, url string) (io.ReadCloser, error)
}

// Finisher looks at what a renderer returned, and gives the copy that is delivered: it reads from file. A Fault with
// ReasonUnfit says in what the file isn't as it was ordered.
type Finisher func(ctx context.Context, file io.ReadSeeker, of Ordered) (io.Reader, error)

// ClipPreparer reads a clip, and may have it play slower than it came.
type ClipPreparer func(file io.ReadSeeker) (Clip, error)

// Clip is a provider's clip as its file says, which may be another than was asked for.
type Clip struct {
	W, H    int       // as it is shown
	Seconds float64   // for how long it plays: in Slower, if there is one
	Slower  io.Reader // the same pictures at another speed, read from the file; nil: it stays as it came
}

// Ordered is what a renderer was asked for.
type Ordered struct {
	Size    Size
	Seconds float64 // of CutRequest
	Clip    bool    // it shows a clip, which AI has made
	Music   bool
	Title   string // what is to eat
}

// Chat is what the steps need of a messenger. Errors are Faults.
type Chat interface {
	// Photo opens the original. It may be called again.
	Photo(ctx context.Context, o Order) (io.ReadCloser, error)
	// Deliver hands the short over and returns the chat's name for it. A repeat shows it again. A *Partial says
	// that it isn't over: the order is written with that receipt before Deliver is called again.
	Deliver(ctx context.Context, o Order, short io.ReadSeeker) (receipt string, err error)
	// NotifyStatus says how the order stands, in one line that is edited: o.StatusRef names it once it is there.
	// A repeat with nothing new changes nothing.
	NotifyStatus(ctx context.Context, o Order) (StatusRef, error)
}

// Paced is a Chat that takes only so much at a time.
type Paced interface {
	// Turn is how long an order's delivery has to wait before the chat takes it; 0: it may be made at once. Each that
	// has to wait gets a time of its own.
	Turn(o Order) time.Duration
}

// Partial is what Deliver returns when a part of it is done that must not be done twice.
type Partial struct {
	Receipt string // of the cut from now on: a space, and what the adapter needs to go on from there
	Err     error  // a Fault that the rest waits for; nil: it is due at once
}

func (e *Partial) Error() string {
	if e.Err == nil {
		return "delivered in part"
	}
	return e.Err.Error()
}

// Unwrap implements what errors.As asks for.
func (e *Partial) Unwrap() error { return e.Err }

// StatusRef is what came of a NotifyStatus.
type StatusRef struct {
	Ref   string        // the line's name
	Again time.Duration // the line will look different after this, though nothing has happened; 0: it won't
}

// Observer watches what this process does with orders. It must answer at once, and many may call it at once.
type Observer interface {
	// Moved says that a change was written, and how the order stood before it.
	Moved(before, after Order)
	// CallbackHandled says that the work that a callback asks for begins, so long after it came.
	CallbackHandled(after time.Duration)
	// Called says what came of a request to a provider: what is CallStart or CallCheck. Work that a check finds ended
	// without a result counts as a request that failed.
	Called(provider, what string, took time.Duration, err error)
}

// What an Observer hears of as requests.
const (
	CallStart = "start"
	CallCheck = "check"
)
