package telegram

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/sajangpick/sajangpick/pipeline"
)

// connections is how many updates Telegram may deliver at once: of different chats, since those of one
// chat come one by one.
const connections = 20

// Register has updates delivered to url from now on. It may be called at any time and by any number of
// processes; waiting updates are kept.
func (c *Client) Register(ctx context.Context, url string) error {
	if _, err := c.Me(ctx); err != nil {
		return err
	}
	if err := c.hasFiles(ctx); err != nil {
		return err
	}
	info, err := c.api.GetWebhookInfo(ctx)
	if err != nil {
		return c.fault("", "getWebhookInfo", repeatable, err)
	}
	if info.URL == url && info.LastErrorMessage != "" {
		c.log.Warn(
			"webhook failed before", "platform", Platform, "count", info.PendingUpdateCount, "err",
			c.withoutSecrets(info.LastErrorMessage),
		)
	}
	c.failed.Store(int64(info.LastErrorDate))
	// Even if all that it shows is the same: the secret may be another one, and isn't shown.
	_, err = c.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: url, SecretToken: c.secret, AllowedUpdates: kinds, MaxConnections: connections,
	})
	return c.fault("", "setWebhook", repeatable, err)
}

// Keep registers again if the updates were taken away: by whoever polls with our token, for a try on a desk machine as
// well, or has set the webhook with another secret, which isn't shown but refused by us with a 401.
func (c *Client) Keep(ctx context.Context, url string) error {
	info, err := c.api.GetWebhookInfo(ctx)
	if err != nil {
		return c.fault("", "getWebhookInfo", repeatable, err)
	}
	refused := strings.Contains(info.LastErrorMessage, "401") && int64(info.LastErrorDate) > c.failed.Load()
	switch {
	case info.URL == url && !refused:
		return nil
	case info.URL == url:
		c.log.Error("updates came with another secret; is the token used twice?", "platform", Platform,
			"count", info.PendingUpdateCount)
	default:
		c.log.Error("updates don't come here; is the token used twice?", "platform", Platform)
	}
	return c.Register(ctx, url)
}

// Command is a line of the menu that Telegram shows beside the text field.
type Command struct {
	Name string // Latin letters, digits and _, at most 32
	Text string
}

// Commands sets the menus, by language; the one of "" is for everybody else.
func (c *Client) Commands(ctx context.Context, menus map[string][]Command) error {
	for _, scope := range []models.BotCommandScope{
		&models.BotCommandScopeAllPrivateChats{}, &models.BotCommandScopeAllGroupChats{},
	} {
		if err := c.setMenus(ctx, scope, menus); err != nil {
			return err
		}
	}
	return nil
}

// CommandsFor sets the menus that one person sees in their chat with the bot, in the place of everybody's; where
// it is empty they see that. It is Rejected with ReasonCantDeliver while they have never written to the bot.
func (c *Client) CommandsFor(ctx context.Context, user string, menus map[string][]Command) error {
	id, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return &pipeline.Fault{
			Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup,
			Err: fmt.Errorf("telegram: %q isn't a user's id", user),
		}
	}
	return c.setMenus(ctx, &models.BotCommandScopeChat{ChatID: id}, menus)
}

// setMenus sets those that aren't as they shall be.
func (c *Client) setMenus(ctx context.Context, scope models.BotCommandScope, menus map[string][]Command) error {
	for lang, menu := range menus {
		list := make([]models.BotCommand, len(menu))
		for i, x := range menu {
			list[i] = models.BotCommand{Command: x.Name, Description: x.Text}
		}
		now, err := c.api.GetMyCommands(ctx, &tg.GetMyCommandsParams{Scope: scope, LanguageCode: lang})
		if err != nil {
			return c.fault("", "getMyCommands", repeatable, err)
		}
		if slices.Equal(now, list) {
			continue
		}
		if len(list) == 0 {
			if _, err := c.api.DeleteMyCommands(ctx, &tg.DeleteMyCommandsParams{
				Scope: scope, LanguageCode: lang,
			}); err != nil {
				return c.fault("", "deleteMyCommands", repeatable, err)
			}
			continue
		}
		if _, err := c.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{
			Commands: list, Scope: scope, LanguageCode: lang,
		}); err != nil {
			return c.fault("", "setMyCommands", repeatable, err)
		}
	}
	return nil
}

// Description is what Telegram shows of the bot.
type Description struct {
	Long  string // before anything is written; at most 512 characters
	Short string // on its profile, and with links to it; at most 120
}

// Describe sets the descriptions that aren't as they shall be, by language; the one of "" is for everybody else.
func (c *Client) Describe(ctx context.Context, all map[string]Description) error {
	for lang, want := range all {
		long, err := c.api.GetMyDescription(ctx, &tg.GetMyDescriptionParams{LanguageCode: lang})
		if err != nil {
			return c.fault("", "getMyDescription", repeatable, err)
		}
		if long.Description != want.Long {
			p := &tg.SetMyDescriptionParams{Description: want.Long, LanguageCode: lang}
			if _, err := c.api.SetMyDescription(ctx, p); err != nil {
				return c.fault("", "setMyDescription", repeatable, err)
			}
		}
		short, err := c.api.GetMyShortDescription(ctx, &tg.GetMyShortDescriptionParams{LanguageCode: lang})
		if err != nil {
			return c.fault("", "getMyShortDescription", repeatable, err)
		}
		if short.ShortDescription != want.Short {
			p := &tg.SetMyShortDescriptionParams{ShortDescription: want.Short, LanguageCode: lang}
			if _, err := c.api.SetMyShortDescription(ctx, p); err != nil {
				return c.fault("", "setMyShortDescription", repeatable, err)
			}
		}
	}
	return nil
}
