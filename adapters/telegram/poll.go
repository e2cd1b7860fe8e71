package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// pollSeconds is how long Telegram holds an empty answer back; it doesn't do so for longer.
const pollSeconds = 50

// tooSoon is how soon an answer without anything new is odd: Telegram holds such answers back.
const tooSoon = time.Second

// Poll takes updates in by asking for them. One at a time may do so with one token; two get in each other's way.
type Poll struct {
	in     *receiver
	handle Handle
	offset int64
}

// NewPoll makes a Poll, which begins with the oldest update that Telegram still has.
func (rcv *receiver) NewPoll(handle Handle) *Poll { return &Poll{in: rcv, handle: handle} }

// Run takes updates in until ctx ends or something goes wrong, each of them before it is confirmed to Telegram.
// It may be called again and goes on where it was. note(nil) is called whenever Telegram has answered and what it
// gave is kept.
func (p *Poll) Run(ctx context.Context, note func(error)) error {
	for ctx.Err() == nil {
		began, offset := time.Now(), p.offset
		if err := p.round(ctx); ctx.Err() != nil {
			return nil
		} else if err != nil {
			return err
		}
		note(nil)
		if soon := tooSoon - time.Since(began); soon > 0 && p.offset == offset {
			pace.Sleep(ctx, soon)
		}
	}
	return nil
}

// round is one poll.
func (p *Poll) round(ctx context.Context) error {
	if err := p.begin(ctx); err != nil {
		return err
	}
	updates, err := p.ask(ctx)
	if err != nil { // a conflict too: the process that has registered a webhook since is to have it
		return err
	}
	return p.takeAll(ctx, updates)
}

// begin ends a webhook, since polling is refused while there is one: once a process, since one that is set later is
// meant. What waits for it is kept.
func (p *Poll) begin(ctx context.Context) error {
	if p.in.polls.Load() {
		return nil
	}
	if err := p.in.ready(ctx); err != nil {
		return err
	}
	if _, err := p.in.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return p.in.fault("", "deleteWebhook", repeatable, err)
	}
	p.in.polls.Store(true)
	return nil
}

// takeAll hands updates on in their order. The first that isn't taken comes again, with all after it.
func (p *Poll) takeAll(ctx context.Context, updates []json.RawMessage) error {
	for _, raw := range updates {
		var head struct {
			ID int64 `json:"update_id"`
		}
		if _ = json.Unmarshal(raw, &head); head.ID == 0 {
			return errors.New("telegram: update without an id")
		}
		if err := p.in.take(ctx, raw, p.handle); err != nil {
			return err
		}
		p.offset = head.ID + 1
	}
	return nil
}

// ask sends one getUpdates.
func (p *Poll) ask(ctx context.Context) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"offset": p.offset, "timeout": pollSeconds, "allowed_updates": kinds})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(
		ctx, http.MethodPost, p.in.base+"/bot"+p.in.token+"/getUpdates", bytes.NewReader(body),
	)
	if err != nil {
		return nil, httpx.Unset(errors.New("telegram: the API's address is no address"))
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.in.asks.Do(req)
	if err != nil {
		return nil, p.in.fault("", "getUpdates", repeatable, err)
	}
	var a struct {
		Result []json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		return nil, httpx.Passing(fmt.Errorf("telegram: getUpdates: %s", shape(err)))
	}
	return a.Result, nil
}
