package telegram

import (
	"log/slog"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Telegram wants about one message a second in a chat, 20 a minute in a group and 30 a second in all. No window of that
// length ever holds more.
var (
	chatRate  = pace.Rate{Every: time.Second, Burst: 3}
	groupRate = pace.Rate{Every: 4 * time.Second, Burst: 5}
)

// defaultRate is a little less than Telegram takes from a bot.
var defaultRate = pipeline.Rate{N: 25, Per: time.Second}

func newPace(r pipeline.Rate, b pace.Booker, log *slog.Logger) *pace.Pace {
	if r.N == 0 {
		r = defaultRate
	}
	return pace.New(pace.Options{
		Met: "telegram: the chat's limit is met", Booker: b,
		All: pace.Limit{Name: "telegram", Rate: pace.Rate{Every: r.Per / time.Duration(r.N), Burst: 1}},
		Limits: func(chat string) []pace.Limit {
			one := pace.Limit{Name: "telegram " + chat, Rate: chatRate}
			if isGroup(chat) { // the stricter one comes first: what it refuses takes no turn of the other
				return []pace.Limit{{Name: "telegram group " + chat, Rate: groupRate}, one}
			}
			return []pace.Limit{one}
		},
		Trouble: func(err error) {
			log.Warn("this process counts its messages alone", "platform", Platform, "err", err)
		},
	})
}

// isGroup tells a group, a supergroup or a channel by its id.
func isGroup(chat string) bool { return strings.HasPrefix(chat, "-") }

// Turn is part of bot.Paced.
func (s sender) Turn(chat string) time.Duration {
	if isGroup(chat) {
		return s.pace.Turn(chat, groupRate.Every)
	}
	return s.pace.Turn(chat, chatRate.Every)
}

// Pace is part of bot.Messenger. A group's 20 messages a minute are shared by all of its orders.
func (s sender) Pace(chat string) time.Duration {
	if isGroup(chat) {
		return 0
	}
	return 4 * time.Second
}
