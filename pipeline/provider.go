package pipeline

import (
	"context"
	"time"
)

// Provider is an outside service that is paid for its work. Each request is made once; errors are Faults.
type Provider interface {
	// Name is what the ledger, the addresses of callbacks, logs and metrics call it, in lower-case ASCII letters. It
	// is stored: it never changes.
	Name() string
	Checker
}

// Checker asks a provider how far a piece of work is. It costs nothing and may be called at any time.
type Checker interface {
	Check(ctx context.Context, remote string) (Progress, error)
}

// Animator makes a clip from a photo, for money.
type Animator interface {
	Provider
	// ClipTerms are the same at each call.
	ClipTerms() ClipTerms
	// StartClip sends one paid request. Transient means that it was certainly not accepted.
	StartClip(ctx context.Context, r ClipRequest) (Started, error)
}

// ClipTerms are what a clip is like that an Animator makes, and how it is asked for one.
type ClipTerms struct {
	Seconds   int     // length that clips are asked for in, and that a short without one has; more than 0
	Ratio     string  // width:height of its clips where it makes those of no other; empty: those of all photos
	Price     Credits // what a clip is expected to cost until the provider says so; 0: unknown
	Callbacks bool    // it calls back when a clip is done
	Inline    int     // characters that a photo may have that goes along as a data URI
	AtOnce    int     // most clips under way, of all processes; fewer once it lets some wait. 0: no limit
}

// Renderer makes a short from a clip and words, for money.
type Renderer interface {
	Provider
	// CutTerms are the same at each call.
	CutTerms() CutTerms
	// StartCut sends one paid request, as StartClip does.
	StartCut(ctx context.Context, r CutRequest) (Started, error)
}

// CutTerms are what a short is like that a Renderer makes, and how it is asked for one.
type CutTerms struct {
	Rate Rate // requests that it takes, from all processes; zero: no limit
	// Template reports that tall shorts are made from a template of the operator's: there are no looks to choose from,
	// a short's size and length are the template's, and its clip keeps its speed.
	Template bool
	Ratio    string // width:height of the clip that the Template wants; empty: that of any photo
}

// Account is a Provider that says what is left, and what was used.
type Account interface {
	// Balance is what is left; below 0 it doesn't say.
	Balance(ctx context.Context) (Credits, error)
	// Usage is what was spent from one midnight of UTC to another, by model. nil: it doesn't say.
	Usage(ctx context.Context, from, to time.Time) (map[string]Credits, error)
}

// Providers names those who do the paid steps.
type Providers struct{ Clips, Cuts string }

// Of names who does a paid step.
func (p Providers) Of(s Step) string {
	if s == Animate {
		return p.Clips
	}
	return p.Cuts
}

// ClipRequest is what an Animator needs.
type ClipRequest struct {
	Call     string // ledger id
	Photo    string // https address that answers HEAD, or a data URI
	Ratio    string // width:height of the photo, in which the clip is wanted: 9:16, 3:4, 1:1, 4:3 or 16:9
	Prompt   string // at most 1,000 characters; no menu, price or shop name in it
	Seconds  int
	Seed     uint32
	Callback string // address to call back, for a gateway that can; empty: no callback comes
}

// CutRequest is what a Renderer needs. Links are addresses that the provider can fetch.
type CutRequest struct {
	Call     string // ledger id; goes along as metadata and comes back
	Words    Words
	Look     string
	Size     Size
	Seconds  float64 // length of the clip, or while there is none the one that clips are asked for in
	Clip     string  // empty: the photo is shown instead, with a gentle zoom
	Photo    string  // the prepared photo; what a Still shows
	Framing  Framing // of the photo, and the clip's own size
	Logo     string  // empty: no logo
	Music    string  // empty: no music
	Volume   float64 // of the music; 0 is 1, the piece as it is
	Callback string  // empty: no callback comes
}

// Started is a provider's answer to a paid start.
type Started struct {
	Remote    string
	Estimated Credits
	Warnings  []string // the provider ignored part of the request: an operator's alert
}

// State is how far a provider is.
type State int

const (
	Pending State = iota + 1 // accepted, not begun (queued, throttled)
	Running
	Succeeded
	Broken // ended without a result: Progress.Fault says why
)

// Progress is a provider's answer to a check.
type Progress struct {
	State    State
	Fraction float64 // 0..1 while Running, if the provider tells
	URL      string  // of the result, when Succeeded; short-lived: copy it at once, never log it
	// Throttled: the provider has taken the work, and lets it wait since it runs as much at once as it may.
	Throttled bool
	Ref       string  // our ledger id, where the provider echoes it
	Cost      Credits // settled price at the end; -1 if the provider does not say
	Fault     *Fault  // when Broken
	// Warnings say that the provider ignored part of the request, as in Started.
	Warnings []string
}
