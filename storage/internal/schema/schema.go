// Package schema brings a database to the tables that this program wants: ours by goose
// (https://pressly.github.io/goose), the queue's by River's own migrations. Neither takes a lock here:
// the caller holds one for both.
package schema

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/sajangpick/sajangpick/storage/internal/rows"
)

// Schema is the two sets of migrations, and what they lead to.
type Schema[Tx any] struct {
	ours  *goose.Provider
	queue *rivermigrate.Migrator[Tx]
}

// New reads the migrations. folder holds goose's SQL files.
func New[Tx any](dialect goose.Dialect, db *sql.DB, folder fs.FS, driver riverdriver.Driver[Tx]) (*Schema[Tx], error) {
	ours, err := goose.NewProvider(dialect, db, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	queue, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &Schema[Tx]{ours, queue}, nil
}

// Up applies what is missing, and nothing if nothing is.
func (s *Schema[Tx]) Up(ctx context.Context) error {
	if _, err := s.queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	if _, err := s.ours.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Check is nil when db's tables are at least as new as this program.
func (s *Schema[Tx]) Check(ctx context.Context, db rows.DB) error {
	sources, versions := s.ours.ListSources(), s.queue.AllVersions()
	for _, want := range []struct {
		text    string
		version int64
	}{
		{`SELECT max(version_id) FROM goose_db_version WHERE is_applied`, sources[len(sources)-1].Version},
		{`SELECT max(version) FROM river_migration WHERE line = 'main'`, int64(versions[len(versions)-1].Version)},
	} {
		var at sql.NullInt64
		err := db.Query(ctx, want.text, nil, func(scan func(...any) error) error { return scan(&at) })
		if err != nil {
			return fmt.Errorf("the schema is missing or can't be read (`sajangpick migrate` makes it): %w", err)
		}
		if at.Int64 < want.version {
			return fmt.Errorf("the schema is at %d, this program needs %d: run `sajangpick migrate`", at.Int64, want.version)
		}
	}
	return nil
}
