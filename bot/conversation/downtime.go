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
	askFor   = time.Hour           // chats that can't be asked are tried again for so long
)

// Heartbeat is to be called every minute. After a silence longer than platforms keep what is written to us, it
// asks those who wrote lately to send again what wasn't answered. The heartbeat is written down once all were asked, or
// some couldn't be for an hour: until then the next call asks the others.
func (cv *Conversation) Heartbeat(ctx context.Context) error {
	last, err := cv.opts.Store.LastHeartbeat(ctx)
	if err != nil {
		return err
	}
	if !last.IsZero() && time.Since(last) >= kept {
		cv.opts.Log.Warn("the service was away for too long; updates may be lost", "since", last)
		cv.askingSince.CompareAndSwap(0, time.Now().Unix())
		err := cv.askAllAgain(ctx, last)
		if err != nil && time.Since(time.Unix(cv.askingSince.Load(), 0)) < askFor {
			return fmt.Errorf("after a silence: %w", err)
		}
		if err != nil {
			cv.opts.Log.Error("chats were not asked to send again what they wrote", "since", last, "err", err)
		}
		cv.askingSince.Store(0)
	}
	return cv.opts.Store.Heartbeat(ctx)
}

// askAllAgain asks the chats that were heard from lately, each once. One that can't be asked keeps no other from it.
func (cv *Conversation) askAllAgain(ctx context.Context, last time.Time) error {
	chats, err := cv.opts.Store.Active(ctx, last.Add(-acquaint))
	if err != nil {
		return err
	}
	failed := 0
	var first error
	for _, c := range chats {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if cv.opts.Histories[c.Platform] != nil && time.Since(last) < MaxLookBack {
			continue // LookBack finds it
		}
		err := bot.Retry(func() error {
			now, err := cv.opts.Store.Chat(ctx, c.Platform, c.ID)
			if err != nil || now.Version == 0 || now.Unreachable { // it has left meanwhile
				return err
			}
			return cv.askAgain(ctx, now, last)
		})
		if err != nil && !errors.Is(err, bot.ErrSeen) {
			failed++
			if first == nil {
				first = err
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d chats weren't asked, the first: %w", failed, len(chats), first)
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
