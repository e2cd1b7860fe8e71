package chats

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// NoteUpload implements bot.Uploads.
func (s Tables) NoteUpload(ctx context.Context, ref string, shop int64, at time.Time) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `INSERT INTO uploads (ref, shop, at) VALUES ($1, $2, $3) ON CONFLICT (ref) DO UPDATE SET at = excluded.at`,
		Args: []any{sqldb.Clean(ref), shop, sqldb.Millis(at)},
	})
	if err != nil {
		return fmt.Errorf("note upload: %w", err)
	}
	return nil
}

// UploadedSince implements bot.Uploads.
func (s Tables) UploadedSince(ctx context.Context, ref string, since time.Time) (found bool, err error) {
	err = s.Read.Query(ctx, `SELECT 1 FROM uploads WHERE ref = $1 AND at >= $2`,
		[]any{sqldb.Clean(ref), sqldb.Millis(since)},
		func(func(...any) error) error { found = true; return nil })
	if err != nil {
		return false, fmt.Errorf("look for upload: %w", err)
	}
	return found, nil
}

// takenUploads are those among the old ones that an order has. A shop's orders are found by an index.
const takenUploads = `DELETE FROM uploads WHERE ref IN (SELECT ref FROM uploads WHERE at < $1 ORDER BY at LIMIT $2)
	AND EXISTS (SELECT 1 FROM orders o WHERE o.shop <> 0 AND o.shop = uploads.shop AND o.emptied = 0 AND o.photo_ref = uploads.ref)`

// StrayUploads implements bot.Uploads.
func (s Tables) StrayUploads(ctx context.Context, before time.Time, limit int) (refs []string, err error) {
	args := []any{sqldb.Millis(before), int64(max(limit, 0))}
	if err = s.Run(ctx, sqldb.Statement{Text: takenUploads, Args: args}); err == nil {
		refs, err = sqldb.List(ctx, s.Read, `SELECT ref FROM uploads WHERE at < $1 ORDER BY at LIMIT $2`, args, func(
			scan sqldb.Scan,
		) (ref string, err error) {
			err = scan(&ref)
			return ref, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("list stray uploads: %w", err)
	}
	return refs, nil
}

// DropUpload implements bot.Uploads.
func (s Tables) DropUpload(ctx context.Context, ref string, before time.Time) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `DELETE FROM uploads WHERE ref = $1 AND at < $2`, Args: []any{sqldb.Clean(ref), sqldb.Millis(before)},
	})
	if err != nil {
		return fmt.Errorf("drop upload: %w", err)
	}
	return nil
}
