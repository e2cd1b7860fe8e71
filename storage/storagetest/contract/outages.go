package contract

import (
	"context"
	"errors"
	"testing"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

var errAway = errors.New("the database is away")

// outage fails one of a database's statements, or the reading of one of its rows.
type outage struct {
	left int // of them until then
	met  bool
}

func (o *outage) next() error {
	if o.left--; o.left == -1 {
		o.met = true
		return errAway
	}
	return nil
}

type awayDB struct {
	sqldb.DB
	*outage
}

func (d awayDB) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	if err := d.next(); err != nil {
		return err
	}
	return d.DB.Query(ctx, text, args, func(scan func(...any) error) error {
		return each(func(dest ...any) error {
			if err := d.next(); err != nil {
				return err
			}
			return scan(dest...)
		})
	})
}

type awayTx struct {
	awayDB
	tx sqldb.Tx
}

func (x awayTx) Run(ctx context.Context, statements ...sqldb.Statement) error {
	for _, s := range statements {
		if err := x.next(); err != nil {
			return err
		}
		if err := x.tx.Run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (x awayTx) Chain(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
	if err := x.next(); err != nil {
		return err
	}
	return x.tx.Chain(ctx, first, rest...)
}

// Outages fails each statement of each method alone, and the reading of each row: none of them may answer with what it
// has by then, or say that it is done. Then the method does its work. One engine is enough: what is failed here is
// above the engines.
func Outages(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	tables := storagetest.Tables(e)
	whole := *tables.Conn
	for _, x := range callsOf(t, e) {
		for n := 0; ; n++ {
			o := &outage{left: n}
			tables.Read = awayDB{whole.Read, o}
			tables.Write = func(ctx context.Context, op sqldb.TxFunc) error {
				return whole.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
					return op(ctx, awayTx{awayDB{tx, o}, tx})
				})
			}
			if whole.Chain != nil {
				tables.Chain = func(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
					if err := o.next(); err != nil {
						return err
					}
					return whole.Chain(ctx, first, rest...)
				}
			}
			err := x.call(t.Context())
			*tables.Conn = whole
			if o.met != errors.Is(err, errAway) || !o.met && err != nil {
				t.Errorf("%s: with access %d failing it says %v", x.name, n, err)
			}
			if !o.met {
				if n == 0 {
					t.Errorf("%s needs no database", x.name)
				}
				break
			}
		}
	}
}
