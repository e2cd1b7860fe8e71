package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	sdk "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Listen takes updates in through a socket, each of them before it is acknowledged to Slack. What isn't
// acknowledged comes again. It returns when ctx ends or Slack refuses the app's token; the library opens a socket
// that has ended anew. note(nil) is called when one is open, and note with an error when one can't be opened.
func (rcv *receiver) Listen(ctx context.Context, handle Handle, note func(error)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := socketmode.New(rcv.library("", sdk.OptionAppLevelToken(rcv.appToken)), socketmode.OptionLog(mute{}))
	ended := make(chan error, 1)
	go func() { ended <- s.RunContext(ctx) }()
	for {
		select {
		case e := <-s.Events:
			switch data := e.Data.(type) {
			case *socketmode.ConnectedEvent:
				note(nil)
			case *sdk.ConnectionErrorEvent:
				note(rcv.fault("", "socket", repeatable, data.ErrorObj))
			default:
				rcv.hear(ctx, s, e, handle)
			}
		case err := <-ended:
			if ctx.Err() != nil {
				return nil
			}
			return rcv.fault("", "socket", repeatable, err)
		}
	}
}

// hear takes one thing in that came through the socket.
func (rcv *receiver) hear(ctx context.Context, s *socketmode.Client, e socketmode.Event, handle Handle) {
	var in request
	switch data := e.Data.(type) {
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
	err := rcv.guarded(func() error { return rcv.carried(ctx, in, handle) })
	if err != nil && !errors.Is(err, errUnreadable) {
		rcv.log.Warn("update not handled", "platform", Platform, "err", err)
		return
	} else if err != nil {
		rcv.log.Error("update can't be read", "platform", Platform, "err", err)
	}
	if err := s.AckCtx(ctx, in.ID, nil); err != nil {
		rcv.log.Warn("update not acknowledged", "platform", Platform, "err", rcv.withoutSecrets(err.Error()))
	}
}

// request is an envelope of the socket.
type request struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}

// carried opens an envelope and takes in what would have come over HTTP.
func (rcv *receiver) carried(ctx context.Context, in request, handle Handle) error {
	switch in.Type {
	case socketmode.RequestTypeEventsAPI:
		_, err := rcv.event(ctx, in.Payload, handle)
		return err
	case socketmode.RequestTypeSlashCommands:
		var cmd command
		if err := parse(in.Payload, &cmd); err != nil {
			return fmt.Errorf("%w: %w", errUnreadable, err)
		}
		return rcv.command(ctx, cmd, handle)
	case socketmode.RequestTypeInteractive:
		return rcv.interaction(ctx, in.Payload, handle)
	}
	rcv.once("envelope " + in.Type)
	return nil
}

// Socket asks whether Slack opens a socket for the app's token, and opens none.
func (rcv *receiver) Socket(ctx context.Context) error {
	// The address that comes back holds a ticket.
	_, _, err := rcv.library("", sdk.OptionAppLevelToken(rcv.appToken)).StartSocketModeContext(ctx)
	return rcv.fault("", "apps.connections.open", repeatable, err)
}
