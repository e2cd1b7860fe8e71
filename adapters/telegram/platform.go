package telegram

import "github.com/sajangpick/sajangpick/bot"

// Describe says what there is to know of Telegram. name is the bot's, "" while it isn't known.
func Describe(name func() string) bot.Platform {
	return bot.Platform{
		Name: Platform, Labels: bot.Labels{"ko": "텔레그램", "en": "Telegram"},
		Private: func(user string) string { return user }, // a private chat is called as its person
		Link: func(code string) string {
			switch to := name(); {
			case to == "":
				return ""
			case code == "":
				return "https://t.me/" + to
			default:
				return "https://t.me/" + to + "?start=" + code
			}
		},
	}
}

// Platform is part of bot.Messenger.
func (c *Client) Platform() bot.Platform { return Describe(c.Name) }
