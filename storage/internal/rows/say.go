package rows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

func sayStatement(s state.Say, id *int64) (Statement, error) {
	s.ID, s.Made = 0, exact(s.Made)
	text, err := body(s)
	if err != nil {
		return Statement{}, err
	}
	return Statement{
		Text: `INSERT INTO says (platform, chat, draft, answer, body, made, claimed, ended, message)
			VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '') RETURNING id`,
		Args: []any{clean(s.Thread.Platform), clean(s.Thread.Chat), s.Draft, s.Answer != "", text, millis(s.Made)},
		Into: []any{id},
	}, nil
}

// errNotNow says that a say can't be claimed, or is closed.
var errNotNow = errors.New("not now")

const claimSay = `
UPDATE says SET claimed = $1 WHERE id = $2 AND ended = 0 AND claimed <= $3 AND (answer OR NOT EXISTS (
    SELECT 1 FROM says e WHERE e.platform = says.platform AND e.chat = says.chat AND e.id < says.id
    AND e.ended = 0 AND NOT e.answer))
RETURNING chat, body`

// Claim implements state.Store.
func (s Store) Claim(ctx context.Context, say int64, limit time.Duration) (state.Say, error) {
	var chat, text string
	var waits bool
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		now := time.Now()
		err := tx.Run(ctx, Statement{
			Text: claimSay, Args: []any{millis(now.Add(limit)), say, millis(now)},
			Into: []any{&chat, &text}, Miss: errNotNow,
		})
		if waits = errors.Is(err, errNotNow); waits {
			err = tx.Run(ctx, Statement{
				Text: `SELECT chat, body FROM says WHERE id = $1 AND ended = 0`, Args: []any{say},
				Into: []any{&chat, &text}, Miss: pipeline.ErrNotFound,
			})
		}
		return nil, err
	})
	if err != nil {
		return state.Say{}, fmt.Errorf("claim say %d: %w", say, err)
	}
	var found state.Say
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return state.Say{}, fmt.Errorf("claim say %d: %w", say, err)
	}
	found.ID, found.Thread.Chat = say, chat
	if waits {
		return found, fmt.Errorf("claim say %d: %w", say, state.ErrWait)
	}
	return found, nil
}

// Unsaid implements state.Store. One that is closed stays as it is.
func (s Store) Unsaid(ctx context.Context, say int64, t time.Time) error {
	err := s.run(ctx, Statement{
		Text: `UPDATE says SET claimed = $1 WHERE id = $2 AND ended = 0`, Args: []any{millis(t), say},
	})
	if err != nil {
		return fmt.Errorf("give say %d back: %w", say, err)
	}
	return nil
}

// Said implements state.Store. The chat's next say is woken, which may have found that it has to wait.
func (s Store) Said(ctx context.Context, say int64, message string) error {
	message = clean(message)
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		var todo []Statement
		if message != "" {
			todo = append(todo, Statement{
				Text: `UPDATE drafts SET question = $1 WHERE id = (SELECT draft FROM says WHERE id = $2 AND ended = 0)`,
				Args: []any{message, say},
			})
		}
		var platform, chat string
		now := millis(time.Now())
		err := tx.Run(ctx, append(todo, Statement{
			Text: `UPDATE says SET ended = $1, message = $2 WHERE id = $3 AND ended = 0 RETURNING platform, chat`,
			Args: []any{now, message, say}, Into: []any{&platform, &chat}, Miss: errNotNow,
		})...)
		if err != nil {
			return nil, err
		}
		var jobs []queue.Job
		err = tx.Query(ctx, `SELECT id FROM says WHERE platform = $1 AND chat = $2 AND ended = 0 AND NOT answer
			AND claimed <= $3 ORDER BY id LIMIT 1`, []any{platform, chat, now},
			func(scan func(...any) error) error {
				next := queue.Job{Kind: queue.Say}
				err := scan(&next.ID)
				jobs = append(jobs, next)
				return err
			})
		return jobs, err
	})
	if err != nil && !errors.Is(err, errNotNow) { // one that is closed stays as it is
		return fmt.Errorf("close say %d: %w", say, err)
	}
	return nil
}
