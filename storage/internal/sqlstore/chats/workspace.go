package chats

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Workspace implements bot.Workspaces.
func (s Tables) Workspace(ctx context.Context, platform, id string) (bot.Workspace, error) {
	found, err := s.workspaces(ctx, `AND id = $2`, sqldb.Clean(platform), sqldb.Clean(id))
	if err == nil && len(found) == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Workspace{}, fmt.Errorf("read workspace %s: %w", id, err)
	}
	return found[0], nil
}

// AllWorkspaces implements bot.Workspaces.
func (s Tables) AllWorkspaces(ctx context.Context, platform string) ([]bot.Workspace, error) {
	all, err := s.workspaces(ctx, `ORDER BY id`, sqldb.Clean(platform))
	if err != nil {
		return nil, fmt.Errorf("list workspaces: %w", err)
	}
	return all, nil
}

func (s Tables) workspaces(ctx context.Context, rest string, args ...any) ([]bot.Workspace, error) {
	const text = `SELECT platform, id, name, sealed, joined FROM workspaces WHERE platform = $1 `
	return sqldb.List(ctx, s.Read, text+rest, args,
		func(scan sqldb.Scan) (w bot.Workspace, err error) {
			var sealed string
			var joined int64
			if err := scan(&w.Platform, &w.ID, &w.Name, &sealed, &joined); err != nil {
				return w, err
			}
			w.Joined = sqldb.FromMillis(joined)
			w.Sealed, err = base64.StdEncoding.DecodeString(sealed)
			return w, err
		})
}

// KeepWorkspace implements bot.Workspaces.
func (s Tables) KeepWorkspace(ctx context.Context, w bot.Workspace) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `INSERT INTO workspaces (platform, id, name, sealed, joined) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (platform, id) DO UPDATE SET name = excluded.name, sealed = excluded.sealed, joined = excluded.joined`,
		Args: []any{
			sqldb.Clean(w.Platform), sqldb.Clean(w.ID), sqldb.Clean(w.Name),
			base64.StdEncoding.EncodeToString(w.Sealed),
			sqldb.Millis(w.Joined),
		},
	})
	if err != nil {
		return fmt.Errorf("keep workspace %s: %w", w.ID, err)
	}
	return nil
}

// ForgetWorkspace implements bot.Workspaces.
func (s Tables) ForgetWorkspace(ctx context.Context, platform, id string, t time.Time) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `DELETE FROM workspaces WHERE platform = $1 AND id = $2 AND joined <= $3`,
		Args: []any{sqldb.Clean(platform), sqldb.Clean(id), sqldb.Millis(t)},
	})
	if err != nil {
		return fmt.Errorf("forget workspace %s: %w", id, err)
	}
	return nil
}

// Chats implements bot.Store.
func (s Tables) Chats(ctx context.Context, platform, prefix string) ([]bot.Chat, error) {
	all, err := Chats(
		ctx, s.Read, `WHERE platform = $1 AND substr(id, 1, length($2)) = $2 ORDER BY id`, sqldb.Clean(platform),
		sqldb.Clean(prefix),
	)
	if err != nil {
		return nil, fmt.Errorf("list chats: %w", err)
	}
	return all, nil
}

// LookedBack implements bot.Store.
func (s Tables) LookedBack(ctx context.Context, platform, chat string, t time.Time) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `UPDATE chats SET looked = $3 WHERE platform = $1 AND id = $2 AND looked < $3`,
		Args: []any{sqldb.Clean(platform), sqldb.Clean(chat), sqldb.Millis(t)},
	})
	if err != nil {
		return fmt.Errorf("write down that a chat was looked through: %w", err)
	}
	return nil
}
