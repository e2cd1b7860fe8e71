package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Chat implements bot.Store.
func (s Store) Chat(ctx context.Context, platform, id string) (bot.Chat, error) {
	c := bot.Chat{Platform: clean(platform), ID: clean(id)}
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
	c.LastSeenAt, c.Looked = fromMillis(heard), fromMillis(looked)
	return err
}

// chats reads those that where says, without what waits to be sent to them.
func chats(ctx context.Context, db DB, where string, args ...any) ([]bot.Chat, error) {
	var all []bot.Chat
	err := db.Query(ctx, `SELECT `+chatColumns+` FROM chats `+where, args,
		func(scan func(...any) error) error {
			var c bot.Chat
			err := scanChat(scan, &c)
			all = append(all, c)
			return err
		})
	return all, err
}

func chatStatement(c bot.Chat) (Statement, error) {
	answered := ""
	if len(c.Answered) > 0 {
		var err error
		if answered, err = body(c.Answered); err != nil {
			return Statement{}, err
		}
	}
	args := []any{
		clean(c.Platform), clean(c.ID), c.Shop, clean(c.Lang), c.Group, c.Unreachable, millis(c.LastSeenAt),
		clean(c.BoundBy), answered,
	}
	if c.Version == 0 {
		return Statement{
			Text: `INSERT INTO chats (platform, id, version, shop, lang, grp, away, heard, bound_by, answered, looked)
				VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $7) ON CONFLICT (platform, id) DO NOTHING`,
			Args: args, ErrNoRows: pipeline.ErrMoved,
		}, nil
	}
	return Statement{
		Text: `UPDATE chats SET version = version + 1, shop = $3, lang = $4, grp = $5, away = $6, heard = $7,
			bound_by = $8, answered = $9 WHERE platform = $1 AND id = $2 AND version = $10`,
		Args: append(args, c.Version), ErrNoRows: pipeline.ErrMoved,
	}, nil
}

// Shop implements bot.Store.
func (s Store) Shop(ctx context.Context, id int64) (bot.Shop, error) {
	var found bot.Shop
	err := s.Read.Query(ctx, `SELECT `+shopColumns+` FROM shops s WHERE s.id = $1`, []any{id},
		func(scan func(...any) error) (err error) {
			found, err = scanShop(scan)
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

// shopColumns are those that scanShop reads, behind others.
const shopColumns = `s.id, s.version, s.name, s.logo, s.look, s.music, s.monthly, s.new_logo, s.made, s.track, s.new_track,
	s.regular_real, s.webhook`

func scanShop(scan func(...any) error, before ...any) (found bot.Shop, err error) {
	var photo, track string
	var made int64
	err = scan(append(before, &found.ID, &found.Version, &found.Name, &found.Logo, &found.Look, &found.Music,
		&found.Limit, &photo, &made, &found.Track, &track, &found.RegularReal, &found.Webhook)...)
	if err != nil {
		return found, err
	}
	found.Made = fromMillis(made)
	if found.NewTrack, err = newTrack(track); err != nil {
		return found, err
	}
	return found, json.Unmarshal([]byte(photo), &found.NewLogo)
}

// newTrack reads what a shop's row has of a piece on its way.
func newTrack(text string) (t bot.NewTrack, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &t)
	}
	return t, err
}

// shopStatement writes a shop; id takes the number of a new one.
func shopStatement(s bot.Shop, id *int64) (Statement, error) {
	photo, err := body(s.NewLogo)
	if err != nil {
		return Statement{}, err
	}
	track, err := body(s.NewTrack)
	if err != nil {
		return Statement{}, err
	}
	args := []any{
		clean(s.Name), clean(s.Logo), clean(s.Look), clean(s.Music), int64(s.Limit), photo, millis(s.Made),
		clean(s.Track), track, s.RegularReal, clean(s.Webhook),
	}
	if s.ID == 0 {
		return Statement{
			Text: `INSERT INTO shops
				(version, name, logo, look, music, monthly, new_logo, made, track, new_track, regular_real, webhook)
				VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
			Args: args, Dest: []any{id},
		}, nil
	}
	return Statement{
		Text: `UPDATE shops SET version = version + 1, name = $1, logo = $2, look = $3, music = $4, monthly = $5,
			new_logo = $6, made = $7, track = $8, new_track = $9, regular_real = $10, webhook = $11
			WHERE id = $12 AND version = $13`,
		Args: append(args, s.ID, s.Version), ErrNoRows: pipeline.ErrMoved,
	}, nil
}

// Invite implements bot.Store.
func (s Store) Invite(ctx context.Context, code string) (bot.Invite, error) {
	var found bot.Invite
	err := s.Read.Query(ctx, `SELECT code, shop, name, maker, expires, used FROM invites WHERE code = $1`,
		[]any{clean(code)}, func(scan func(...any) error) error {
			var expires, used int64
			err := scan(&found.Code, &found.Shop, &found.Name, &found.By, &expires, &used)
			found.Expires, found.Used = fromMillis(expires), fromMillis(used)
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

func inviteStatement(i bot.Invite) Statement {
	return Statement{
		Text: `INSERT INTO invites (code, shop, name, maker, expires, used) VALUES ($1, $2, $3, $4, $5, $6)`,
		Args: []any{clean(i.Code), i.Shop, clean(i.Name), clean(i.By), millis(i.Expires), millis(i.Used)},
	}
}

// nul finds a NUL in JSON, and steps over a backslash that stands for itself.
var nul = strings.NewReplacer(`\\`, `\\`, `\u0000`, "\uFFFD")

// body is a structure as JSON text, of which clean would change nothing.
func body(v any) (string, error) {
	text, err := json.Marshal(v) // which replaces broken UTF-8
	return nul.Replace(string(text)), err
}
