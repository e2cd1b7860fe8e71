package telegram

import (
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
)

// Telegram wants about one message a second in a chat, 20 a minute in a group and 30 a second in all.
// No window of that length ever holds more.
var (
	chatRate  = pace.Rate{Every: time.Second, Burst: 3}
	groupRate = pace.Rate{Every: 4 * time.Second, Burst: 5}
	allRate   = pace.Rate{Every: 40 * time.Millisecond, Burst: 5}
)

func newPace() *pace.Pace {
	return pace.NewPace("telegram: the chat's limit is met", allRate, func(chat string) []pace.Rate {
		if isGroup(chat) {
			return []pace.Rate{chatRate, groupRate}
		}
		return []pace.Rate{chatRate}
	})
}

// isGroup tells a group, a supergroup or a channel by its id.
func isGroup(chat string) bool { return strings.HasPrefix(chat, "-") }

// Turn is part of bot.Paced.
func (c *Client) Turn(chat string) time.Duration {
	if isGroup(chat) {
		return c.pace.Turn(chat, groupRate.Every)
	}
	return c.pace.Turn(chat, chatRate.Every)
}

// Pace is part of bot.Messenger. A group's 20 messages a minute are shared by all of its orders.
func (c *Client) Pace(chat string) time.Duration {
	if isGroup(chat) {
		return 0
	}
	return 4 * time.Second
}
