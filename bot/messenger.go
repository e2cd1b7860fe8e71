package bot

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// History is a platform whose messages can be read later.
type History interface {
	// Missed lists what people have written in a chat since t, the oldest first, each with the Key of the update
	// that it was or would have been. until is when the last message of all was written, zero if there is none. It
	// waits when the platform wants it slower. Its error is a Fault.
	Missed(ctx context.Context, chat string, t time.Time) (all []Update, until time.Time, err error)
}

// Messenger sends to one platform. Each method is one request, or a few that belong together; errors
// are pipeline Faults. A chat that can't be reached any more is Rejected with ReasonCantDeliver; a limit
// that was met is Transient and RateLimited, with RetryAfter. A chat that has moved is a *RenamedChat.
type Messenger interface {
	// Send says something and returns the chat's name for it. A reply to a message that is gone is sent
	// without the reply, one to a topic that is gone without the topic.
	Send(ctx context.Context, m Message) (message string, err error)
	// Edit replaces a message of ours. An unchanged one is no error; one that is gone or too old is
	// ErrGone.
	Edit(ctx context.Context, message string, m Message) error
	// Media sends a video or a picture and returns what a Cut keeps as its Receipt: the chat's name for it, and behind
	// a space what Media.File may be the next time. A *pipeline.Partial has a receipt without a name: what is
	// done must not be done again, so it is to be called again with the File of that. A chat that takes none is
	// ErrNoVideo.
	Media(ctx context.Context, m Media) (receipt string, err error)
	// Answer shows a short notice to the person who pressed a button. One that comes too late is no error.
	Answer(ctx context.Context, notice, text string, alert bool) error
	// Photo opens a picture that was sent to us. At most 20 MB come out of it.
	Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error)
	// Pace is how often a line of progress may change in a chat: 0 says at a change of stage only.
	Pace(chat string) time.Duration
	// MaxBytes is how much a picture or a video may have.
	MaxBytes(still bool) int64
	// Platform is where it leads. The name stays the same; a link may be known later.
	Platform() Platform
}

// Media is a video or a picture on its way into a chat.
type Media struct {
	Thread   pipeline.Thread // Message is what it replies to
	Text     string          // plain text below it
	Title    string          // what it is called, for platforms that show it
	Buttons  [][]Button
	File     string        // from an earlier receipt: the platform's own copy, and how far it got; empty: there is none
	Data     io.ReadSeeker // read again from its start by a repeat
	Priority Priority
	Still    bool // a picture in JPEG, else a video in MP4, with what follows

	W, H     int
	Duration time.Duration
	Posters  func(context.Context) Posters // makes them anew each time, out of the photo; nil: there are none
}

// Posters are the pictures that are shown before a video plays. Either may be empty.
type Posters struct {
	Thumb []byte // JPEG, at most 320 pixels a side and 200 kB
	Cover []byte // the same larger, for platforms that show it until the video plays
}

// RenamedChat says that a chat has a new id: the sender must use that one.
type RenamedChat struct{ To string }

func (e *RenamedChat) Error() string { return "chat has a new id" }

// ErrGone says that a message of ours isn't there any more, or can't be edited any more.
var ErrGone = errors.New("message is gone")

// ErrNoVideo says that a chat takes no such files, whatever they weigh. It was not sent.
var ErrNoVideo = errors.New("chat takes no such files")

// ErrUnseen says that a chat took a file and doesn't show it, however often it was asked.
var ErrUnseen = errors.New("chat took the file and doesn't show it")

// Paced is a Messenger that keeps to the pace of a chat.
type Paced interface {
	// Turn is how long a message to a chat had better wait; 0: it is sent at once. Each that waits is told another
	// time.
	Turn(chat string) time.Duration
}

// Members knows who runs a group.
type Members interface {
	// RunsChat reports whether a user is an admin of a group, or of the workspace that it is in. An error says that
	// this can't be known now.
	RunsChat(ctx context.Context, chat, user string) (bool, error)
}

// Marker is a Messenger that can put a mark at the message that an order came from.
type Marker interface {
	// Mark puts a mark in the place of those that were there. What is marked so already, or is gone, is
	// no error.
	Mark(ctx context.Context, t pipeline.Thread, m Mark) error
}

// Mark is how an order stands, as a sign.
type Mark int

const (
	Seen    Mark = iota + 1 // it is being worked on
	Done                    // the short is there
	NotDone                 // it can't be made
	Unmarked
)
