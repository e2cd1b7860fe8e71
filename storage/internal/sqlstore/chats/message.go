package chats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// MessageStatement writes a new message into says, as the table is called, and reads its number into id.
func MessageStatement(s bot.OutgoingMessage, id *int64) (sqldb.Statement, error) {
	s.ID, s.Made = 0, sqldb.Exact(s.Made)
	text, err := sqldb.Body(s)
	if err != nil {
		return sqldb.Statement{}, err
	}
	return sqldb.Statement{
		Text: `INSERT INTO says (platform, chat, draft, answer, body, made, claimed, ended, message, priority)
			VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', $7) RETURNING id`,
		Args: []any{
			sqldb.Clean(s.Thread.Platform), sqldb.Clean(s.Thread.Chat), s.Draft, s.Apart(), text, sqldb.Millis(s.Made),
			int64(s.Priority),
		},
		Dest: []any{id},
	}, nil
}

// ErrNotNow says that a message can't be claimed, or is closed.
var ErrNotNow = errors.New("not now")

// isTurn holds for a message that no other of its chat is before: an earlier one, or one that goes first by its
// priority. The column answer is true for those that are Apart.
const isTurn = `(answer OR NOT EXISTS (SELECT 1 FROM says e WHERE e.platform = says.platform AND e.chat = says.chat
    AND (e.priority < says.priority OR e.priority = says.priority AND e.id < says.id) AND e.ended = 0 AND NOT e.answer))`

const claimMessage = `
UPDATE says SET claimed = $1 WHERE id = $2 AND ended = 0 AND claimed <= $3 AND ` + isTurn + `
RETURNING chat, body`

// Claim implements bot.Store.
func (s Tables) Claim(ctx context.Context, id int64, limit time.Duration) (bot.OutgoingMessage, error) {
	var chat, text string
	var until int64
	var waits bool
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		now := time.Now()
		err := tx.Run(ctx, sqldb.Statement{
			Text: claimMessage, Args: []any{sqldb.Millis(now.Add(limit)), id, sqldb.Millis(now)},
			Dest: []any{&chat, &text}, ErrNoRows: ErrNotNow,
		})
		if waits = errors.Is(err, ErrNotNow); waits {
			err = tx.Run(ctx, sqldb.Statement{
				Text: `SELECT chat, body, CASE WHEN ` + isTurn + ` THEN claimed ELSE 0 END
					FROM says WHERE id = $1 AND ended = 0`,
				Args: []any{id}, Dest: []any{&chat, &text, &until}, ErrNoRows: pipeline.ErrNotFound,
			})
		}
		return nil, err
	})
	if err != nil {
		return bot.OutgoingMessage{}, fmt.Errorf("claim message %d: %w", id, err)
	}
	var found bot.OutgoingMessage
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return bot.OutgoingMessage{}, fmt.Errorf("claim message %d: %w", id, err)
	}
	found.ID, found.Thread.Chat = id, chat
	if waits {
		return found, fmt.Errorf("claim message %d: %w", id, &bot.WaitError{Until: sqldb.FromMillis(until)})
	}
	return found, nil
}

// ReleaseMessage implements bot.Store. One that is closed stays as it is.
func (s Tables) ReleaseMessage(ctx context.Context, id int64, t time.Time, job bool) error {
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		err := tx.Run(ctx, sqldb.Statement{
			Text: `UPDATE says SET claimed = $1 WHERE id = $2 AND ended = 0`,
			Args: []any{sqldb.Millis(t), id}, ErrNoRows: ErrNotNow,
		})
		if err != nil || !job {
			return nil, err
		}
		return []queue.Job{{Kind: queue.SendMessage, ID: id, Due: t}}, nil
	})
	if err != nil && !errors.Is(err, ErrNotNow) {
		return fmt.Errorf("give message %d back: %w", id, err)
	}
	return nil
}

// MarkPartSent implements bot.Store. One that is closed stays as it is.
func (s Tables) MarkPartSent(ctx context.Context, part bot.OutgoingMessage) error {
	id := part.ID
	part.ID = 0
	text, err := sqldb.Body(part)
	if err == nil {
		err = s.Run(ctx, sqldb.Statement{
			Text: `UPDATE says SET body = $1 WHERE id = $2 AND ended = 0`, Args: []any{text, id},
		})
	}
	if err != nil {
		return fmt.Errorf("write a part of message %d: %w", id, err)
	}
	return nil
}

// WakePending implements bot.Store. claimed says when a message was looked at last. The order is that of an index of
// those that are open: the others are kept for days, and aren't to be read each minute.
func (s Tables) WakePending(ctx context.Context, before time.Time) (int, error) {
	var jobs []queue.Job
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) (_ []queue.Job, err error) {
		jobs, err = WakeMessages(ctx, tx, `UPDATE says SET claimed = $1 WHERE id IN (SELECT id FROM says WHERE ended = 0
			AND made < $2 AND claimed < $2 AND `+isTurn+` ORDER BY platform, chat, id LIMIT $3) RETURNING id`,
			sqldb.Millis(time.Now()), sqldb.Millis(before), int64(sqldb.Sweep))
		return jobs, err
	})
	if err != nil {
		return 0, fmt.Errorf("wake messages that wait: %w", err)
	}
	return len(jobs), nil
}

// FirstPending is the job of the message that is a chat's turn; its ID is 0 when none waits. With the store's lock,
// a process that closes that message does it before or after the present transaction: a message that is written here
// gets its job from one of the two.
func FirstPending(ctx context.Context, tx sqldb.Tx, platform, chat, lock string) (queue.Job, error) {
	first := queue.Job{Kind: queue.SendMessage}
	err := tx.Query(ctx, `SELECT id, claimed FROM says WHERE platform = $1 AND chat = $2 AND ended = 0 AND NOT answer
		ORDER BY priority, id LIMIT 1`+lock, []any{platform, chat},
		func(scan func(...any) error) error {
			var claimed int64
			err := scan(&first.ID, &claimed)
			first.Due = sqldb.FromMillis(claimed)
			return err
		})
	return first, err
}

// MarkSent implements bot.Store.
func (s Tables) MarkSent(ctx context.Context, id int64, message string) (int64, error) {
	message = sqldb.Clean(message)
	var next queue.Job
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		var todo []sqldb.Statement
		if message != "" {
			todo = append(todo, sqldb.Statement{
				Text: `UPDATE drafts SET question = $1 WHERE id = (SELECT draft FROM says WHERE id = $2 AND ended = 0)`,
				Args: []any{message, id},
			})
		}
		var platform, chat string
		var answer bool
		err := tx.Run(ctx, append(todo, sqldb.Statement{
			Text: `UPDATE says SET ended = $1, message = $2 WHERE id = $3 AND ended = 0
				RETURNING platform, chat, answer`,
			Args: []any{sqldb.Millis(time.Now()), message, id}, Dest: []any{&platform, &chat, &answer},
			ErrNoRows: ErrNotNow,
		})...)
		if next = (queue.Job{}); err != nil || answer {
			return nil, err
		}
		next, err = FirstPending(ctx, tx, platform, chat, "")
		if err != nil || next.ID == 0 {
			return nil, err
		}
		return []queue.Job{next}, nil
	})
	if err != nil && !errors.Is(err, ErrNotNow) { // one that is closed stays as it is
		return 0, fmt.Errorf("close message %d: %w", id, err)
	}
	return next.ID, nil
}

// WakeMessages runs an update of messages that returns their numbers, and makes jobs that are due at once.
func WakeMessages(ctx context.Context, tx sqldb.Tx, text string, args ...any) ([]queue.Job, error) {
	return sqldb.List(ctx, tx, text, args, func(scan sqldb.Scan) (queue.Job, error) {
		j := queue.Job{Kind: queue.SendMessage}
		err := scan(&j.ID)
		return j, err
	})
}
