package chats

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

const credentialColumns = `id, kind, hash, shop, chat, person, maker, lang, name, made, used, ends, owner`

func credentials(ctx context.Context, db sqldb.DB, rest string, args ...any) ([]bot.Credential, error) {
	return sqldb.List(ctx, db, `SELECT `+credentialColumns+` FROM credentials `+rest, args, func(
		scan sqldb.Scan,
	) (c bot.Credential, err error) {
		var made, used, ends int64
		err = scan(
			&c.ID, &c.Kind, &c.Hash, &c.Shop, &c.Chat, &c.User, &c.Maker, &c.Lang, &c.Name, &made, &used, &ends,
			&c.Owner,
		)
		c.Made, c.Used, c.Ends = sqldb.FromMillis(made), sqldb.FromMillis(used), sqldb.FromMillis(ends)
		return c, err
	})
}

// CredentialStatement writes a credential and reads its number into id. A shop of 0 is what shop points to.
func CredentialStatement(c bot.Credential, shop, id *int64) sqldb.Statement {
	if c.Shop == 0 && shop != nil {
		c.Shop = *shop
	}
	if c.Chat == "" {
		c.Chat = strconv.FormatInt(c.Shop, 10)
	}
	return sqldb.Statement{
		Text: `INSERT INTO credentials (kind, hash, shop, chat, person, maker, lang, name, made, used, ends, owner)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
		Args: []any{
			string(c.Kind), sqldb.Clean(c.Hash), c.Shop, sqldb.Clean(c.Chat), sqldb.Clean(c.User), sqldb.Clean(c.Maker),
			sqldb.Clean(c.Lang),
			sqldb.Clean(c.Name),
			sqldb.Millis(c.Made), sqldb.Millis(c.Used), sqldb.Millis(c.Ends), c.Owner,
		},
		Dest: []any{id},
	}
}

// Credential implements bot.Access.
func (s Tables) Credential(
	ctx context.Context, kind bot.CredentialKind, hash string, now time.Time,
) (bot.Credential, error) {
	found, err := credentials(ctx, s.Read, `WHERE hash = $1 AND kind = $2 AND (ends = 0 OR ends > $3)`,
		sqldb.Clean(hash), string(kind), sqldb.Millis(now))
	if err == nil && len(found) == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Credential{}, fmt.Errorf("read %s: %w", kind, err)
	}
	return found[0], nil
}

// AddCredential implements bot.Access.
func (s Tables) AddCredential(ctx context.Context, c bot.Credential) (bot.Credential, error) {
	if err := s.Run(ctx, CredentialStatement(c, nil, &c.ID)); err != nil {
		return c, fmt.Errorf("write %s: %w", c.Kind, err)
	}
	return c, nil
}

// RedeemLink implements bot.Access.
func (s Tables) RedeemLink(ctx context.Context, link string, c bot.Credential) (bot.Credential, error) {
	got := c
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		got = c
		err := tx.Run(ctx, sqldb.Statement{
			Text: `DELETE FROM credentials WHERE hash = $1 AND kind = $2 AND ends > $3
				RETURNING shop, chat, person, maker, lang, owner`,
			Args:      []any{sqldb.Clean(link), string(bot.SignInLink), sqldb.Millis(c.Made)},
			Dest:      []any{&got.Shop, &got.Chat, &got.User, &got.Maker, &got.Lang, &got.Owner},
			ErrNoRows: pipeline.ErrNotFound,
		})
		if err != nil {
			return nil, err
		}
		return nil, tx.Run(ctx, CredentialStatement(got, nil, &got.ID))
	})
	if err != nil {
		return bot.Credential{}, fmt.Errorf("redeem link: %w", err)
	}
	return got, nil
}

// UseCredential implements bot.Access.
func (s Tables) UseCredential(ctx context.Context, id int64, used, ends time.Time) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `UPDATE credentials SET used = $2, ends = $3 WHERE id = $1`,
		Args: []any{id, sqldb.Millis(used), sqldb.Millis(ends)},
	})
	if err != nil {
		return fmt.Errorf("use credential %d: %w", id, err)
	}
	return nil
}

// Credentials implements bot.Access.
func (s Tables) Credentials(
	ctx context.Context, shop int64, kind bot.CredentialKind, now time.Time,
) ([]bot.Credential, error) {
	all, err := credentials(ctx, s.Read,
		`WHERE shop = $1 AND kind = $2 AND (ends = 0 OR ends > $3) ORDER BY used DESC, id DESC LIMIT 100`,
		shop, string(kind), sqldb.Millis(now))
	if err != nil {
		return nil, fmt.Errorf("list credentials: %w", err)
	}
	return all, nil
}

// EndCredential implements bot.Access.
func (s Tables) EndCredential(ctx context.Context, shop, id int64) error {
	err := s.Run(ctx, sqldb.Statement{
		Text: `DELETE FROM credentials WHERE id = $1 AND shop = $2`, Args: []any{id, shop},
		ErrNoRows: pipeline.ErrNotFound,
	})
	if err != nil {
		return fmt.Errorf("end credential %d: %w", id, err)
	}
	return nil
}
