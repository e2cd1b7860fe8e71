package app

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// openChats builds the messengers that are turned on, and the conversation behind them.
func (a *App) openChats(p Parts, secret []byte, signer pipeline.Signer) error {
	messengers := map[string]bot.Messenger{}
	var err error
	if a.telegram, err = NewTelegram(p, secret); err != nil {
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
	if a.openHub(p); a.hub != nil {
		messengers[web.Platform] = &web.Messenger{Blobs: a.Blobs, Hub: a.hub, Chats: a.Engine}
	}
	tracks, err := newTracks(p, a.Blobs)
	if err != nil {
		return err
	}
	if a.callbacks, err = newCallbacks(p, signer, a.public); err != nil {
		return err
	}
	a.outbox = outbox.New(outbox.Options{
		Store: a.Engine, Blobs: a.Blobs, Messengers: messengers, Looks: Looks(p), Music: look.MusicNames(),
		Watch: a.watch.Link, Logo: p.Logo, Track: tracks.Fetch, Callback: a.callbacks.Send, Log: p.Log,
	})
	for platform, m := range messengers {
		a.chats[platform] = a.outbox.Chat(platform)
		if page, ok := m.(*web.Messenger); ok { // it needs no lines: it draws orders as they stand
			a.chats[platform] = web.Chat{Messenger: page, Queue: a.outbox.QueueCallback}
		}
		if members, ok := m.(bot.Members); ok {
			a.members[platform] = members
		}
		if history, ok := m.(bot.History); ok {
			a.history[platform] = history
		}
	}
	return nil
}

// Looks are those that a person may choose from. A template of the dashboard is the only one there is.
func Looks(p Parts) []string {
	if p.Cfg.Creatomate.TemplateID != "" {
		return look.Names()[:1]
	}
	names := look.Names()
	if i := slices.Index(names, p.Look); i > 0 {
		names = append([]string{p.Look}, slices.Delete(names, i, i+1)...)
	}
	return names
}

// NewTelegram is nil when Telegram is turned off.
func NewTelegram(p Parts, secret []byte) (*telegram.Client, error) {
	t := p.Cfg.Telegram
	o := telegram.Options{
		Token: t.Token.Reveal(), APIURL: t.APIURL.String(), Secret: t.Secret.Reveal(), Rate: pipeline.Rate(t.Rate), Log: p.Log,
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

// botName is what stands in links to the bot; empty while Telegram hasn't said it.
func (a *App) botName() string {
	if a.telegram == nil {
		return ""
	}
	return a.telegram.Name()
}

func (a *App) openConversation(p Parts) {
	console := admin.New(admin.Options{
		Store: a.Engine, Admin: a.Engine, Limit: p.Cfg.MonthlyLimit, Version: p.Version, Health: a.Monitor.providers, BotName: a.botName,
		SignIn: a.signInAddress(),
	})
	a.Conversation = conversation.New(conversation.Options{
		Store: a.Engine, Pipeline: a.Pipe, Admins: p.Cfg.Admins, Open: p.Cfg.OpenSignup || p.Sandbox && !strangersPay(p.Cfg),
		Limit: p.Cfg.MonthlyLimit, Zone: config.Home(), Looks: Looks(p), Music: look.MusicNames(),
		Watch: a.watch.Link, Log: p.Log, Histories: a.history,
		Admin: a.Engine, Console: console, OpsChat: p.Cfg.OpsChat, Switched: a.Monitor.RefreshFlags,
		Members: a.members, SignIn: a.signInAddress(),
	})
	a.Monitor.Ops = ops.New(ops.Options{
		Store: a.Engine, Admin: a.Engine, Reporting: a.Engine, Wake: a.Pipe.Wake, OpsChat: p.Cfg.OpsChat, Zone: config.Home(),
		Limit: p.Cfg.MonthlyLimit, Health: a.Monitor.providers, Log: p.Log,
		Usage: map[string]ops.Usage{"runway": a.Monitor.usage}, // Creatomate's API doesn't say
	})
}

// strangersPay reports whether people without an invite could spend money by a bot's name alone.
func strangersPay(cfg config.Config) bool {
	return cfg.Pays() && (cfg.Telegram.Token.Set() || cfg.Slack.On())
}

// openIntakes lists the ways in which updates come to this process, other than requests to it.
func (a *App) openIntakes() {
	if a.slack != nil && a.Cfg.Slack.Sockets() {
		a.Intakes = append(a.Intakes, &Intake{Platform: slack.Platform, Log: a.log, Open: a.slackSocket})
	}
	switch {
	case a.telegram == nil:
	case a.Cfg.Telegram.Polling:
		a.Intakes = append(a.Intakes, &Intake{
			Platform: telegram.Platform, Log: a.log, Lease: a.newLease("telegram poll"), Open: a.telegramPoll,
		})
	default:
		a.Intakes = append(a.Intakes, &Intake{Platform: telegram.Platform, Log: a.log, Open: a.telegramWebhook})
	}
}

// receive lets updates in until ctx ends.
func (a *App) receive(ctx context.Context) {
	for _, i := range a.Intakes {
		a.background.Go(func() { i.Keep(ctx) })
	}
	if a.telegram != nil {
		a.background.Go(func() { a.Introduce(ctx) })
	}
	if a.slack != nil {
		a.background.Go(func() { a.lookBack(ctx) })
	}
	if a.hub != nil {
		a.background.Go(func() { a.hub.Run(ctx, a.Engine) })
	}
}

func (a *App) telegramPoll() func(context.Context, func(error)) error {
	return a.telegram.NewPoll(a.handle).Run
}

// keepEvery is how often we look whether Telegram's updates still come to us.
const keepEvery = time.Minute

// telegramWebhook has Telegram's updates come to us.
func (a *App) telegramWebhook() func(context.Context, func(error)) error {
	address := a.public + "/webhooks/telegram"
	return func(ctx context.Context, note func(error)) error {
		err := a.telegram.Register(ctx, address)
		for err == nil {
			note(nil)
			if !pace.Sleep(ctx, keepEvery) {
				return nil
			}
			err = a.telegram.Keep(ctx, address)
		}
		return err
	}
}

// persist does f until it goes well or ctx ends, at first each second, later each minute.
func (a *App) persist(ctx context.Context, trouble string, f func() error) {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := f()
		if err == nil || ctx.Err() != nil {
			return
		}
		a.log.Error(trouble, "platform", telegram.Platform, "err", err)
		if !pace.Sleep(ctx, pause) {
			return
		}
	}
}
