package app

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// Looks are those that a person may choose from. A template of the dashboard is the only one there is.
func Looks(p Parts) []string {
	if p.wire().Cuts.CutTerms().Template {
		return look.Names()[:1]
	}
	names := look.Names()
	if i := slices.Index(names, p.Look); i > 0 {
		names = append([]string{p.Look}, slices.Delete(names, i, i+1)...)
	}
	return names
}

func (a *App) openConversation(p Parts) {
	console := admin.New(admin.Options{
		Store: a.Engine, Figures: a.Engine, Limit: p.Cfg.MonthlyLimit, Version: p.Version, Health: a.health.List,
		SignIn: a.signInAddress(),
	})
	a.Conversation = conversation.New(session.Options{
		Store: a.Engine, Pipeline: a.Pipe, Admins: p.Cfg.Admins,
		Open:  p.Cfg.OpenSignup || p.Sandbox && !(p.Cfg.Pays() && a.strangersWrite()),
		Limit: p.Cfg.MonthlyLimit, Zone: config.Home(), Looks: Looks(p), Music: look.MusicNames(),
		Watch: a.watch.Link, Log: p.Log, Histories: a.history, Guide: a.guide,
		Console: console, OpsChat: p.Cfg.OpsChat, FlagsChanged: func() { a.SpendGate.RefreshNow(); a.Pipe.TakeTurns() },
		Members: a.members, SignIn: a.signInAddress(),
	})
}

// strangersWrite reports whether people without an invite reach us by a bot's name alone.
func (a *App) strangersWrite() bool {
	return slices.ContainsFunc(a.Messengers, func(m *Messenger) bool { return !m.Closed })
}

// Handle takes an update in; when it returns nil, all that it leads to is committed. See conversation.Handle.
func (a *App) Handle(ctx context.Context, u bot.Update) error {
	began := time.Now()
	err := a.Conversation.Handle(ctx, u)
	a.Metrics.Updated(u.Platform, time.Since(began), err)
	return err
}

// handleCallback is for a provider's callbacks.
func (a *App) handleCallback(provider string) httpx.CallbackFunc {
	return func(ctx context.Context, order int64, token, remote string) error {
		return a.Pipe.HandleCallback(ctx, provider, order, token, remote)
	}
}
