package storagetest

import (
	"context"
	"sync"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore"
)

// Statements are what an engine has sent to its database, but for the queue's own.
type Statements struct {
	mu   sync.Mutex
	sent []Sent
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
	tables.Write = func(ctx context.Context, op sqlstore.TxFunc) error {
		return write(ctx, func(ctx context.Context, tx sqlstore.Tx) ([]queue.Job, error) {
			return op(ctx, heardTx{heard{tx, s}, tx})
		})
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

func (s *Statements) add(text string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, Sent{text, args})
}

type heard struct {
	sqlstore.DB
	to *Statements
}

func (h heard) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	h.to.add(text, args)
	return h.DB.Query(ctx, text, args, each)
}

type heardTx struct {
	heard
	tx sqlstore.Tx
}

func (h heardTx) Run(ctx context.Context, statements ...sqlstore.Statement) error {
	for _, s := range statements {
		h.to.add(s.Text, s.Args)
	}
	return h.tx.Run(ctx, statements...)
}
