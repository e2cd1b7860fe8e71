package slack

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
)

// What is said otherwise in Slack, and the pages of the installation.
var (
	//go:embed phrases/ko.txt
	korean string
	//go:embed phrases/en.txt
	english string
)

// Ids as settings have them: with several workspaces that of the workspace comes first.
var (
	personID = regexp.MustCompile(`^([TE][A-Z0-9]{2,20}:)?[UW][A-Z0-9]{2,20}$`)
	chatID   = regexp.MustCompile(`^([TE][A-Z0-9]{2,20}:)?[CDG][A-Z0-9]{2,20}$`)
)

// Describe says what there is to know of Slack.
func Describe() bot.Platform {
	return bot.Platform{
		Name: Platform, Labels: bot.Labels{"ko": "슬랙", "en": "Slack"}, Commands: behindOurs,
		Phrases: map[string]map[string]string{"ko": present.ReadPhrases(korean), "en": present.ReadPhrases(english)},
		// A setting may name a channel alone; our chats have their workspace's name before it.
		Means:  func(named, chat string) bool { return strings.HasSuffix(chat, ":"+named) },
		People: bot.IDs{Form: personID, Example: "U0AB12CD"}, Chats: bot.IDs{Form: chatID, Example: "C0AB12CD"},
	}
}

// Platform is part of bot.Messenger.
func (c *Client) Platform() bot.Platform { return Describe() }

// commandWord finds our commands in phrases, and the one of Slack's own that has such a name.
var commandWord = regexp.MustCompile(`(^|[\s(“‘'"·])` +
	`/(start|help|videos|usage|shop|logo|look|music|settings|web|language|` +
	`cancel|status|retry|resend|stuck|spend|invite|shops|log|limit|pause|resume|export|forget)\b( @sajangpick)?`)

// behindOurs writes commands behind a word of our own: Slack keeps some for itself.
func behindOurs(text string) string {
	return commandWord.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasSuffix(s, "/invite @sajangpick") {
			return s
		}
		return strings.Replace(s, "/", "/sajangpick ", 1)
	})
}
