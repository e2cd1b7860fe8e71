package chats

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Chat implements bot.Store.
func (s Tables) Chat(ctx context.Context, platform, id string) (bot.Chat, error) {
	c := bot.Chat{Platform: sqldb.Clean(platform), ID: sqldb.Clean(id)}
	err := s.Read.Query(ctx, `SELECT `+chatColumns+`, (SELECT count(*) FROM (SELECT 1 FROM says
		WHERE says.platform = $1 AND says.chat = $2 AND ended = 0 AND NOT answer LIMIT $3) w)
		FROM chats WHERE platform = $1 AND id = $2`,
		[]any{c.Platform, c.ID, int64(bot.MaxWaiting)}, func(scan func(...any) error) error {
			return scanChat(scan, &c, &c.Waiting)
		})
	if err != nil {
		return bot.Chat{}, fmt.Errorf("read chat: %w", err)
	}
	return c, nil
}

const chatColumns = `platform, id, version, shop, lang, grp, away, heard, bound_by, answered, looked`

// scanChat reads chatColumns, and what stands behind them into more.
func scanChat(scan func(...any) error, c *bot.Chat, more ...any) error {
	var heard, looked int64
	var answered string
	err := scan(append([]any{
		&c.Platform, &c.ID, &c.Version, &c.Shop, &c.Lang, &c.Group, &c.Unreachable, &heard, &c.BoundBy, &answered,
		&looked,
	}, more...)...)
	if err == nil && answered != "" {
		err = json.Unmarshal([]byte(answered), &c.Answered)
	}
	c.LastSeenAt, c.Looked = sqldb.FromMillis(heard), sqldb.FromMillis(looked)
	return err
}

// Chats reads those that where says, without what waits to be sent to them.
func Chats(ctx context.Context, db sqldb.DB, where string, args ...any) ([]bot.Chat, error) {
	return sqldb.List(ctx, db, `SELECT `+chatColumns+` FROM chats `+where, args,
		func(scan sqldb.Scan) (c bot.Chat, err error) {
			err = scanChat(scan, &c)
			return c, err
		})
}

// ChatStatement writes a chat. Its error is pipeline.ErrMoved when that has changed since it was read.
func ChatStatement(c bot.Chat) (sqldb.Statement, error) {
	answered := ""
	if len(c.Answered) > 0 {
		var err error
		if answered, err = sqldb.Body(c.Answered); err != nil {
			return sqldb.Statement{}, err
		}
	}
	args := []any{
		sqldb.Clean(c.Platform), sqldb.Clean(c.ID), c.Shop, sqldb.Clean(c.Lang), c.Group, c.Unreachable,
		sqldb.Millis(c.LastSeenAt),
		sqldb.Clean(c.BoundBy), answered,
	}
	if c.Version == 0 {
		return sqldb.Statement{
			Text: `INSERT INTO chats (platform, id, version, shop, lang, grp, away, heard, bound_by, answered, looked)
				VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $7) ON CONFLICT (platform, id) DO NOTHING`,
			Args: args, ErrNoRows: pipeline.ErrMoved,
		}, nil
	}
	return sqldb.Statement{
		Text: `UPDATE chats SET version = version + 1, shop = $3, lang = $4, grp = $5, away = $6, heard = $7,
			bound_by = $8, answered = $9 WHERE platform = $1 AND id = $2 AND version = $10`,
		Args: append(args, c.Version), ErrNoRows: pipeline.ErrMoved,
	}, nil
}

// Shop implements bot.Store.
func (s Tables) Shop(ctx context.Context, id int64) (bot.Shop, error) {
	var found bot.Shop
	err := s.Read.Query(ctx, `SELECT `+ShopColumns+` FROM shops s WHERE s.id = $1`, []any{id},
		func(scan func(...any) error) (err error) {
			found, err = ScanShop(scan)
			return err
		})
	if err == nil && found.ID == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Shop{}, fmt.Errorf("read shop %d: %w", id, err)
	}
	return found, nil
}

// ShopColumns are those that ScanShop reads, behind others.
const ShopColumns = `s.id, s.version, s.name, s.logo, s.look, s.music, s.monthly, s.new_logo, s.made, s.track, s.new_track,
	s.regular_real, s.webhook`

// ScanShop reads a shop, and what stands before ShopColumns.
func ScanShop(scan func(...any) error, before ...any) (found bot.Shop, err error) {
	var photo, track string
	var made int64
	err = scan(append(before, &found.ID, &found.Version, &found.Name, &found.Logo, &found.Look, &found.Music,
		&found.Limit, &photo, &made, &found.Track, &track, &found.RegularReal, &found.Webhook)...)
	if err != nil {
		return found, err
	}
	found.Made = sqldb.FromMillis(made)
	if found.NewTrack, err = NewTrack(track); err != nil {
		return found, err
	}
	return found, json.Unmarshal([]byte(photo), &found.NewLogo)
}

// NewTrack reads what a shop's row has of a piece on its way.
func NewTrack(text string) (t bot.NewTrack, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &t)
	}
	return t, err
}

// ShopStatement writes a shop; id takes the number of a new one.
func ShopStatement(s bot.Shop, id *int64) (sqldb.Statement, error) {
	photo, err := sqldb.Body(s.NewLogo)
	if err != nil {
		return sqldb.Statement{}, err
	}
	track, err := sqldb.Body(s.NewTrack)
	if err != nil {
		return sqldb.Statement{}, err
	}
	args := []any{
		sqldb.Clean(s.Name), sqldb.Clean(s.Logo), sqldb.Clean(s.Look), sqldb.Clean(s.Music), int64(s.Limit), photo,
		sqldb.Millis(s.Made),
		sqldb.Clean(s.Track), track, s.RegularReal, sqldb.Clean(s.Webhook),
	}
	if s.ID == 0 {
		return sqldb.Statement{
			Text: `INSERT INTO shops
				(version, name, logo, look, music, monthly, new_logo, made, track, new_track, regular_real, webhook)
				VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
			Args: args, Dest: []any{id},
		}, nil
	}
	return sqldb.Statement{
		Text: `UPDATE shops SET version = version + 1, name = $1, logo = $2, look = $3, music = $4, monthly = $5,
			new_logo = $6, made = $7, track = $8, new_track = $9, regular_real = $10, webhook = $11
			WHERE id = $12 AND version = $13`,
		Args: append(args, s.ID, s.Version), ErrNoRows: pipeline.ErrMoved,
	}, nil
}

// Invite implements bot.Store.
func (s Tables) Invite(ctx context.Context, code string) (bot.Invite, error) {
	var found bot.Invite
	err := s.Read.Query(ctx, `SELECT code, shop, name, maker, expires, used FROM invites WHERE code = $1`,
		[]any{sqldb.Clean(code)}, func(scan func(...any) error) error {
			var expires, used int64
			err := scan(&found.Code, &found.Shop, &found.Name, &found.By, &expires, &used)
			found.Expires, found.Used = sqldb.FromMillis(expires), sqldb.FromMillis(used)
			return err
		})
	if err == nil && found.Code == "" {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Invite{}, fmt.Errorf("read invite: %w", err)
	}
	return found, nil
}

// InviteStatement writes a new invite.
func InviteStatement(i bot.Invite) sqldb.Statement {
	return sqldb.Statement{
		Text: `INSERT INTO invites (code, shop, name, maker, expires, used) VALUES ($1, $2, $3, $4, $5, $6)`,
		Args: []any{
			sqldb.Clean(i.Code), i.Shop, sqldb.Clean(i.Name), sqldb.Clean(i.By), sqldb.Millis(i.Expires),
			sqldb.Millis(i.Used),
		},
	}
}
