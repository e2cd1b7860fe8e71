package schema

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// checksums are the SHA-256 of each migration that is a file, whatever ends its lines.
func checksums(folder fs.FS, sources []*goose.Source) (map[int64]string, error) {
	sums := map[int64]string{}
	for _, s := range sources {
		if s.Type != goose.TypeSQL {
			continue
		}
		text, err := fs.ReadFile(folder, s.Path)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
		sums[s.Version] = hex.EncodeToString(sum[:])
	}
	return sums, nil
}

// note keeps the checksums of what is about to be applied, before it is: what a crash leaves unapplied is noted
// anew. Migrations that a program without checksums applied get theirs now; the repair has levelled those.
// An applied migration whose checksum is another one is an error.
func (s *Schema[Tx]) note(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx,
		`CREATE TABLE IF NOT EXISTS migration_sums (version bigint PRIMARY KEY, sum text NOT NULL)`)
	if err != nil {
		return err
	}
	status, err := s.ours.Status(ctx)
	if err != nil {
		return err
	}
	for _, m := range status {
		sum, file := s.sums[m.Source.Version]
		if !file {
			continue
		}
		text := `INSERT INTO migration_sums (version, sum) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING`
		if m.State == goose.StatePending {
			text = `INSERT INTO migration_sums (version, sum) VALUES ($1, $2)
				ON CONFLICT (version) DO UPDATE SET sum = excluded.sum`
		}
		if _, err := s.db.ExecContext(ctx, text, m.Source.Version, sum); err != nil {
			return err
		}
	}
	return s.unedited(ctx, database{s.db})
}

// unedited is an error that matches storage.ErrSchemaDiffers when a migration was applied here with other contents
// than it has in this program.
func (s *Schema[Tx]) unedited(ctx context.Context, db sqldb.DB) error {
	const text = `SELECT version, sum FROM migration_sums ORDER BY version`
	return db.Query(ctx, text, nil, func(scan func(...any) error) error {
		var version int64
		var sum string
		if err := scan(&version, &sum); err != nil {
			return err
		}
		if ours, known := s.sums[version]; known && ours != sum {
			return fmt.Errorf("%w: migration %05d was applied with other contents (sha256 %.12s… there, "+
				"%.12s… here): use the program that made this database, or a backup from before",
				storage.ErrSchemaDiffers, version, sum, ours)
		}
		return nil
	})
}
