package chats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

const selectDraft = `SELECT id, chat, question, body FROM drafts `

// Drafts implements bot.Store.
func (s Tables) Drafts(ctx context.Context, platform, chat string, t time.Time) ([]bot.Draft, error) {
	all, err := drafts(ctx, s.Read, `WHERE platform = $1 AND chat = $2 AND ends > $3 ORDER BY made, id`,
		sqldb.Clean(platform), sqldb.Clean(chat), sqldb.Millis(t))
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return all, nil
}

// Draft implements bot.Store.
func (s Tables) Draft(ctx context.Context, id int64) (bot.Draft, error) {
	all, err := drafts(ctx, s.Read, `WHERE id = $1`, id)
	if err == nil && len(all) == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return bot.Draft{}, fmt.Errorf("read draft %d: %w", id, err)
	}
	return all[0], nil
}

func drafts(ctx context.Context, db sqldb.DB, where string, args ...any) ([]bot.Draft, error) {
	return sqldb.List(ctx, db, selectDraft+where, args, func(scan sqldb.Scan) (d bot.Draft, err error) {
		var id int64
		var chat, question, text string
		if err := scan(&id, &chat, &question, &text); err != nil {
			return d, err
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return d, fmt.Errorf("draft %d: %w", id, err)
		}
		d.ID, d.Chat, d.Question = id, chat, question
		return d, nil
	})
}

// writeDraft keeps a question's name that is there: MarkSent may have come since the draft was read.
const writeDraft = `
INSERT INTO drafts (id, platform, chat, question, made, ends, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET made = excluded.made, ends = excluded.ends, body = excluded.body,
    question = CASE WHEN drafts.question = '' THEN excluded.question ELSE drafts.question END
WHERE drafts.platform = excluded.platform AND drafts.chat = excluded.chat`

// DraftStatement writes a draft, new or changed.
func DraftStatement(d bot.Draft) (sqldb.Statement, error) {
	if d.ID == 0 {
		return sqldb.Statement{}, errors.New("a draft without a number")
	}
	d.Made, d.Due, d.Ends = sqldb.Exact(d.Made), sqldb.Exact(d.Due), sqldb.Exact(d.Ends)
	text, err := sqldb.Body(d)
	if err != nil {
		return sqldb.Statement{}, err
	}
	return sqldb.Statement{
		Text: writeDraft,
		Args: []any{
			d.ID, sqldb.Clean(d.Platform), sqldb.Clean(d.Chat), sqldb.Clean(d.Question), sqldb.Millis(d.Made),
			sqldb.Millis(d.Ends), text,
		},
		ErrNoRows: fmt.Errorf("draft %d belongs to another chat", d.ID),
	}, nil
}
