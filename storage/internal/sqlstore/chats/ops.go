package chats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// AuditStatement writes down what an admin did.
func AuditStatement(d bot.AuditEntry) sqldb.Statement {
	return sqldb.Statement{
		Text: `INSERT INTO deeds (at, who, what, outcome) VALUES ($1, $2, $3, $4)`,
		Args: []any{sqldb.Millis(d.At), sqldb.Clean(d.Who), sqldb.Clean(d.What), sqldb.Clean(d.Then)},
	}
}

// ListAudit implements bot.Admin.
func (s Tables) ListAudit(ctx context.Context, skip, limit int) ([]bot.AuditEntry, error) {
	all, err := sqldb.List(ctx, s.Read, `SELECT at, who, what, outcome FROM deeds ORDER BY id DESC LIMIT $1 OFFSET $2`,
		sqldb.Page(skip, limit), func(scan sqldb.Scan) (d bot.AuditEntry, err error) {
			var at int64
			err = scan(&at, &d.Who, &d.What, &d.Then)
			d.At = sqldb.FromMillis(at)
			return d, err
		})
	if err != nil {
		return nil, fmt.Errorf("list the audit: %w", err)
	}
	return all, nil
}

// Flag implements bot.Admin.
func (s Tables) Flag(ctx context.Context, name string) (string, error) {
	var value string
	err := s.Read.Query(ctx, `SELECT value FROM switches WHERE name = $1`, []any{sqldb.Clean(name)},
		func(scan func(...any) error) error { return scan(&value) })
	if err != nil {
		return "", fmt.Errorf("read flag %q: %w", name, err)
	}
	return value, nil
}

// SetFlag implements bot.Admin.
func (s Tables) SetFlag(ctx context.Context, name, value string) error {
	if err := s.Run(ctx, FlagStatement(bot.Flag{Name: name, Value: value})); err != nil {
		return fmt.Errorf("set flag %q: %w", name, err)
	}
	return nil
}

// SetFlagOnce implements bot.Admin.
func (s Tables) SetFlagOnce(ctx context.Context, name, value string) (there string, err error) {
	err = s.Run(ctx, sqldb.Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		Args: []any{sqldb.Clean(name), sqldb.Clean(value)},
	})
	if err != nil {
		return "", fmt.Errorf("set flag %q: %w", name, err)
	}
	return s.Flag(ctx, name)
}

// RaiseFlag implements bot.Admin.
func (s Tables) RaiseFlag(ctx context.Context, name, value string) (there string, err error) {
	err = s.Run(ctx, sqldb.Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE
			SET value = excluded.value WHERE switches.value < excluded.value`,
		Args: []any{sqldb.Clean(name), sqldb.Clean(value)},
	})
	if err != nil {
		return "", fmt.Errorf("raise switch %q: %w", name, err)
	}
	return s.Flag(ctx, name)
}

// FlagStatement sets a flag.
func FlagStatement(s bot.Flag) sqldb.Statement {
	return sqldb.Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		Args: []any{sqldb.Clean(s.Name), sqldb.Clean(s.Value)},
	}
}

// OpenIncident implements bot.Admin.
func (s Tables) OpenIncident(ctx context.Context, key, text string) (bool, error) {
	old := errors.New("it goes on")
	begin := OpenStatement(bot.Incident{Key: key, Text: text}, time.Now())
	begin.ErrNoRows = old
	err := s.Run(ctx, begin)
	if errors.Is(err, old) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("begin incident %q: %w", key, err)
	}
	return true, nil
}

// OpenStatement writes an incident down that begins now, unless one of its key goes on.
func OpenStatement(i bot.Incident, now time.Time) sqldb.Statement {
	return sqldb.Statement{
		Text: `INSERT INTO incidents (key, body, since) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`,
		Args: []any{sqldb.Clean(i.Key), sqldb.Clean(i.Text), sqldb.Millis(now)},
	}
}

// CloseIncident implements bot.Admin.
func (s Tables) CloseIncident(ctx context.Context, key string) (bot.Incident, bool, error) {
	over := errors.New("it is over")
	i, since := bot.Incident{Key: sqldb.Clean(key)}, int64(0)
	err := s.Run(ctx, sqldb.Statement{
		Text: `DELETE FROM incidents WHERE key = $1 RETURNING body, since`,
		Args: []any{i.Key}, Dest: []any{&i.Text, &since}, ErrNoRows: over,
	})
	if errors.Is(err, over) {
		return bot.Incident{}, false, nil
	}
	if err != nil {
		return bot.Incident{}, false, fmt.Errorf("end incident %q: %w", key, err)
	}
	i.Since = sqldb.FromMillis(since)
	return i, true, nil
}

// Incidents implements bot.Admin.
func (s Tables) Incidents(ctx context.Context) ([]bot.Incident, error) {
	all, err := sqldb.List(ctx, s.Read, `SELECT key, body, since FROM incidents ORDER BY since, key`, nil,
		func(scan sqldb.Scan) (i bot.Incident, err error) {
			var since int64
			err = scan(&i.Key, &i.Text, &since)
			i.Since = sqldb.FromMillis(since)
			return i, err
		})
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return all, nil
}
