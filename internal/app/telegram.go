package app

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// wireTelegram builds the messenger with its way in, a webhook or polling, and has the bot's menus set.
func wireTelegram(a *App, p Parts) (*Messenger, error) {
	c, err := NewTelegram(p, a.secret)
	if c == nil || err != nil {
		return nil, err
	}
	in := &Intake{Platform: telegram.Platform, Log: a.log}
	if a.Cfg.Telegram.Polling {
		in.Lease = a.newLease("telegram poll")
		in.Open = func() func(context.Context, func(error)) error { return c.NewPoll(a.Handle).Run }
	} else {
		address := a.public + "/webhooks/telegram"
		in.Open = func() func(context.Context, func(error)) error { return keepWebhook(c, address) }
	}
	menus := telegram.Menus{Client: c, Store: a.Engine, Log: a.log}
	for who := range a.Cfg.Admins {
		if user, ok := strings.CutPrefix(who, telegram.Platform+":"); ok {
			menus.Admins = append(menus.Admins, user)
		}
	}
	return &Messenger{
		Messenger: c, Closed: !a.Cfg.Telegram.Token.Set(), Intakes: []*Intake{in},
		Run:    []func(context.Context){menus.Run},
		Routes: []Route{{"/webhooks/telegram", "telegram", c.Webhook(a.Handle)}},
	}, nil
}

// NewTelegram is nil when Telegram is turned off.
func NewTelegram(p Parts, secret []byte) (*telegram.Client, error) {
	t := p.Cfg.Telegram
	o := telegram.Options{
		Token: t.Token.Reveal(), APIURL: t.APIURL.String(), Secret: t.Secret.Reveal(),
		Rate: pipeline.Rate(t.Rate), Log: p.Log,
	}
	if p.Engine != nil {
		o.Booker = p.Engine
	}
	if o.Token == "" {
		o.Token, o.APIURL = p.BotToken, p.BotAPI
	}
	if o.Token == "" {
		return nil, nil
	}
	if o.Secret == "" {
		o.Secret = hex.EncodeToString(keyed(secret, "telegram webhook"))
	}
	return telegram.New(o)
}

// keepEvery is how often we look whether Telegram's updates still come to us.
const keepEvery = time.Minute

// keepWebhook has Telegram's updates come to an address of ours.
func keepWebhook(c *telegram.Client, address string) func(context.Context, func(error)) error {
	return func(ctx context.Context, note func(error)) error {
		err := c.Register(ctx, address)
		for err == nil {
			note(nil)
			if !pace.Sleep(ctx, keepEvery) {
				return nil
			}
			err = c.Keep(ctx, address)
		}
		return err
	}
}
