package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// introduce tells Telegram what the menu shows, as soon as it listens.
func (a *app) introduce(ctx context.Context) {
	a.persist(ctx, "Telegram's menus can't be set yet", func() error { return a.telegram.Commands(ctx, menus(bot.Commands)) })
	a.introduceAdmins(ctx)
}

// menus are what a list of commands is in each language that Telegram asks for.
func menus(commands func(lang string) []bot.MenuEntry) map[string][]telegram.Command {
	all := map[string][]telegram.Command{}
	for lang, of := range map[string]string{"": "ko", "ko": "ko", "en": "en"} {
		for _, e := range commands(of) {
			all[lang] = append(all[lang], telegram.Command(e))
		}
	}
	return all
}

// unmetEvery is how often we look whether an admin has written to the bot, before which they have no menu.
const unmetEvery = 10 * time.Minute

// introduceAdmins gives each admin a menu of their own, in the chat that is called like them.
func (a *app) introduceAdmins(ctx context.Context) {
	var unmet []string
	for who := range a.cfg.Admins {
		if user, ok := strings.CutPrefix(who, telegram.Platform+":"); ok {
			unmet = append(unmet, user)
		}
	}
	tick := time.NewTicker(unmetEvery)
	defer tick.Stop()
	for {
		unmet = slices.DeleteFunc(unmet, func(user string) bool {
			err := a.telegram.CommandsFor(ctx, user, menus(bot.AdminCommands))
			if err != nil && ctx.Err() == nil && pipeline.AsFault(err).Kind != pipeline.Rejected {
				a.log.Warn("an admin's menu can't be set yet", "platform", telegram.Platform, "err", err)
			}
			return err == nil
		})
		if len(unmet) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
