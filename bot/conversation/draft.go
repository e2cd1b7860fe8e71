package conversation

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// draftLife is how long an unanswered question is kept; then it ends quietly.
const draftLife = time.Hour

const (
	wordsLife  = 10 * time.Minute // words wait so long for their photo
	FixLife    = 15 * time.Minute // words for something else must not change an old order
	groupWait  = 5 * time.Minute  // in a room full of talk, what isn't addressed to us completes a photo so long
	RemindWait = 10 * time.Minute // a photo without words is spoken of once more
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

// runDraft is what d.drafts runs.
func (cv *Conversation) runDraft(ctx context.Context, draft int64, _ *pipeline.Hint) {
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
	v, err := cv.loader.load(ctx, bot.Update{
		Platform: dr.Platform, Chat: dr.Chat, Topic: dr.Topic, User: bot.User{ID: dr.User},
	})
	if err != nil {
		return time.Time{}, err
	}
	i := slices.IndexFunc(v.drafts, func(x bot.Draft) bool { return x.ID == id })
	if i < 0 || v.drafts[i].Due.IsZero() {
		return time.Time{}, nil
	}
	if dr = v.drafts[i]; v.Now.Before(dr.Due) {
		return dr.Due, nil
	}
	if err := cv.intake.due(ctx, v, dr); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, cv.commit(ctx, v)
}

// due does what a draft waited for.
func (in *intake) due(ctx context.Context, v *Session, dr bot.Draft) error {
	dr.Due = time.Time{}
	switch {
	case dr.Waits == bot.ForMore:
		return in.gathered(ctx, v, dr)
	case dr.Waits == bot.ForWords && !dr.Reminded:
		dr.Reminded = true
		v.put(dr)
		v.ask(dr, v.Fill("remind", nil)+"\n"+question(v, dr, 0), choiceButtons(v, dr)...)
	case dr.Waits == bot.ForYes && !dr.Reminded:
		dr.Reminded = true
		v.put(dr)
		askReading(v, dr, "read.remind")
	case isRegular(dr) && !dr.Reminded:
		in.regular.remindRegular(v, dr)
	default:
		v.put(dr)
	}
	return nil
}

// NewDraft is a draft of the person whose session it is.
func (v *Session) NewDraft(w bot.Waits, ps ...bot.Image) bot.Draft {
	return bot.Draft{
		ID: draftID(), Platform: v.Platform, Chat: v.Chat, Topic: v.Topic, User: v.User.ID, Maker: v.User.Name,
		Waits: w, Images: ps, Made: v.Now, Ends: v.Now.Add(draftLife),
	}
}

// splitDraft is a new draft for a picture of another one: of the same person, in the same part of the chat.
func (v *Session) splitDraft(dr bot.Draft, w bot.Waits, p bot.Image) bot.Draft {
	own := v.NewDraft(w, p)
	own.Topic, own.User, own.Maker = dr.Topic, dr.User, dr.Maker
	return own
}

// draftID is random, so that nothing is known from a button, and fits into a JSON number.
func draftID() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return int64(binary.BigEndian.Uint64(b[:])>>11) | 1
}

// put writes a draft with what the session leads to.
func (v *Session) put(dr bot.Draft) {
	v.forget(dr.ID)
	v.Change.Drafts = append(v.Change.Drafts, dr)
	v.drafts = append(v.drafts, dr)
}

// end lets go of a draft. That of an album stays a while, since late pictures look for it.
func (v *Session) end(dr bot.Draft) {
	if dr.Album == "" {
		v.drop(dr)
		return
	}
	dr.Waits, dr.Images, dr.Choices, dr.Text, dr.Due = bot.Settled, nil, nil, "", time.Time{}
	dr.Ends = v.Now.Add(draftLife)
	v.put(dr)
}

func (v *Session) drop(dr bot.Draft) {
	v.forget(dr.ID)
	if slices.Contains(v.stored, dr.ID) {
		v.Change.Drop = append(v.Change.Drop, dr.ID)
	}
}

// renew gives a draft another number, so that the buttons of its old question mean nothing any more.
func (v *Session) renew(dr bot.Draft) bot.Draft {
	v.drop(dr)
	dr.ID, dr.Question, dr.Choices, dr.Tries = draftID(), "", nil, 0
	return dr
}

func (v *Session) forget(id int64) {
	is := func(x bot.Draft) bool { return x.ID == id }
	v.drafts = slices.DeleteFunc(slices.Clone(v.drafts), is)
	v.Change.Drafts = slices.DeleteFunc(v.Change.Drafts, is)
}

// waiting lists the person's drafts in this part of the chat that wait for one of these, newest first. If
// there is none, one of another thread may be meant; where others read along, only if it is the only one.
func (v *Session) waiting(waits ...bot.Waits) (found []bot.Draft) {
	var near []bot.Draft
	for _, dr := range v.drafts {
		switch {
		case dr.User != v.User.ID || !slices.Contains(waits, dr.Waits):
		case dr.Topic == v.Topic:
			found = append(found, dr)
		case v.adjoins(dr):
			near = append(near, dr)
		}
	}
	if len(found) == 0 && (len(near) == 1 || !v.Group) {
		found = near
	}
	slices.SortStableFunc(found, func(a, b bot.Draft) int { return b.Made.Compare(a.Made) })
	return found
}

// newest is the first of those that wait.
func (v *Session) newest(waits ...bot.Waits) (bot.Draft, bool) {
	if found := v.waiting(waits...); len(found) > 0 {
		return found[0], true
	}
	return bot.Draft{}, false
}

// live finds a draft of the chat that wasn't answered yet.
func (v *Session) live(is func(bot.Draft) bool) (bot.Draft, bool) {
	for _, dr := range v.drafts {
		if dr.Waits != bot.Settled && is(dr) {
			return dr, true
		}
	}
	return bot.Draft{}, false
}

// pictured finds the draft that a message's picture is in, and its place there.
func (v *Session) pictured(message string) (bot.Draft, int, bool) {
	for _, dr := range v.drafts {
		for i, p := range dr.Images {
			if p.Message == message {
				return dr, i, true
			}
		}
	}
	return bot.Draft{}, 0, false
}

// ask says a draft's question. One with buttons needs no reply.
func (v *Session) ask(dr bot.Draft, text string, buttons ...[]bot.Button) {
	th := v.thread()
	th.Topic, th.User = dr.Topic, dr.User
	if len(dr.Images) > 0 {
		th.Message = dr.Images[0].Message
	}
	v.Send(bot.OutgoingMessage{
		Message: bot.Message{Thread: th, Text: text, Buttons: buttons, Ask: len(buttons) == 0}, Draft: dr.ID,
	})
}
