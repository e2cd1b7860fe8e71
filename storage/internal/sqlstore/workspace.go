package sqlstore

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Workspace implements bot.Workspaces.
func (s Store) Workspace(ctx context.Context, platform, id string) (bot.Workspace, error) {
	found, err := s.workspaces(ctx, `AND id = $2`, clean(platform), clean(id))
	if err == nil && len(found) == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Workspace{}, fmt.Errorf("read workspace %s: %w", id, err)
	}
	return found[0], nil
}

// AllWorkspaces implements bot.Workspaces.
func (s Store) AllWorkspaces(ctx context.Context, platform string) ([]bot.Workspace, error) {
	all, err := s.workspaces(ctx, `ORDER BY id`, clean(platform))
	if err != nil {
		return nil, fmt.Errorf("list workspaces: %w", err)
	}
	return all, nil
}

func (s Store) workspaces(ctx context.Context, rest string, args ...any) (all []bot.Workspace, err error) {
	err = s.Read.Query(ctx, `SELECT platform, id, name, sealed, joined FROM workspaces WHERE platform = $1 `+rest, args,
		func(scan func(...any) error) error {
			var w bot.Workspace
			var sealed string
			var joined int64
			err := scan(&w.Platform, &w.ID, &w.Name, &sealed, &joined)
			if err != nil {
				return err
			}
			w.Joined = fromMillis(joined)
			w.Sealed, err = base64.StdEncoding.DecodeString(sealed)
			all = append(all, w)
			return err
		})
	return all, err
}

// KeepWorkspace implements bot.Workspaces.
func (s Store) KeepWorkspace(ctx context.Context, w bot.Workspace) error {
	err := s.run(ctx, Statement{
		Text: `INSERT INTO workspaces (platform, id, name, sealed, joined) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (platform, id) DO UPDATE SET name = excluded.name, sealed = excluded.sealed, joined = excluded.joined`,
		Args: []any{
			clean(w.Platform), clean(w.ID), clean(w.Name), base64.StdEncoding.EncodeToString(w.Sealed),
			millis(w.Joined),
		},
	})
	if err != nil {
		return fmt.Errorf("keep workspace %s: %w", w.ID, err)
	}
	return nil
}

// ForgetWorkspace implements bot.Workspaces.
func (s Store) ForgetWorkspace(ctx context.Context, platform, id string, t time.Time) error {
	err := s.run(ctx, Statement{
		Text: `DELETE FROM workspaces WHERE platform = $1 AND id = $2 AND joined <= $3`,
		Args: []any{clean(platform), clean(id), millis(t)},
	})
	if err != nil {
		return fmt.Errorf("forget workspace %s: %w", id, err)
	}
	return nil
}

// Chats implements bot.Store.
func (s Store) Chats(ctx context.Context, platform, prefix string) ([]bot.Chat, error) {
	all, err := chats(
		ctx, s.Read, `WHERE platform = $1 AND substr(id, 1, length($2)) = $2 ORDER BY id`, clean(platform),
		clean(prefix),
	)
	if err != nil {
		return nil, fmt.Errorf("list chats: %w", err)
	}
	return all, nil
}

// LookedBack implements bot.Store.
func (s Store) LookedBack(ctx context.Context, platform, chat string, t time.Time) error {
	err := s.run(ctx, Statement{
		Text: `UPDATE chats SET looked = $3 WHERE platform = $1 AND id = $2 AND looked < $3`,
		Args: []any{clean(platform), clean(chat), millis(t)},
	})
	if err != nil {
		return fmt.Errorf("write down that a chat was looked through: %w", err)
	}
	return nil
}

// Unfinished implements bot.Store.
func (s Store) Unfinished(ctx context.Context, platform, chat string) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read,
		`WHERE o.platform = $1 AND o.chat = $2 AND o.status IN ('open', 'parked') ORDER BY o.id`,
		clean(platform), clean(chat))
	if err != nil {
		return nil, fmt.Errorf("list unfinished orders: %w", err)
	}
	return all, nil
}
