package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	sdk "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/sajangpick/sajangpick/pipeline"
)

// How long to wait before a socket is opened anew that has ended by itself.
const socketPause = 5 * time.Second

// Listen takes updates in through a socket until ctx ends, each of them before it is acknowledged to
// Slack. What isn't acknowledged comes again. Its error means that Slack doesn't know the app's token.
func (c *Client) Listen(ctx context.Context, handle Handle) error {
	for ctx.Err() == nil {
		err := c.socket(ctx, handle)
		if f := pipeline.AsFault(err); ctx.Err() == nil && err != nil && f.Kind == pipeline.Misconfigured {
			return err
		}
		if ctx.Err() == nil {
			c.Log.Warn("socket has ended", "platform", Platform, "err", err)
		}
		select {
		case <-time.After(socketPause):
		case <-ctx.Done():
		}
	}
	return nil
}

// socket is the library's connection, which opens itself again, until it gives up.
func (c *Client) socket(ctx context.Context, handle Handle) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := socketmode.New(c.library("", sdk.OptionAppLevelToken(c.AppToken)), socketmode.OptionLog(mute{}))
	ended := make(chan error, 1)
	go func() { ended <- s.RunContext(ctx) }()
	for {
		select {
		case e := <-s.Events:
			c.hear(ctx, s, e, handle)
		case err := <-ended:
			return c.fault("", "socket", repeatable, err)
		}
	}
}

// hear takes one thing in that came through the socket.
func (c *Client) hear(ctx context.Context, s *socketmode.Client, e socketmode.Event, handle Handle) {
	var in request
	switch data := e.Data.(type) {
	case *sdk.ConnectionErrorEvent:
		c.Log.Warn("no connection to Slack", "platform", Platform, "err", c.told(data.ErrorObj))
		return
	case *socketmode.ErrorBadMessage: // the library doesn't know it; it must be acknowledged all the same
		if err := json.Unmarshal(data.Message, &in); err != nil {
			return
		}
	default:
		if e.Request == nil {
			return
		}
		in = request{e.Request.Type, e.Request.EnvelopeID, e.Request.Payload}
	}
	if in.ID == "" {
		return
	}
	if err := c.carried(ctx, in, handle); err != nil && !errors.Is(err, errUnreadable) {
		c.Log.Warn("update not taken", "platform", Platform, "err", err)
		return
	} else if err != nil {
		c.Log.Error("update can't be read", "platform", Platform, "err", err)
	}
	if err := s.AckCtx(ctx, in.ID, nil); err != nil {
		c.Log.Warn("update not acknowledged", "platform", Platform, "err", c.clean(err.Error()))
	}
}

// request is an envelope of the socket.
type request struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}

// carried opens an envelope and takes in what would have come over HTTP.
func (c *Client) carried(ctx context.Context, in request, handle Handle) error {
	switch in.Type {
	case socketmode.RequestTypeEventsAPI:
		_, err := c.event(ctx, in.Payload, handle)
		return err
	case socketmode.RequestTypeSlashCommands:
		var cmd command
		if err := parse(in.Payload, &cmd); err != nil {
			return fmt.Errorf("%w: %w", errUnreadable, err)
		}
		return c.command(ctx, cmd, handle)
	case socketmode.RequestTypeInteractive:
		return c.interaction(ctx, in.Payload, handle)
	}
	c.once("envelope " + in.Type)
	return nil
}
