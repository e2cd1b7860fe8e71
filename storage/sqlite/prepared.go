package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// maxPrepared is how many statements a connection keeps: more than the program has that it runs all the time.
const maxPrepared = 200

// connector opens connections that keep their statements: parsing one takes longer than running most.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	own, is := opened.(connection)
	if !is {
		return nil, fmt.Errorf("sqlite: connections of type %T", opened)
	}
	kept, err := simplelru.NewLRU(maxPrepared, func(_ string, s *prepared) { s.drop() })
	return &keeping{own, kept}, err
}

// connection is what the driver's connections can do.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeping is a connection with its statements, the least lately used of which goes first.
type keeping struct {
	connection
	kept *simplelru.LRU[string, *prepared]
}

// statement is what the driver's statements can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// prepared is a statement. One that is in use isn't used by another, nor closed.
type prepared struct {
	statement
	used, gone bool
}

func (s *prepared) drop() {
	if s.gone = true; !s.used {
		_ = s.statement.Close() // its last error, which was told
	}
}

func (s *prepared) release() {
	if s.used = false; s.gone {
		s.drop()
	}
}

// take gives a text's statement to be released, or nil where it isn't kept: it is in use, does more than to read and
// write rows (a PRAGMA may do its work when it is parsed), or can't be parsed, which the caller that runs it is told.
func (c *keeping) take(ctx context.Context, text string) *prepared {
	s, there := c.kept.Get(text)
	if !there && ofRows(text) {
		parsed, err := c.PrepareContext(ctx, text)
		if err != nil {
			return nil
		}
		own, is := parsed.(statement)
		if !is {
			_ = parsed.Close() // it has done nothing
			return nil
		}
		s = &prepared{statement: own}
		c.kept.Add(text, s)
	}
	if s == nil || s.used {
		return nil
	}
	s.used = true
	return s
}

// ofRows reports whether a text reads or writes rows. The queue's begin with a comment that names them.
func ofRows(text string) bool {
	for text = strings.TrimSpace(text); strings.HasPrefix(text, "--"); text = strings.TrimSpace(text) {
		_, text, _ = strings.Cut(text, "\n")
	}
	verb, _, _ := strings.Cut(text, " ")
	switch strings.TrimSpace(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return true
	}
	return false
}

func (c *keeping) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s := c.take(ctx, text)
	if s == nil {
		return c.connection.ExecContext(ctx, text, args)
	}
	defer s.release()
	return s.statement.ExecContext(ctx, args)
}

func (c *keeping) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s := c.take(ctx, text)
	if s == nil {
		return c.connection.QueryContext(ctx, text, args)
	}
	found, err := s.statement.QueryContext(ctx, args)
	if err != nil {
		s.release()
		return nil, err
	}
	return &rows{found, s}, nil
}

func (c *keeping) Close() error {
	c.kept.Purge()
	return c.connection.Close()
}

// rows release their statement when they are closed.
type rows struct {
	driver.Rows
	of *prepared
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	if r.of != nil {
		r.of.release()
		r.of = nil
	}
	return err
}
