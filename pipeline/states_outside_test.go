package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// outside is everything that an order can meet in one change. What is zero goes well.
type outside struct {
	Store // nil: what isn't below is not to be called
	Blobs

	err       error // of what the change asks for: a photo, a start, a check, a delivery
	photo     error // of preparing the photo
	result    error // of fetching a result
	unfit     error // of looking at it
	changed   string
	always    bool // CLIP_FALLBACK
	warnings  []string
	progress  Progress
	paidSoFar int
	held      Reason
	busyChat  time.Duration

	ledger []string // what the change wrote there
}

func (x *outside) Move(_ context.Context, o Order, m Move) (Order, error) {
	if m.Reserve != nil && x.held != "" {
		return Order{}, &HeldError{Reason: x.held}
	}
	for _, c := range m.Calls {
		x.ledger = append(x.ledger, fmt.Sprintf("%s %s", c.Step, c.State))
	}
	o.Version++
	return o, nil
}

func (x *outside) Throttled(context.Context, string, int, time.Time) error { return nil }

func (x *outside) Postpone(context.Context, Order) error { return nil }

func (x *outside) TakeTurns(context.Context, Turns) ([]int64, time.Duration, error) {
	return nil, 0, nil
}

func (x *outside) Order(context.Context, int64) (Order, error) {
	return Order{}, ErrNotFound // for what the process does beside the change
}

func (x *outside) Calls(context.Context, int64) ([]Call, error) {
	both := []Call{{Step: Animate, Cut: 1, Remote: "r"}, {Step: Render, Cut: 1, Remote: "r"}}
	return slices.Repeat(both, x.paidSoFar), nil
}

func (x *outside) Put(context.Context, string, string, io.Reader) error { return nil }

func (x *outside) Link(_ context.Context, key string, _ time.Duration) (Link, error) {
	return Link{URL: "https://files.example/" + key, Head: true, Public: true}, nil
}

func (x *outside) Open(context.Context, string) (io.ReadSeekCloser, error) {
	return struct {
		io.ReadSeeker
		io.Closer
	}{strings.NewReader("\x00\x00\x00\x18ftypmp42"), io.NopCloser(nil)}, nil
}

// results is an outside's Results, whose Open has another signature than that of Blobs.
type results struct{ *outside }

func (x results) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("\x00\x00\x00\x18ftypmp42")), x.result
}

// asked is an outside's Animator, Renderer and Chat.
type asked struct{ *outside }

func (asked) Name() string { return "runway" }

func (asked) ClipTerms() ClipTerms { return ClipTerms{} }

func (asked) CutTerms() CutTerms { return CutTerms{} }

func (x asked) StartClip(context.Context, ClipRequest) (Started, error) {
	return Started{Remote: "r1", Warnings: x.warnings}, x.err
}

func (x asked) StartCut(context.Context, CutRequest) (Started, error) {
	return Started{Remote: "r1", Warnings: x.warnings}, x.err
}

func (x asked) Check(context.Context, string) (Progress, error) { return x.progress, x.err }

func (x asked) Photo(context.Context, Order) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(nil)), x.err
}

func (x asked) Deliver(context.Context, Order, io.ReadSeeker) (string, error) { return "9", x.err }

func (x asked) NotifyStatus(context.Context, Order) (StatusRef, error) {
	return StatusRef{}, nil
}

func (x asked) Turn(Order) time.Duration { return x.busyChat }
