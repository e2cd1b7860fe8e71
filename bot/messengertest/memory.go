package messengertest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Memory is a platform with one chat, in memory.
type Memory struct {
	Every time.Duration // what Pace says
	Most  int64         // what MaxBytes says

	mu      sync.Mutex
	chat    string
	blocked bool
	made    int
	shown   map[string]Seen
	order   []string // of the messages
	edits   int
	files   map[string][]byte
	open    int64
	notices map[string]string
	faults  []error
}

// NewMemory makes an empty chat.
func NewMemory() *Memory {
	return &Memory{
		Every: 4 * time.Second, Most: 50 << 20, chat: "-100",
		shown: map[string]Seen{}, files: map[string][]byte{}, notices: map[string]string{},
	}
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
func (m *Memory) Ours() (all []Seen, edits int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range m.order {
		if s, ok := m.shown[name]; ok {
			all = append(all, s)
		}
	}
	return all, m.edits
}

// enter begins a request to a chat.
func (m *Memory) enter(chat string) error {
	if len(m.faults) > 0 {
		err := m.faults[0]
		m.faults = m.faults[1:]
		return err
	}
	switch {
	case m.blocked:
		return &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: errors.New("blocked")}
	case chat != m.chat:
		return &bot.RenamedChat{To: m.chat}
	}
	return nil
}

func (m *Memory) name() string {
	m.made++
	return strconv.Itoa(m.made)
}

func (m *Memory) show(t pipeline.Thread, s Seen) string {
	if _, ok := m.shown[t.Message]; ok || m.files[t.Message] != nil {
		s.ReplyTo = t.Message
	}
	name := m.name()
	m.shown[name] = s
	m.order = append(m.order, name)
	return name
}

// Send implements bot.Messenger.
func (m *Memory) Send(_ context.Context, msg bot.Message) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(msg.Thread.Chat); err != nil {
		return "", err
	}
	return m.show(msg.Thread, Seen{Text: msg.Text, Buttons: msg.Buttons}), nil
}

// Edit implements bot.Messenger.
func (m *Memory) Edit(_ context.Context, message string, msg bot.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(msg.Thread.Chat); err != nil {
		return err
	}
	s, ok := m.shown[message]
	if !ok {
		return bot.ErrGone
	}
	m.edits++
	s.Text, s.Buttons = msg.Text, msg.Buttons
	m.shown[message] = s
	return nil
}

// Media implements bot.Messenger.
func (m *Memory) Media(ctx context.Context, x bot.Media) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(x.Thread.Chat); err != nil {
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
	return m.show(x.Thread, s) + " " + file, nil
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
	if err := m.enter(m.chat); err != nil {
		return err
	}
	m.notices[notice] = text
	return nil
}

// Photo implements bot.Messenger.
func (m *Memory) Photo(_ context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(m.chat); err != nil {
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
func (m *Memory) Messenger() bot.Messenger { return m }

// Thread implements World.
func (m *Memory) Thread(*testing.T) pipeline.Thread {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := m.name()
	m.files[name] = []byte{} // it is there, and nothing to see
	return pipeline.Thread{Platform: "memory", Chat: m.chat, Message: name, User: "1", Lang: "ko"}
}

// Snap implements World.
func (m *Memory) Snap(_ *testing.T, data []byte) pipeline.Photo {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := m.name()
	m.files[name] = data
	return pipeline.Photo{Ref: name}
}

// Press implements World.
func (m *Memory) Press(*testing.T, string, string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.name()
}

// Notice implements World.
func (m *Memory) Notice(_ *testing.T, notice string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.notices[notice]
}

// See implements World.
func (m *Memory) See(_ *testing.T, message string) (Seen, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.shown[message]
	return s, ok
}

// Delete implements World.
func (m *Memory) Delete(_ *testing.T, message string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.shown, message)
	delete(m.files, message)
}

// Block implements World.
func (m *Memory) Block(*testing.T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blocked = true
}

// Rename implements World.
func (m *Memory) Rename(*testing.T) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.chat += "1"
	return m.chat
}
