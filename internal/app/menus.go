package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/telegram"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Introduce tells Telegram what the menu shows, as soon as it listens.
func (a *App) Introduce(ctx context.Context) {
	a.persist(ctx, "Telegram's menus can't be set yet", func() error { return a.telegram.Commands(ctx, menus(present.Commands)) })
	a.persist(ctx, "Telegram's description can't be set yet", func() error {
		return a.telegram.Describe(ctx, descriptions())
	})
	a.IntroduceAdmins(ctx)
}

// descriptions are what Telegram shows of the bot before anything is written, in each language that it asks for.
func descriptions() map[string]telegram.Description {
	all := map[string]telegram.Description{}
	for lang, of := range languages {
		long, short := present.About(of)
		all[lang] = telegram.Description{Long: long, Short: short}
	}
	return all
}

// languages are those that Telegram asks for, and ours for each; "" is everybody else's.
var languages = map[string]string{"": "ko", "ko": "ko", "en": "en"}

// menus are what a list of commands is in each language that Telegram asks for.
func menus(commands func(lang string) []present.MenuEntry) map[string][]telegram.Command {
	all := map[string][]telegram.Command{}
	for lang, of := range languages {
		all[lang] = nil
		for _, e := range commands(of) {
			all[lang] = append(all[lang], telegram.Command(e))
		}
	}
	return all
}

const (
	unmetEvery = time.Minute // until we look again whether an admin has written to the bot: before, they have no menu
	MenuOwners = "menus"     // the switch that names those who have an admin's menu
)

// IntroduceAdmins gives each admin a menu of their own, in the chat that is called like them. Who is none any
// more sees everybody's again.
func (a *App) IntroduceAdmins(ctx context.Context) {
	var admins []string
	for who := range a.Cfg.Admins {
		if user, ok := strings.CutPrefix(who, telegram.Platform+":"); ok {
			admins = append(admins, user)
		}
	}
	slices.Sort(admins)
	all := a.menuOwners(ctx, admins)
	tick := time.NewTicker(unmetEvery)
	defer tick.Stop()
	for {
		all = slices.DeleteFunc(all, func(user string) bool {
			is := slices.Contains(admins, user)
			commands := present.AdminCommands
			if !is {
				commands = func(string) []present.MenuEntry { return nil }
			}
			err := a.telegram.CommandsFor(ctx, user, menus(commands))
			refused := err != nil && pipeline.AsFault(err).Kind == pipeline.Rejected
			if err != nil && ctx.Err() == nil && !refused {
				a.log.Warn("setting an admin's menu failed", "platform", telegram.Platform, "err", err)
			}
			return err == nil || refused && !is
		})
		if !slices.ContainsFunc(all, func(user string) bool { return !slices.Contains(admins, user) }) {
			a.keepMenuOwners(ctx, admins)
		}
		if len(all) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// menuOwners are the admins, and those whose menu is left from when they were. All of them are written down
// before they get one.
func (a *App) menuOwners(ctx context.Context, admins []string) []string {
	had, err := a.Engine.Flag(ctx, MenuOwners)
	if err != nil {
		a.log.Warn("removing former admins' menus failed", "platform", telegram.Platform, "err", err)
		return slices.Clone(admins)
	}
	all := append(strings.Fields(had), admins...)
	slices.Sort(all)
	all = slices.Compact(all)
	a.keepMenuOwners(ctx, all)
	return all
}

func (a *App) keepMenuOwners(ctx context.Context, users []string) {
	if err := a.Engine.SetFlag(ctx, MenuOwners, strings.Join(users, " ")); err != nil && ctx.Err() == nil {
		a.log.Warn("saving the list of admins' menus failed", "platform", telegram.Platform, "err", err)
	}
}
