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

	"github.com/sajangpick/sajangpick/pipeline"
)

// pollSeconds is how long Telegram holds an empty answer back; it doesn't do so for longer.
const pollSeconds = 50

// How long to wait after a poll that went wrong, and for a lease that somebody else has.
const (
	minPause   = time.Second
	maxPause   = 30 * time.Second
	leasePause = 5 * time.Second
)

// Lease tells whether this process is the one that polls. It is asked before each poll, which lasts
// about a minute at most.
type Lease func(context.Context) (held bool, err error)

// Poll takes updates in until ctx ends, each of them before it is confirmed to Telegram. Without a
// lease it takes itself for the only one. Its error means that Telegram doesn't know the token.
func (c *Client) Poll(ctx context.Context, handle Handle, lease Lease) error {
	p := &poll{c: c, handle: handle, lease: lease}
	for ctx.Err() == nil {
		pause, err := p.round(ctx)
		if isCode(err, http.StatusUnauthorized) {
			return err
		}
		p.note(ctx, err)
		if err == nil {
			p.failed = 0
		} else {
			p.failed = min(max(2*p.failed, minPause), maxPause)
		}
		select {
		case <-time.After(max(pause, p.failed)):
		case <-ctx.Done():
		}
	}
	return nil
}

type poll struct {
	c      *Client
	handle Handle
	lease  Lease
	ready  bool // no webhook is set, and we know who we are
	offset int64
	failed time.Duration // last pause after an error; 0: the last round went well
	noted  string        // last error that was logged
}

// round is one poll. It returns how long to wait before the next at least.
func (p *poll) round(ctx context.Context) (time.Duration, error) {
	if p.lease != nil {
		held, err := p.lease(ctx)
		if err != nil {
			return 0, fmt.Errorf("telegram: lease: %w", err)
		}
		if !held {
			p.offset, p.ready = 0, false
			return leasePause, nil
		}
	}
	if !p.ready {
		if err := p.begin(ctx); err != nil {
			return 0, err
		}
	}
	updates, err := p.ask(ctx)
	if err != nil { // a conflict too: whoever has registered a webhook since is to have it
		return pipeline.AsFault(err).After, err
	}
	return 0, p.takeAll(ctx, updates)
}

// begin ends a webhook, with which nobody may poll. What waits for it is kept.
func (p *poll) begin(ctx context.Context) error {
	if _, err := p.c.Me(ctx); err != nil {
		return err
	}
	if _, err := p.c.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return p.c.fault("", "deleteWebhook", repeatable, err)
	}
	p.ready = true
	return nil
}

// takeAll hands updates on in their order. The first that isn't taken comes again, with all after it.
func (p *poll) takeAll(ctx context.Context, updates []json.RawMessage) error {
	for _, raw := range updates {
		var head struct {
			ID int64 `json:"update_id"`
		}
		if _ = json.Unmarshal(raw, &head); head.ID == 0 {
			return errors.New("telegram: update without an id")
		}
		if err := p.c.take(ctx, raw, p.handle); err != nil {
			return err
		}
		p.offset = head.ID + 1
	}
	return nil
}

// ask sends one getUpdates.
func (p *poll) ask(ctx context.Context) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"offset": p.offset, "timeout": pollSeconds, "allowed_updates": kinds})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.c.base+"/bot"+p.c.token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("telegram: the API's address is no address")}
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.c.polls.Do(req)
	if err != nil {
		return nil, p.c.fault("", "getUpdates", repeatable, err)
	}
	var a struct {
		Result []json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		return nil, passing(fmt.Errorf("telegram: getUpdates: %s", shape(err)))
	}
	return a.Result, nil
}

// note logs what goes wrong once, however often it does so in a row.
func (p *poll) note(ctx context.Context, err error) {
	switch {
	case err == nil:
		p.noted = ""
	case ctx.Err() == nil && p.noted != err.Error():
		p.noted = err.Error()
		p.c.log.Warn("no updates", "platform", Platform, "err", err)
	}
}
