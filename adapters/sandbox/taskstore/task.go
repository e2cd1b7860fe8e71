package taskstore

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// ErrClosed says that the server is going down and took nothing in.
var ErrClosed = errors.New("sandbox is closed")

// ErrNoCredits says that the account can't pay for a task.
var ErrNoCredits = errors.New("not enough credits")

// State is how far a task is, in words that no provider uses, so that they aren't mistaken for one's.
type State string

const (
	Held      State = "held"    // behind the provider's own limit
	Waiting   State = "waiting" // admitted, no free hand yet
	Rendering State = "filming"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended reports whether nothing will happen to the task any more.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Task is what is written down about one paid request.
type Task struct {
	ID       string          `json:"id"`
	Provider string          `json:"provider"`
	Made     time.Time       `json:"made"`
	State    State           `json:"state"`
	Progress float64         `json:"progress"`
	Ended    time.Time       `json:"ended,omitzero"`
	Code     string          `json:"code,omitempty"`    // of a failure, where the provider has codes
	Failure  string          `json:"failure,omitempty"` // why it failed, in words
	Size     int64           `json:"size,omitempty"`    // bytes of the result
	Credits  float64         `json:"credits"`           // estimate, then the settled price
	Metadata string          `json:"metadata,omitempty"`
	Callback string          `json:"callback,omitempty"` // address to call at the end
	Called   bool            `json:"rung,omitempty"`     // as it is stored
	Fault    standin.Fault   `json:"fault,omitzero"`     // planted by the create request
	Base     string          `json:"base,omitempty"`     // our address as the creator saw it
	Kind     string          `json:"kind,omitempty"`     // of the result's file, by its ending; empty: mp4
	Spec     json.RawMessage `json:"spec,omitempty"`     // the provider's own part
}

// File is the name of the task's result, as links have it.
func (t Task) File() string { return t.ID + "." + t.kind() }

func (t Task) kind() string { return cmp.Or(t.Kind, "mp4") }

// settled reports whether all work on the task is over, callbacks included.
func (t Task) settled() bool { return t.State.Ended() && (t.Callback == "" || t.Called) }

// Shown is the task as others may see it: without its spec, and without the secret at the end of its callback.
func (t Task) Shown() Task {
	t.Spec, t.Callback = nil, Untold(t.Callback)
	return t
}

// Untold is a callback address without its last path segment and its query, which are secrets.
func Untold(callback string) string {
	u, err := url.Parse(callback)
	if callback == "" || err != nil {
		return ""
	}
	u.RawQuery, u.User, u.Path, u.RawPath = "", nil, path.Dir(u.Path), ""
	return u.String()
}

// Failure is an error of a filmer that ends a task the way the provider words it.
type Failure struct{ Code, Message string }

func (f *Failure) Error() string { return f.Message }
