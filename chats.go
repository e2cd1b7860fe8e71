package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline/look"
)

// openChats builds the messengers that are turned on, and the desk behind them.
func (a *app) openChats(p parts, secret []byte) error {
	messengers := map[string]bot.Messenger{}
	var err error
	if a.telegram, err = newTelegram(p, secret); err != nil {
		return err
	}
	if a.telegram != nil {
		messengers[telegram.Platform] = a.telegram
	}
	if err := a.openSlack(secret); err != nil {
		return err
	}
	if a.slack != nil {
		messengers[slack.Platform] = a.slack
	}
	tracks, err := newTracks(p)
	if err != nil {
		return err
	}
	a.courier = bot.NewCourier(bot.CourierOptions{
		Store: a.engine, Blobs: a.blobs, Messengers: messengers, Looks: looks(p), Music: look.MusicNames(),
		Watch: a.watch.Link, Logo: p.logo, Track: tracks.Fetch, Log: p.log,
	})
	for platform := range messengers {
		a.chats[platform] = a.courier.Chat(platform)
	}
	return nil
}

// looks are those that a person may choose from. A template of the dashboard is the only one there is.
func looks(p parts) []string {
	if p.cfg.Creatomate.TemplateID != "" {
		return look.Names()[:1]
	}
	return look.Names()
}

// newTelegram is nil when Telegram is turned off.
func newTelegram(p parts, secret []byte) (*telegram.Client, error) {
	t := p.cfg.Telegram
	o := telegram.Options{Token: t.Token.Reveal(), APIURL: t.APIURL.String(), Secret: t.Secret.Reveal(), Log: p.log}
	if o.Token == "" {
		o.Token, o.APIURL = p.botToken, p.botAPI
	}
	if o.Token == "" {
		return nil, nil
	}
	if o.Secret == "" {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte("telegram webhook"))
		o.Secret = hex.EncodeToString(m.Sum(nil))
	}
	return telegram.New(o)
}

// botName is what stands in links to the bot; empty while Telegram hasn't said it.
func (a *app) botName() string {
	if a.telegram == nil {
		return ""
	}
	return a.telegram.Name()
}

func (a *app) openDesk(p parts) {
	a.desk = bot.NewDesk(bot.Options{
		Store: a.engine, Pipeline: a.pipe, Admins: p.cfg.Admins, Open: p.cfg.OpenSignup || p.sandbox && !strangersPay(p.cfg),
		Limit: p.cfg.MonthlyLimit, Zone: config.Home(), Looks: looks(p), Music: look.MusicNames(),
		BotName: a.botName, Watch: a.watch.Link, Log: p.log,
		Admin: a.engine, OpsChat: p.cfg.OpsChat, Version: version, Health: a.night.providers, Switched: a.night.switched,
	})
	a.night.ops = bot.NewOps(a.desk, a.engine)
	a.night.ops.Usage = map[string]bot.Usage{"runway": a.night.usage} // Creatomate's API doesn't say
}

// strangersPay tells whether people whom nobody has invited could spend money by a bot's name alone.
func strangersPay(cfg config.Config) bool {
	return cfg.Pays() && (cfg.Telegram.Token.Set() || cfg.Slack.On())
}

// receive lets updates in until ctx ends.
func (a *app) receive(ctx context.Context) {
	if a.slack != nil && a.cfg.Slack.Sockets() {
		a.background.Go(func() { a.listen(ctx) })
	}
	if a.telegram == nil {
		return
	}
	a.background.Go(func() { a.introduce(ctx) })
	if !a.cfg.Telegram.Polling {
		a.background.Go(func() { a.keepWebhook(ctx) })
		return
	}
	a.background.Go(func() {
		if err := a.telegram.Poll(ctx, a.handle, a.lease(ctx, "telegram poll")); err != nil {
			a.log.Error("TELEGRAM_BOT_TOKEN: no updates come in", "platform", telegram.Platform, "err", err)
		}
	})
}

// keepEvery is how often we look whether Telegram's updates still come to us.
const keepEvery = 5 * time.Minute

// keepWebhook has Telegram's updates come to us until ctx ends.
func (a *app) keepWebhook(ctx context.Context) {
	address := a.public + "/webhooks/telegram"
	a.persist(ctx, "Telegram doesn't know yet where updates go", func() error { return a.telegram.Register(ctx, address) })
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := a.telegram.Keep(ctx, address); err != nil && ctx.Err() == nil {
			a.log.Warn("nobody knows whether updates come to us", "platform", telegram.Platform, "err", err)
		}
	}
}

// persist does f until it goes well or ctx ends, at first each second, later each minute.
func (a *app) persist(ctx context.Context, trouble string, f func() error) {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := f()
		if err == nil || ctx.Err() != nil {
			return
		}
		a.log.Error(trouble, "platform", telegram.Platform, "err", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// How long a lease lasts, and how often it is renewed.
const (
	leaseTime  = 20 * time.Second
	leaseRenew = 5 * time.Second
)

// lease makes this process the only one that does what name says, for as long as ctx lasts. An SQLite
// file has one process anyway.
func (a *app) lease(ctx context.Context, name string) telegram.Lease {
	if !a.cfg.Database.Postgres.Set() {
		return nil
	}
	holder := rand.Text()
	var held atomic.Bool
	ask := func(ctx context.Context, ttl time.Duration) (bool, error) {
		ok, err := a.engine.Lease(ctx, name, holder, ttl)
		held.Store(ok)
		return ok, err
	}
	a.background.Go(func() {
		tick := time.NewTicker(leaseRenew)
		defer tick.Stop()
		for ctx.Err() == nil {
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
			if !held.Load() {
				continue
			}
			ttl, now := leaseTime, ctx
			if ctx.Err() != nil { // given back, so that the next process needn't wait
				var cancel context.CancelFunc
				ttl = 0
				now, cancel = context.WithTimeout(context.WithoutCancel(ctx), time.Second)
				defer cancel()
			}
			if _, err := ask(now, ttl); err != nil {
				a.log.Warn("lease not renewed", "lease", name, "err", err)
			}
		}
	})
	return func(ctx context.Context) (bool, error) { return ask(ctx, leaseTime) }
}
