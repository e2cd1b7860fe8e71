package storagetest

import (
	"context"
	"strings"
	"sync"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Statements are what an engine has sent to its database, but for the queue's own.
type Statements struct {
	mu      sync.Mutex
	sent    []Sent
	commits int
}

// Sent is one statement with its parameters.
type Sent struct {
	Text string
	Args []any
}

// Watch listens to an engine from now on. Nothing may use it meanwhile.
func Watch(e storage.Engine) *Statements {
	s := &Statements{}
	tables := Tables(e)
	tables.Read = heard{tables.Read, s}
	write := tables.Write
	tables.Write = func(ctx context.Context, op sqldb.TxFunc) error {
		wrote := false
		err := write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
			wrote = false
			return op(ctx, heardTx{heard{tx, s}, tx, tables.Chain != nil, &wrote})
		})
		s.committed(err == nil && wrote)
		return err
	}
	if chain := tables.Chain; chain != nil {
		tables.Chain = func(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
			all := sqldb.Chained(first, rest...)
			s.add(all.Text, all.Args)
			err := chain(ctx, first, rest...)
			s.committed(err == nil)
			return err
		}
	}
	return s
}

// Take gives what was sent since the last Take.
func (s *Statements) Take() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = nil
	return sent
}

// Commits is how many transactions have written something since the last call.
func (s *Statements) Commits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.commits
	s.commits = 0
	return n
}

func (s *Statements) committed(wrote bool) {
	if !wrote {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commits++
}

func (s *Statements) add(text string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, Sent{text, args})
}

type heard struct {
	sqldb.DB
	to *Statements
}

func (h heard) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	h.to.add(text, args)
	return h.DB.Query(ctx, text, args, each)
}

type heardTx struct {
	heard
	tx      sqldb.Tx
	oneText bool  // a chain is one statement
	wrote   *bool // is set by whatever isn't a query
}

func (h heardTx) Chain(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
	all := append([]sqldb.Statement{first}, rest...)
	if h.oneText {
		all = []sqldb.Statement{sqldb.Chained(first, rest...)}
	}
	h.note(all)
	return h.tx.Chain(ctx, first, rest...)
}

func (h heardTx) Run(ctx context.Context, statements ...sqldb.Statement) error {
	h.note(statements)
	return h.tx.Run(ctx, statements...)
}

func (h heardTx) note(statements []sqldb.Statement) {
	for _, s := range statements {
		h.to.add(s.Text, s.Args)
		if !strings.HasPrefix(strings.TrimSpace(s.Text), "SELECT") {
			*h.wrote = true
		}
	}
}
