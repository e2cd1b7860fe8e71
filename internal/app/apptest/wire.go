package apptest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Wire stands between a process and Postgres, and notes what goes over: each statement that is executed, and each
// transaction that writes. It changes nothing.
type Wire struct {
	network, server string

	mu   sync.Mutex
	sent []Executed
}

// Executed is a statement that a process had a database execute.
type Executed struct {
	Text   string // in one line
	Commit bool   // its end is a commit, and something was written
	In     int    // number of its transaction; 0: it is one of its own
}

// WithWire lets the world's processes reach their Postgres through a Wire.
func (w *World) WithWire() *Wire {
	w.T.Helper()
	to, err := pgx.ParseConfig(w.Settings["DATABASE_URL"])
	if err != nil {
		w.T.Fatal(err)
	}
	x := &Wire{}
	x.network, x.server = pgconn.NetworkAddress(to.Host, to.Port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { l.Close() })
	address, err := url.Parse(w.Settings["DATABASE_URL"])
	if err != nil {
		w.T.Fatal("DATABASE_URL is no address")
	}
	address.Host, address.RawQuery = l.Addr().String(), "sslmode=disable"
	w.Settings["DATABASE_URL"] = address.String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go x.serve(conn)
		}
	}()
	return x
}

// Take gives what was executed since the last Take.
func (x *Wire) Take() []Executed {
	x.mu.Lock()
	defer x.mu.Unlock()
	sent := x.sent
	x.sent = nil
	return sent
}

func (x *Wire) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(x.network, x.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(client, server) // until either end closes
		client.Close()
	}()
	s := &session{wire: x, texts: map[string]string{}, portals: map[string]string{}}
	for err == nil {
		err = s.pass(client, server)
	}
}

// session reads what one connection of a process says (PostgreSQL manual, "Message Formats").
type session struct {
	wire    *Wire
	begun   bool
	texts   map[string]string // prepared statements by name
	portals map[string]string // their bound ones
	tx      int               // number of the transaction under way
	wrote   bool              // it has written
}

var transactions struct {
	sync.Mutex
	n int
}

// pass passes one message on.
func (s *session) pass(from io.Reader, to io.Writer) error {
	head := make([]byte, 5)
	if !s.begun { // the first message has no type
		head = head[:4]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
	if n < 0 || n > 64<<20 {
		return errors.New("no message of Postgres")
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(from, body); err != nil {
		return err
	}
	if s.begun {
		s.hear(head[0], body)
	}
	s.begun = true
	_, err := to.Write(append(head, body...))
	return err
}

func (s *session) hear(kind byte, body []byte) {
	word := func() string {
		text, rest, _ := bytes.Cut(body, []byte{0})
		body = rest
		return string(text)
	}
	switch kind {
	case 'P': // Parse
		name := word()
		s.texts[name] = word()
	case 'B': // Bind
		portal := word()
		s.portals[portal] = s.texts[word()]
	case 'E': // Execute
		s.executed(s.portals[word()])
	case 'Q': // Query
		s.executed(word())
	}
}

var writes = regexp.MustCompile(`(?i)\b(insert into|update|delete from)\b`)

func (s *session) executed(text string) {
	text = strings.Join(strings.Fields(text), " ")
	e := Executed{Text: text, In: s.tx}
	switch strings.ToLower(strings.TrimSuffix(text, ";")) {
	case "begin":
		transactions.Lock()
		transactions.n++
		s.tx, s.wrote = transactions.n, false
		transactions.Unlock()
		e.In = s.tx
	case "commit":
		e.Commit, s.tx = s.wrote, 0
	case "rollback":
		s.tx = 0
	default:
		locks := strings.HasSuffix(strings.ToUpper(text), "FOR UPDATE")
		wrote := writes.MatchString(text) && !locks
		s.wrote = s.wrote || wrote
		e.Commit = wrote && s.tx == 0
	}
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	s.wire.sent = append(s.wire.sent, e)
}
