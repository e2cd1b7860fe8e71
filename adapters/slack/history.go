package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// How past messages are asked for. conversations.history takes 50 requests a minute (Tier 3); an app that is given
// away outside of the Marketplace has one a minute, of 15 messages, and is told so by 429.
const (
	historyMethod = "conversations.history"

	historyPage  = 200  // at first; one that is too large for an answer is asked for in smaller ones
	maxHistory   = 2000 // updates of one chat, which are all in memory
	historyPages = 100
	historyTries = 10 // of one page
)

// history reads what was written before.
type history struct {
	*identity
	past pace.Rate // requests for it, in a workspace
}

// Missed is part of bot.History: what stands in the channel itself. Answers in threads aren't among it.
func (h *history) Missed(ctx context.Context, chat string, t time.Time) (all []bot.Update, until time.Time, err error) {
	team, channel := split(chat)
	me, err := h.Me(ctx, team)
	if err != nil {
		return nil, until, err
	}
	form := url.Values{
		"channel": {channel}, "limit": {strconv.Itoa(historyPage)},
		"oldest": {fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)}, "inclusive": {"true"},
	}
	cursor := ""
	for n := 0; n < historyPages && len(all) < maxHistory; n++ {
		var p historyAnswer
		if p, err = h.ask(ctx, team, form); err != nil {
			return nil, time.Time{}, err
		}
		for _, m := range p.Messages {
			if written := at(m.TS); written.After(until) {
				until = written
			}
			e := envelope{Team: team, ID: "history", Event: event{message: m, Type: "message", Channel: channel}}
			_ = h.guarded(func() error { // what panics is left out
				if u, means := updateOf(&e, ours(me.User)); means && u.Kind == bot.Wrote {
					all = append(all, u)
				}
				return nil
			})
		}
		if cursor = p.Metadata.Cursor; cursor == "" {
			break
		}
		form.Set("cursor", cursor)
	}
	if cursor != "" {
		h.log.Warn("a channel has too many messages to look through", "platform", Platform, "chat", chat)
	}
	slices.SortStableFunc(all, func(a, b bot.Update) int { return a.At.Compare(b.At) })
	return all, until, nil
}

// historyAnswer is a page of messages, the newest first.
type historyAnswer struct {
	Messages []message `json:"messages"`
	Metadata struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// ask asks for one page, waits for it as long as Slack wants, and makes the limit in form smaller when the answer
// is too large. It doesn't go through the library, which takes a whole page for broken when it doesn't know a part of
// one message.
func (h *history) ask(ctx context.Context, team string, form url.Values) (p historyAnswer, err error) {
	token, err := h.token(ctx, team)
	if err != nil {
		return p, err
	}
	for range historyTries {
		if err := h.turn(ctx, team); err != nil {
			return p, err
		}
		p, err = h.page(ctx, token, form)
		f, cut := pipeline.AsFault(err), (*httpx.NoResponseError)(nil)
		limit, _ := strconv.Atoi(form.Get("limit"))
		switch {
		case err == nil:
			return p, nil
		case f.RateLimited:
			if !pace.Sleep(ctx, f.RetryAfter) {
				return p, httpx.Passing(context.Cause(ctx))
			}
		case errors.As(err, &cut) && cut.Sent && limit >= 10: // ten pictures a message, or 40,000 letters, come to much
			form.Set("limit", strconv.Itoa(limit/10))
		default:
			return p, err
		}
	}
	return p, err
}

// turn waits for as long as it takes until a page may be asked for.
func (h *history) turn(ctx context.Context, team string) error {
	for {
		err := h.pace.Take(ctx, "", 0, tier(team, historyMethod, h.past))
		f := pipeline.AsFault(err)
		if err == nil || !f.RateLimited {
			return err
		}
		if !pace.Sleep(ctx, f.RetryAfter) {
			return httpx.Passing(context.Cause(ctx))
		}
	}
}

func (h *history) page(ctx context.Context, token string, form url.Values) (p historyAnswer, err error) {
	body := strings.NewReader(form.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.api.String()+historyMethod, body)
	if err != nil {
		return p, httpx.Passing(errors.New("slack: the API's address is no address"))
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := h.calls.Do(req)
	if err != nil {
		return p, h.fault("", historyMethod, repeatable, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil {
		err = parse(raw, &p)
	}
	if err != nil {
		return p, httpx.Passing(fmt.Errorf("slack: %s: %w", historyMethod, err))
	}
	return p, nil
}
