package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

func auditStatement(d bot.AuditEntry) Statement {
	return Statement{
		Text: `INSERT INTO deeds (at, who, what, outcome) VALUES ($1, $2, $3, $4)`,
		Args: []any{millis(d.At), clean(d.Who), clean(d.What), clean(d.Then)},
	}
}

// AppendAudit implements bot.Admin.
func (s Store) AppendAudit(ctx context.Context, d bot.AuditEntry) error {
	if err := s.run(ctx, auditStatement(d)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}

// ListAudit implements bot.Admin.
func (s Store) ListAudit(ctx context.Context, skip, limit int) ([]bot.AuditEntry, error) {
	var all []bot.AuditEntry
	err := s.Read.Query(ctx, `SELECT at, who, what, outcome FROM deeds ORDER BY id DESC LIMIT $1 OFFSET $2`,
		page(skip, limit), func(scan func(...any) error) error {
			var d bot.AuditEntry
			var at int64
			err := scan(&at, &d.Who, &d.What, &d.Then)
			d.At = fromMillis(at)
			all = append(all, d)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list the audit: %w", err)
	}
	return all, nil
}

// Flag implements bot.Admin.
func (s Store) Flag(ctx context.Context, name string) (string, error) {
	var value string
	err := s.Read.Query(ctx, `SELECT value FROM switches WHERE name = $1`, []any{clean(name)},
		func(scan func(...any) error) error { return scan(&value) })
	if err != nil {
		return "", fmt.Errorf("read switch %q: %w", name, err)
	}
	return value, nil
}

// SetFlag implements bot.Admin.
func (s Store) SetFlag(ctx context.Context, name, value string) error {
	if err := s.run(ctx, switchStatement(bot.Flag{Name: name, Value: value})); err != nil {
		return fmt.Errorf("set switch %q: %w", name, err)
	}
	return nil
}

// SetFlagOnce implements bot.Admin.
func (s Store) SetFlagOnce(ctx context.Context, name, value string) (there string, err error) {
	err = s.run(ctx, Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		Args: []any{clean(name), clean(value)},
	})
	if err != nil {
		return "", fmt.Errorf("set switch %q: %w", name, err)
	}
	return s.Flag(ctx, name)
}

// RaiseFlag implements bot.Admin.
func (s Store) RaiseFlag(ctx context.Context, name, value string) (there string, err error) {
	err = s.run(ctx, Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE
			SET value = excluded.value WHERE switches.value < excluded.value`,
		Args: []any{clean(name), clean(value)},
	})
	if err != nil {
		return "", fmt.Errorf("raise switch %q: %w", name, err)
	}
	return s.Flag(ctx, name)
}

func switchStatement(s bot.Flag) Statement {
	return Statement{
		Text: `INSERT INTO switches (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		Args: []any{clean(s.Name), clean(s.Value)},
	}
}

// OpenIncident implements bot.Admin.
func (s Store) OpenIncident(ctx context.Context, key, text string) (bool, error) {
	old := errors.New("it goes on")
	begin := openStatement(bot.Incident{Key: key, Text: text}, time.Now())
	begin.ErrNoRows = old
	err := s.run(ctx, begin)
	if errors.Is(err, old) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("begin incident %q: %w", key, err)
	}
	return true, nil
}

// openStatement writes an incident down that begins now, unless one of its key goes on.
func openStatement(i bot.Incident, now time.Time) Statement {
	return Statement{
		Text: `INSERT INTO incidents (key, body, since) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`,
		Args: []any{clean(i.Key), clean(i.Text), millis(now)},
	}
}

// CloseIncident implements bot.Admin.
func (s Store) CloseIncident(ctx context.Context, key string) (bot.Incident, bool, error) {
	over := errors.New("it is over")
	i, since := bot.Incident{Key: clean(key)}, int64(0)
	err := s.run(ctx, Statement{
		Text: `DELETE FROM incidents WHERE key = $1 RETURNING body, since`,
		Args: []any{i.Key}, Dest: []any{&i.Text, &since}, ErrNoRows: over,
	})
	if errors.Is(err, over) {
		return bot.Incident{}, false, nil
	}
	if err != nil {
		return bot.Incident{}, false, fmt.Errorf("end incident %q: %w", key, err)
	}
	i.Since, i.Ended = fromMillis(since), exact(time.Now())
	return i, true, nil
}

// Incidents implements bot.Admin.
func (s Store) Incidents(ctx context.Context) ([]bot.Incident, error) {
	var all []bot.Incident
	err := s.Read.Query(ctx, `SELECT key, body, since FROM incidents ORDER BY since, key`, nil,
		func(scan func(...any) error) error {
			var i bot.Incident
			var since int64
			err := scan(&i.Key, &i.Text, &since)
			i.Since = fromMillis(since)
			all = append(all, i)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return all, nil
}
