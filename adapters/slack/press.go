package slack

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// commanded reads a slash command. Where others are it is answered to its author alone.
func commanded(c command) (bot.Update, bool) {
	if !isTeam(c.Team) || !isID(c.Channel) || !isID(c.User) || !isID(c.Trigger) {
		return bot.Update{}, false
	}
	u := bot.Update{
		Kind: bot.Wrote, Platform: Platform,
		Key:  strings.Join([]string{Platform, c.Team, "command", c.Trigger}, ":"),
		Chat: chatOf(c.Team, c.Channel),
		User: bot.User{ID: c.User, Name: httpx.Storable(c.Name, maxID), Team: c.Team},
		ToUs: true, Text: order(httpx.Storable(c.Text, maxWords)),
	}
	if !direct(c.Channel) {
		u.Group, u.Topic = true, "@"+u.User.ID
	}
	return u, true
}

// order is what stands after our command: Latin words are commands, others are taken as they are.
func order(text string) string {
	text, _ = listen(text, "", false)
	switch first := []rune(text); {
	case len(first) == 0:
		return "/help"
	case first[0] <= unicode.MaxASCII && unicode.IsLetter(first[0]):
		return "/" + text
	}
	return text
}

// interacted reads a press or a shortcut.
func interacted(i *interaction) (bot.Update, bool) {
	if !isID(i.User.ID) || !isID(i.Trigger) {
		return bot.Update{}, false
	}
	switch {
	case i.Type == "block_actions":
		return pressed(i)
	case i.Type == "message_action" && i.Callback == Shortcut:
		return chosen(i)
	}
	return bot.Update{}, false
}

// acted is what all interactions have in common.
func (i *interaction) acted(kind bot.Kind, team string) (bot.Update, bool) {
	channel := cmp.Or(i.Channel.ID, i.Place.Channel)
	u := bot.Update{
		Kind: kind, Platform: Platform,
		Key:  strings.Join([]string{Platform, team, "action", i.Trigger}, ":"),
		Chat: chatOf(team, channel), Group: !direct(channel), ToUs: true,
		User: bot.User{
			ID: i.User.ID, Name: httpx.Storable(i.User.Name, maxID),
			Team: httpx.Storable(cmp.Or(i.User.Team, i.Team.ID), maxID),
		},
	}
	return u, isTeam(team) && isID(channel)
}

// pressed reads a button. What stands on the message is ours, so its workspace is where we are installed.
func pressed(i *interaction) (bot.Update, bool) {
	team, thread := i.Team.ID, i.Place.Thread
	if i.Message != nil && i.Message.Team != "" {
		team = i.Message.Team
	}
	if i.Message != nil && thread == "" {
		thread = i.Message.Thread
	}
	u, ok := i.acted(bot.Pressed, team)
	if !ok || len(i.Actions) == 0 || i.Actions[0].Value == "" || !isTS(i.Place.Message) ||
		thread != "" && !isTS(thread) {
		return bot.Update{}, false // a link has no value
	}
	u.Action = httpx.Storable(i.Actions[0].Value, maxAction)
	u.Message, u.Topic = i.Place.Message, thread
	_, channel := split(u.Chat)
	u.Notice = noticeOf(team, channel, thread, u.User.ID)
	switch {
	case i.Place.Ephemeral && u.Group:
		u.Topic = "@" + u.User.ID
	case thread == "":
		u.Topic = u.Message
	}
	return u, true
}

// chosen reads the shortcut: it is as if the message had been written to us, by the person who chose it.
func chosen(i *interaction) (bot.Update, bool) {
	u, ok := i.acted(bot.Wrote, i.Team.ID)
	m := i.Message
	if !ok || m == nil || !isTS(m.TS) || m.Thread != "" && !isTS(m.Thread) {
		return bot.Update{}, false
	}
	u.Message, u.Topic, u.At = m.TS, m.topic(), at(m.TS)
	u.Text, _ = listen(httpx.Storable(m.Text, maxWords), "", false)
	u.Pictures, u.Other = m.media(i.Team.ID, u.Text)
	return u, u.Text != "" || len(u.Pictures) > 0 || u.Other != ""
}
