package telegram

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Flags is where it is kept who has an admin's menu.
type Flags interface {
	Flag(ctx context.Context, name string) (string, error)
	SetFlag(ctx context.Context, name, value string) error
}

// Menus sees to what Telegram shows of the bot: its menus, its descriptions, and a menu of each admin's own.
type Menus struct {
	Client *Client
	Admins []string // ids of users
	Store  Flags
	Log    *slog.Logger
}

// Run sets all that isn't as it shall be, and comes back when that is done or ctx ends.
func (m Menus) Run(ctx context.Context) {
	m.persist(ctx, "Telegram's menus can't be set yet", func() error {
		return m.Client.Commands(ctx, menus(present.Commands))
	})
	m.persist(ctx, "Telegram's description can't be set yet", func() error {
		return m.Client.Describe(ctx, descriptions())
	})
	m.setAdmins(ctx)
}

// persist does f until it goes well or ctx ends, at first each second, later each minute.
func (m Menus) persist(ctx context.Context, trouble string, f func() error) {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := f()
		if err == nil || ctx.Err() != nil {
			return
		}
		m.Log.Error(trouble, "platform", Platform, "err", err)
		if !pace.Sleep(ctx, pause) {
			return
		}
	}
}

// descriptions are what Telegram shows of the bot before anything is written, in each language that it asks for.
func descriptions() map[string]Description {
	all := map[string]Description{}
	for lang, of := range languages {
		long, short := present.About(of)
		all[lang] = Description{Long: long, Short: short}
	}
	return all
}

// languages are those that Telegram asks for, and ours for each; "" is that of all others.
var languages = map[string]string{"": "ko", "ko": "ko", "en": "en"}

// menus are what a list of commands is in each language that Telegram asks for.
func menus(commands func(lang string) []present.MenuEntry) map[string][]Command {
	all := map[string][]Command{}
	for lang, of := range languages {
		all[lang] = nil
		for _, e := range commands(of) {
			all[lang] = append(all[lang], Command(e))
		}
	}
	return all
}

const (
	unmetEvery = time.Minute // until we look again whether an admin has written to the bot: before, they have no menu
	MenuOwners = "menus"     // the flag that names those who have an admin's menu
)

// setAdmins gives each admin a menu of their own, in the chat that is called like them. Who is none any more sees
// that of all people again.
func (m Menus) setAdmins(ctx context.Context) {
	admins := slices.Sorted(slices.Values(m.Admins))
	all := m.owners(ctx, admins)
	for {
		all = slices.DeleteFunc(all, func(user string) bool {
			is := slices.Contains(admins, user)
			commands := present.AdminCommands
			if !is {
				commands = func(string) []present.MenuEntry { return nil }
			}
			err := m.Client.CommandsFor(ctx, user, menus(commands))
			refused := err != nil && pipeline.AsFault(err).Kind == pipeline.Rejected
			if err != nil && ctx.Err() == nil && !refused {
				m.Log.Warn("setting an admin's menu failed", "platform", Platform, "err", err)
			}
			return err == nil || refused && !is
		})
		if !slices.ContainsFunc(all, func(user string) bool { return !slices.Contains(admins, user) }) {
			m.keepOwners(ctx, admins)
		}
		if len(all) == 0 || !pace.Sleep(ctx, unmetEvery) {
			return
		}
	}
}

// owners are the admins, and those whose menu is left from when they were. All of them are written down before they
// get one.
func (m Menus) owners(ctx context.Context, admins []string) []string {
	had, err := m.Store.Flag(ctx, MenuOwners)
	if err != nil {
		m.Log.Warn("removing former admins' menus failed", "platform", Platform, "err", err)
		return slices.Clone(admins)
	}
	all := append(strings.Fields(had), admins...)
	slices.Sort(all)
	all = slices.Compact(all)
	m.keepOwners(ctx, all)
	return all
}

func (m Menus) keepOwners(ctx context.Context, users []string) {
	if err := m.Store.SetFlag(ctx, MenuOwners, strings.Join(users, " ")); err != nil && ctx.Err() == nil {
		m.Log.Warn("saving the list of admins' menus failed", "platform", Platform, "err", err)
	}
}
