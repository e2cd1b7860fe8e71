package conversation

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/runner"
)

const (
	soon         = 10 * time.Second // a draft due within it is looked at by this process, beside its job
	draftsAtOnce = 4
)

// Draft looks at a draft whose time has come: storage.Handlers.Draft. It may be called at any time, by
// several at once: what was done before is not done again.
func (cv *Conversation) Draft(ctx context.Context, draft int64) (time.Time, error) {
	var again time.Time
	err := bot.Retry(func() (err error) {
		again, err = cv.lookAt(ctx, draft)
		return err
	})
	return again, err
}

// lookSoon looks at drafts that are due in seconds without waiting for their jobs, which come late.
func (cv *Conversation) lookSoon(drafts []bot.Draft) {
	for _, dr := range drafts {
		cv.lookSoonAt(dr.ID, dr.Due)
	}
}

func (cv *Conversation) lookSoonAt(draft int64, due time.Time) {
	if !due.IsZero() && time.Until(due) <= soon {
		cv.drafts.WakeAt(draft, due, nil)
	}
}

// runDraft is what cv.drafts runs.
func (cv *Conversation) runDraft(ctx context.Context, draft int64, _ *runner.Hint) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	again, err := cv.Draft(ctx, draft)
	if err != nil {
		cv.opts.Log.Debug("draft not looked at; waiting for scheduled wakeup", "draft", draft, "err", err)
	}
	cv.lookSoonAt(draft, again)
}

func (cv *Conversation) lookAt(ctx context.Context, id int64) (time.Time, error) {
	dr, err := cv.opts.Store.Draft(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	// The chat is read before the draft is believed: its version fences what is decided.
	v, err := cv.loader.Load(ctx, bot.Update{
		Platform: dr.Platform, Chat: dr.Chat, Topic: dr.Topic, User: bot.User{ID: dr.User},
	})
	if err != nil {
		return time.Time{}, err
	}
	i := slices.IndexFunc(v.Drafts, func(x bot.Draft) bool { return x.ID == id })
	if i < 0 || v.Drafts[i].Due.IsZero() {
		return time.Time{}, nil
	}
	if dr = v.Drafts[i]; v.Now.Before(dr.Due) {
		return dr.Due, nil
	}
	if err := cv.intake.Due(ctx, v, dr); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, cv.commit(ctx, v)
}
