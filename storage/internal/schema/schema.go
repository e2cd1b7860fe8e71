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
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Schema is the two sets of migrations, and what they lead to.
type Schema[Tx any] struct {
	db     *sql.DB
	ours   *goose.Provider
	queue  *rivermigrate.Migrator[Tx]
	sums   map[int64]string
	wanted tables
	actual string
}

// New reads the migrations. folder holds goose's SQL files. actual is the engine's query for what is really there:
// pairs of a table's and a column's name.
func New[Tx any](
	dialect goose.Dialect, db *sql.DB, folder fs.FS, driver riverdriver.Driver[Tx], actual string,
) (*Schema[Tx], error) {
	ours, err := goose.NewProvider(dialect, db, folder,
		goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(repair(actual)))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	sums, err := checksums(folder, ours.ListSources())
	if err != nil {
		return nil, err
	}
	want, err := wanted(folder, ours.ListSources())
	if err != nil {
		return nil, err
	}
	queue, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &Schema[Tx]{db, ours, queue, sums, want, actual}, nil
}

// Up applies what is missing, and nothing if nothing is.
func (s *Schema[Tx]) Up(ctx context.Context) error {
	if _, err := s.queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	if err := s.note(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := s.ours.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Check is nil when db is at least as new as this program, its migrations were applied as they are in this program,
// and each column that they make is really there. What migrating won't mend matches storage.ErrSchemaDiffers.
func (s *Schema[Tx]) Check(ctx context.Context, db sqldb.DB) error {
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
			return fmt.Errorf(
				"the schema is at %d, this program needs %d: run `sajangpick migrate`", at.Int64, want.version,
			)
		}
	}
	if err := s.unedited(ctx, db); err != nil {
		return err
	}
	there, err := read(ctx, db, s.actual)
	if err != nil {
		return err
	}
	if lacking := s.wanted.lacks(there); len(lacking) > 0 {
		return fmt.Errorf("%w: it lacks %s, though its migrations were applied: restore a backup, or make them by hand",
			storage.ErrSchemaDiffers, strings.Join(lacking, ", "))
	}
	return nil
}
