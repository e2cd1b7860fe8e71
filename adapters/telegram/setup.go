package telegram

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// connections is how many updates Telegram may deliver at once: of different chats, since those of one
// chat come one by one.
const connections = 20

// setup sees to what Telegram holds of the bot: where its updates go, its menus and its descriptions.
type setup struct {
	*identity
	ready  func(context.Context) error // see downloader
	secret string                      // Options.Secret
	failed atomic.Int64                // last failure of the webhook when we registered it, by Telegram's clock
}

// Register has updates delivered to url from now on. It may be called at any time and by any number of
// processes; waiting updates are kept.
func (s *setup) Register(ctx context.Context, url string) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	info, err := s.api.GetWebhookInfo(ctx)
	if err != nil {
		return s.fault("", "getWebhookInfo", repeatable, err)
	}
	if info.URL == url && info.LastErrorMessage != "" {
		s.log.Warn("webhook failed before", "platform", Platform, "count", info.PendingUpdateCount,
			"err", s.withoutSecrets(info.LastErrorMessage))
	}
	s.failed.Store(int64(info.LastErrorDate))
	// Even if all that it shows is the same: the secret may be another one, and isn't shown.
	_, err = s.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: url, SecretToken: s.secret, AllowedUpdates: kinds, MaxConnections: connections,
	})
	return s.fault("", "setWebhook", repeatable, err)
}

// Keep registers again if the updates were taken away: by a program that polls with our token, for a try on a desk
// machine as well, or has set the webhook with another secret, which isn't shown but refused by us with a 401.
func (s *setup) Keep(ctx context.Context, url string) error {
	info, err := s.api.GetWebhookInfo(ctx)
	if err != nil {
		return s.fault("", "getWebhookInfo", repeatable, err)
	}
	refused := strings.Contains(info.LastErrorMessage, "401") && int64(info.LastErrorDate) > s.failed.Load()
	switch {
	case info.URL == url && !refused:
		return nil
	case info.URL == url:
		s.log.Error("updates came with another secret; is the token used twice?", "platform", Platform,
			"count", info.PendingUpdateCount)
	default:
		s.log.Error("updates don't come here; is the token used twice?", "platform", Platform)
	}
	return s.Register(ctx, url)
}

// Command is a line of the menu that Telegram shows beside the text field.
type Command struct {
	Name string // Latin letters, digits and _, at most 32
	Text string
}

// Commands sets the menus, by language; the one of "" is for all others.
func (s *setup) Commands(ctx context.Context, menus map[string][]Command) error {
	for _, scope := range []models.BotCommandScope{
		&models.BotCommandScopeAllPrivateChats{}, &models.BotCommandScopeAllGroupChats{},
	} {
		if err := s.setMenus(ctx, scope, menus); err != nil {
			return err
		}
	}
	return nil
}

// CommandsFor sets the menus that one person sees in their chat with the bot, in the place of those for all people;
// where it is empty they see that. It is Rejected with ReasonCantDeliver while they have never written to the bot.
func (s *setup) CommandsFor(ctx context.Context, user string, menus map[string][]Command) error {
	id, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return httpx.Unset(fmt.Errorf("telegram: %q isn't a user's id", user))
	}
	return s.setMenus(ctx, &models.BotCommandScopeChat{ChatID: id}, menus)
}

// setMenus sets those that aren't as they shall be.
func (s *setup) setMenus(ctx context.Context, scope models.BotCommandScope, menus map[string][]Command) error {
	for lang, menu := range menus {
		list := make([]models.BotCommand, len(menu))
		for i, x := range menu {
			list[i] = models.BotCommand{Command: x.Name, Description: x.Text}
		}
		now, err := s.api.GetMyCommands(ctx, &tg.GetMyCommandsParams{Scope: scope, LanguageCode: lang})
		if err != nil {
			return s.fault("", "getMyCommands", repeatable, err)
		}
		if slices.Equal(now, list) {
			continue
		}
		if len(list) == 0 {
			if _, err := s.api.DeleteMyCommands(ctx, &tg.DeleteMyCommandsParams{
				Scope: scope, LanguageCode: lang,
			}); err != nil {
				return s.fault("", "deleteMyCommands", repeatable, err)
			}
			continue
		}
		if _, err := s.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{
			Commands: list, Scope: scope, LanguageCode: lang,
		}); err != nil {
			return s.fault("", "setMyCommands", repeatable, err)
		}
	}
	return nil
}

// Description is what Telegram shows of the bot.
type Description struct {
	Long  string // before anything is written; at most 512 characters
	Short string // on its profile, and with links to it; at most 120
}

// Describe sets the descriptions that aren't as they shall be, by language; the one of "" is for all others.
func (s *setup) Describe(ctx context.Context, all map[string]Description) error {
	for lang, want := range all {
		long, err := s.api.GetMyDescription(ctx, &tg.GetMyDescriptionParams{LanguageCode: lang})
		if err != nil {
			return s.fault("", "getMyDescription", repeatable, err)
		}
		if long.Description != want.Long {
			p := &tg.SetMyDescriptionParams{Description: want.Long, LanguageCode: lang}
			if _, err := s.api.SetMyDescription(ctx, p); err != nil {
				return s.fault("", "setMyDescription", repeatable, err)
			}
		}
		short, err := s.api.GetMyShortDescription(ctx, &tg.GetMyShortDescriptionParams{LanguageCode: lang})
		if err != nil {
			return s.fault("", "getMyShortDescription", repeatable, err)
		}
		if short.ShortDescription != want.Short {
			p := &tg.SetMyShortDescriptionParams{ShortDescription: want.Short, LanguageCode: lang}
			if _, err := s.api.SetMyShortDescription(ctx, p); err != nil {
				return s.fault("", "setMyShortDescription", repeatable, err)
			}
		}
	}
	return nil
}

// Standing is what Telegram says about the bot and about where its updates go.
type Standing struct {
	Self
	Webhook  string    // empty: updates are kept until they are polled
	Waiting  int       // updates that weren't taken yet
	Trouble  string    // why the webhook failed the last time, even if it works again; empty: it never did
	Troubled time.Time // when that was
}

// Standing asks how things are, and changes nothing.
func (s *setup) Standing(ctx context.Context) (Standing, error) {
	self, err := s.Me(ctx)
	if err != nil {
		return Standing{}, err
	}
	info, err := s.api.GetWebhookInfo(ctx)
	if err != nil {
		return Standing{}, s.fault("", "getWebhookInfo", repeatable, err)
	}
	return Standing{
		Self: self, Webhook: info.URL, Waiting: info.PendingUpdateCount,
		Trouble: s.withoutSecrets(info.LastErrorMessage), Troubled: time.Unix(int64(info.LastErrorDate), 0),
	}, nil
}
