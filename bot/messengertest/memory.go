package messengertest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Memory is a platform in memory. It is a World itself: its first chat.
type Memory struct {
	*room
	Every time.Duration // what Pace says
	Most  int64         // what MaxBytes says

	mu     sync.Mutex
	made   int
	rooms  []*room
	files  map[string][]byte
	faults []error
	open   int64 // photos
}

// room is a chat with a person in it.
type room struct {
	in      *Memory
	chat    string
	blocked bool
	shown   map[string]Seen
	order   []string // of the messages
	edits   int
	notices map[string]string
}

// NewMemory makes a platform with an empty chat.
func NewMemory() *Memory {
	m := &Memory{Every: 4 * time.Second, Most: 50 << 20, files: map[string][]byte{}}
	m.room = m.addRoom()
	return m
}

// addRoom adds a chat.
func (m *Memory) addRoom() *room {
	r := &room{
		in: m, chat: "-10" + strconv.Itoa(len(m.rooms)), shown: map[string]Seen{}, notices: map[string]string{},
	}
	m.rooms = append(m.rooms, r)
	return r
}

var _ bot.Messenger = (*Memory)(nil)

var _ World = (*Memory)(nil)

// Fail makes the next requests fail, one after the other.
func (m *Memory) Fail(faults ...error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = append(m.faults, faults...)
}

// Ours are the messages of ours that are there, oldest first, and how many edits there were.
func (r *room) Ours() (all []Seen, edits int) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	for _, name := range r.order {
		if s, ok := r.shown[name]; ok {
			all = append(all, s)
		}
	}
	return all, r.edits
}

// fault is what the next request meets.
func (m *Memory) fault() error {
	if len(m.faults) == 0 {
		return nil
	}
	err := m.faults[0]
	m.faults = m.faults[1:]
	return err
}

// enter begins a request to a chat. One that isn't there is the first as it was called before.
func (m *Memory) enter(chat string) (*room, error) {
	if err := m.fault(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.rooms, func(r *room) bool { return r.chat == chat })
	switch r := m.rooms[max(i, 0)]; {
	case r.blocked:
		return nil, &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: errors.New("blocked"),
		}
	case i < 0:
		return nil, &bot.RenamedChat{To: r.chat}
	default:
		return r, nil
	}
}

func (m *Memory) name() string {
	m.made++
	return strconv.Itoa(m.made)
}

func (r *room) show(t pipeline.Thread, s Seen) string {
	if _, ok := r.shown[t.Message]; ok || r.in.files[t.Message] != nil {
		s.ReplyTo = t.Message
	}
	name := r.in.name()
	r.shown[name] = s
	r.order = append(r.order, name)
	return name
}

// Send implements bot.Messenger.
func (m *Memory) Send(_ context.Context, msg bot.Message) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.enter(msg.Thread.Chat)
	if err != nil {
		return "", err
	}
	return r.show(msg.Thread, Seen{Text: msg.Text, Buttons: msg.Buttons}), nil
}

// Edit implements bot.Messenger.
func (m *Memory) Edit(_ context.Context, message string, msg bot.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.enter(msg.Thread.Chat)
	if err != nil {
		return err
	}
	s, ok := r.shown[message]
	if !ok {
		return bot.ErrGone
	}
	r.edits++
	s.Text, s.Buttons = msg.Text, msg.Buttons
	r.shown[message] = s
	return nil
}

// Media implements bot.Messenger.
func (m *Memory) Media(ctx context.Context, x bot.Media) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.enter(x.Thread.Chat)
	if err != nil {
		return "", err
	}
	data, file, err := m.keep(x.File, x.Data)
	if err != nil {
		return "", err
	}
	s := Seen{Text: x.Text, Buttons: x.Buttons, Picture: data}
	if !x.Still {
		s.Picture, s.Video, s.W, s.H, s.Duration = nil, data, x.W, x.H, x.Duration
	}
	if x.Posters != nil {
		s.Thumb = x.Posters(ctx).Thumb
	}
	return r.show(x.Thread, s) + " " + file, nil
}

// keep returns the copy that the platform has, or makes one.
func (m *Memory) keep(file string, r io.Reader) (data []byte, name string, err error) {
	if data := m.files[file]; data != nil {
		return data, file, nil
	}
	if data, err = io.ReadAll(r); err != nil {
		return nil, "", err
	}
	name = "file" + m.name()
	m.files[name] = data
	return data, name, nil
}

// Answer implements bot.Messenger.
func (m *Memory) Answer(_ context.Context, notice, text string, _ bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fault(); err != nil {
		return err
	}
	i := slices.IndexFunc(m.rooms, func(r *room) bool { _, pressed := r.notices[notice]; return pressed })
	m.rooms[max(i, 0)].notices[notice] = text
	return nil
}

// Photo implements bot.Messenger.
func (m *Memory) Photo(_ context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.enter(m.chat); err != nil {
		return nil, err
	}
	data, ok := m.files[p.Ref]
	if !ok {
		return nil, &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoGone, Err: errors.New("no such file"),
		}
	}
	m.open++
	return &openPhoto{bytes.NewReader(data), m}, nil
}

type openPhoto struct {
	*bytes.Reader
	from *Memory
}

func (p *openPhoto) Close() error {
	p.from.mu.Lock()
	defer p.from.mu.Unlock()
	p.from.open--
	return nil
}

// Open counts the photos that were opened and not closed.
func (m *Memory) Open() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open
}

// Pace implements bot.Messenger.
func (m *Memory) Pace(string) time.Duration { return m.Every }

// MaxBytes implements bot.Messenger.
func (m *Memory) MaxBytes(still bool) int64 {
	if still {
		return min(m.Most, 10_000_000)
	}
	return m.Most
}

// Platform implements bot.Messenger.
func (m *Memory) Platform() bot.Platform { return bot.Platform{Name: "memory"} }

// Messenger implements World.
func (r *room) Messenger() bot.Messenger { return r.in }

// Other implements World.
func (r *room) Other(*testing.T) World {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	return r.in.addRoom()
}

// Thread implements World.
func (r *room) Thread(*testing.T) pipeline.Thread {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	name := r.in.name()
	r.in.files[name] = []byte{} // it is there, and nothing to see
	return pipeline.Thread{Platform: "memory", Chat: r.chat, Message: name, User: "1", Lang: "ko"}
}

// Snap implements World.
func (r *room) Snap(_ *testing.T, data []byte) pipeline.Photo {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	name := r.in.name()
	r.in.files[name] = data
	return pipeline.Photo{Ref: name}
}

// Press implements World.
func (r *room) Press(*testing.T, string, string) string {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	name := r.in.name()
	r.notices[name] = ""
	return name
}

// Notice implements World.
func (r *room) Notice(_ *testing.T, notice string) string {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	return r.notices[notice]
}

// See implements World.
func (r *room) See(_ *testing.T, message string) (Seen, bool) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	s, ok := r.shown[message]
	return s, ok
}

// Delete implements World.
func (r *room) Delete(_ *testing.T, message string) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	delete(r.shown, message)
	delete(r.in.files, message)
}

// Block implements World.
func (r *room) Block(*testing.T) {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	r.blocked = true
}

// Rename implements World.
func (r *room) Rename(*testing.T) string {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	r.chat += "1"
	return r.chat
}
