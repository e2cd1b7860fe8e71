package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	kept     = 24 * time.Hour      // no platform keeps what is written to us for longer without handing it over
	acquaint = 30 * 24 * time.Hour // who wrote lately may have written while the service was away
)

// Heartbeat is to be called every minute. After a silence longer than platforms keep what is written to us, it
// asks those who wrote lately to send again what wasn't answered.
func (cv *Conversation) Heartbeat(ctx context.Context) error {
	last, err := cv.opts.Store.Heartbeat(ctx)
	if err != nil || last.IsZero() || time.Since(last) < kept {
		return err
	}
	cv.opts.Log.Warn("the service was away for too long; updates may be lost", "since", last)
	chats, err := cv.opts.Store.Active(ctx, last.Add(-acquaint))
	if err != nil {
		return err
	}
	for _, c := range chats {
		if cv.opts.Histories[c.Platform] != nil && time.Since(last) < LookBackMost {
			continue // LookBack finds it
		}
		err := cv.askAgain(ctx, c, last)
		for errors.Is(err, pipeline.ErrMoved) {
			if c, err = cv.opts.Store.Chat(ctx, c.Platform, c.ID); err == nil {
				err = cv.askAgain(ctx, c, last)
			}
		}
		if err != nil && !errors.Is(err, bot.ErrSeen) {
			return fmt.Errorf("after a silence: %w", err)
		}
	}
	return nil
}

func (cv *Conversation) askAgain(ctx context.Context, c bot.Chat, last time.Time) error {
	_, err := cv.opts.Store.Commit(ctx, bot.Change{
		Key:  fmt.Sprintf("silence:%s:%s:%d", c.Platform, c.ID, last.UnixMilli()),
		Chat: c,
		Messages: []bot.OutgoingMessage{{Message: bot.Message{
			Thread: pipeline.Thread{Platform: c.Platform, Chat: c.ID, Lang: c.Lang},
			Text:   present.Fill(c.Lang, "after.silence", nil),
		}}},
	})
	return err
}
