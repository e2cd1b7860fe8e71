package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
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
	a.courier = bot.NewOutbox(bot.OutboxOptions{
		Store: a.engine, Blobs: a.blobs, Messengers: messengers, Looks: looks(p), Music: look.MusicNames(),
		Watch: a.watch.Link, Logo: p.logo, Track: tracks.Fetch, Log: p.log,
	})
	for platform := range messengers {
		a.chats[platform] = a.courier.Chat(platform)
		if m, ok := messengers[platform].(bot.Members); ok {
			a.members[platform] = m
		}
		if h, ok := messengers[platform].(bot.History); ok {
			a.history[platform] = h
		}
	}
	return nil
}

// looks are those that a person may choose from. A template of the dashboard is the only one there is.
func looks(p parts) []string {
	if p.cfg.Creatomate.TemplateID != "" {
		return look.Names()[:1]
	}
	names := look.Names()
	if i := slices.Index(names, p.look); i > 0 {
		names = append([]string{p.look}, slices.Delete(names, i, i+1)...)
	}
	return names
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
	a.desk = bot.NewConversation(bot.Options{
		Store: a.engine, Pipeline: a.pipe, Admins: p.cfg.Admins, Open: p.cfg.OpenSignup || p.sandbox && !strangersPay(p.cfg),
		Limit: p.cfg.MonthlyLimit, Zone: config.Home(), Looks: looks(p), Music: look.MusicNames(),
		BotName: a.botName, Watch: a.watch.Link, Log: p.log, Histories: a.history,
		Admin: a.engine, OpsChat: p.cfg.OpsChat, Version: p.version, Health: a.monitor.providers, Switched: a.monitor.refreshFlags,
		Members: a.members,
	})
	a.monitor.ops = bot.NewOps(a.desk, a.engine)
	a.monitor.ops.Usage = map[string]bot.Usage{"runway": a.monitor.usage} // Creatomate's API doesn't say
}

// strangersPay reports whether people whom nobody has invited could spend money by a bot's name alone.
func strangersPay(cfg config.Config) bool {
	return cfg.Pays() && (cfg.Telegram.Token.Set() || cfg.Slack.On())
}

// openIntakes lists the ways in which updates come to this process, other than requests to it.
func (a *app) openIntakes() {
	if a.slack != nil && a.cfg.Slack.Sockets() {
		a.intakes = append(a.intakes, &intake{platform: slack.Platform, log: a.log, open: a.slackSocket})
	}
	switch {
	case a.telegram == nil:
	case a.cfg.Telegram.Polling:
		a.intakes = append(a.intakes, &intake{
			platform: telegram.Platform, log: a.log, lease: a.newLease("telegram poll"), open: a.telegramPoll,
		})
	default:
		a.intakes = append(a.intakes, &intake{platform: telegram.Platform, log: a.log, open: a.telegramWebhook})
	}
}

// receive lets updates in until ctx ends.
func (a *app) receive(ctx context.Context) {
	for _, i := range a.intakes {
		a.background.Go(func() { i.keep(ctx) })
	}
	if a.telegram != nil {
		a.background.Go(func() { a.introduce(ctx) })
	}
	if a.slack != nil {
		a.background.Go(func() { a.lookBack(ctx) })
	}
}

func (a *app) telegramPoll() func(context.Context, func(error)) error {
	return a.telegram.NewPoll(a.handle).Run
}

// keepEvery is how often we look whether Telegram's updates still come to us.
const keepEvery = time.Minute

// telegramWebhook has Telegram's updates come to us.
func (a *app) telegramWebhook() func(context.Context, func(error)) error {
	address := a.public + "/webhooks/telegram"
	return func(ctx context.Context, note func(error)) error {
		err := a.telegram.Register(ctx, address)
		for err == nil {
			note(nil)
			if !sleep(ctx, keepEvery) {
				return nil
			}
			err = a.telegram.Keep(ctx, address)
		}
		return err
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
		if !sleep(ctx, pause) {
			return
		}
	}
}
