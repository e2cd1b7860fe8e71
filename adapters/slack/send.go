package slack

import (
	"context"
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	sdk "github.com/slack-go/slack"
)

// noThread is what Slack says of a thread whose parent is gone, when it doesn't just post to the channel.
var noThread = []string{"thread_not_found", "cannot_reply_to_message", "invalid_thread_ts", "message_not_found"}

// What stands at a post.
const (
	eyes  = "eyes"
	check = "white_check_mark"
	cross = "x"
)

// place is where something is sent.
type place struct {
	team, channel string
	thread        string // of its parent; empty: the channel itself
	only          string // who alone sees it; empty: all in the channel
	above         string // Slack's own markup above it: whom it is for, or where it belongs
}

func where(t pipeline.Thread) place {
	var p place
	p.team, p.channel = split(t.Chat)
	if who, ok := strings.CutPrefix(t.Topic, "@"); ok {
		p.only = who
	} else {
		p.thread = t.Topic
	}
	return p
}

// direct reports whether a channel is the conversation of one person with us.
func direct(channel string) bool { return strings.HasPrefix(channel, "D") }

// sender writes into chats, within their limits.
type sender struct{ *conn }

// there calls send for a thread's place. When its parent is gone it goes to the channel, and when we
// can't post there, to the person who asked.
func (s sender) there(
	ctx context.Context, method string, t pipeline.Thread, send func(*sdk.Client, place) error,
) error {
	p := where(t)
	api, err := s.in(ctx, p.team)
	if err != nil {
		return err
	}
	if err := s.pace.Take(ctx, t.Chat, 0); err != nil {
		return err
	}
	err = send(api, p)
	if p.thread != "" && refuses(err, noThread...) {
		p.thread, p.above = "", mention(t.User)
		err = send(api, p)
	}
	if t.User == "" || direct(p.channel) || !refuses(err, unreachable...) {
		return s.fault(t.Chat, method, once, err)
	}
	im, _, _, no := api.OpenConversationContext(ctx, &sdk.OpenConversationParameters{Users: []string{t.User}})
	if f := pipeline.AsFault(s.fault("", "conversations.open", repeatable, no)); no != nil &&
		f.Kind == pipeline.Transient {
		return f
	}
	if no == nil && im != nil {
		err = send(api, place{team: p.team, channel: im.ID, above: "<#" + p.channel + ">"})
	}
	return s.fault(t.Chat, method, once, err)
}

func mention(user string) string {
	if user == "" {
		return ""
	}
	return "<@" + user + ">"
}

// Send is part of bot.Messenger.
func (s sender) Send(ctx context.Context, m bot.Message) (string, error) {
	var ts string
	err := s.there(ctx, "chat.postMessage", m.Thread, func(api *sdk.Client, p place) (err error) {
		ts, err = post(ctx, api, p, m.Text, m.Buttons)
		return err
	})
	return ts, err
}

// post sends one message.
func post(ctx context.Context, api *sdk.Client, p place, text string, buttons [][]bot.Button) (ts string, err error) {
	o := []sdk.MsgOption{
		content(p.above, text, buttons), sdk.MsgOptionDisableLinkUnfurl(), sdk.MsgOptionDisableMediaUnfurl(),
	}
	if p.thread != "" {
		o = append(o, sdk.MsgOptionTS(p.thread))
	}
	if p.only != "" {
		return api.PostEphemeralContext(ctx, p.channel, p.only, o...)
	}
	_, ts, err = api.PostMessageContext(ctx, p.channel, o...)
	return ts, err
}

// Edit is part of bot.Messenger. What one person alone sees can't be edited: it is ErrGone.
func (s sender) Edit(ctx context.Context, message string, m bot.Message) error {
	p := where(m.Thread)
	api, err := s.in(ctx, p.team)
	if err != nil {
		return err
	}
	if err := s.pace.Take(ctx, m.Thread.Chat, 0, tier(p.team, "chat.update", tier3)); err != nil {
		return err
	}
	message, _, _ = strings.Cut(message, " ")
	_, _, _, err = api.UpdateMessageContext(ctx, p.channel, message, content("", m.Text, m.Buttons))
	if refuses(err, gone...) {
		return httpx.Undeliverable(fmt.Errorf("slack: edit: %w", bot.ErrGone))
	}
	return s.fault(m.Thread.Chat, "chat.update", repeatable, err)
}

// Answer is part of bot.Messenger: only the person who pressed sees it.
func (s sender) Answer(ctx context.Context, notice, text string, _ bool) error {
	p, ok := readNotice(notice)
	if !ok || text == "" {
		return nil
	}
	api, err := s.in(ctx, p.team)
	if err != nil {
		return err
	}
	_, err = post(ctx, api, p, text, nil)
	return s.fault(chatOf(p.team, p.channel), "chat.postEphemeral", repeatable, err)
}

// A notice is where a press is answered: team, channel, thread and user.
func noticeOf(team, channel, thread, user string) string {
	return strings.Join([]string{team, channel, thread, user}, ":")
}

func readNotice(notice string) (place, bool) {
	x := strings.Split(notice, ":")
	if len(x) != 4 || x[1] == "" || x[3] == "" {
		return place{}, false
	}
	return place{team: x[0], channel: x[1], thread: x[2], only: x[3]}, true
}

// Mark is part of bot.Marker.
func (s sender) Mark(ctx context.Context, t pipeline.Thread, m bot.Mark) error {
	p := where(t)
	if t.Message == "" {
		return nil
	}
	api, err := s.in(ctx, p.team)
	if err != nil {
		return err
	}
	post := sdk.NewRefToMessage(p.channel, t.Message)
	add, remove := "", []string{eyes}
	switch m {
	case bot.Seen:
		add, remove = eyes, nil
	case bot.Done:
		add, remove = check, []string{eyes, cross}
	case bot.NotDone:
		add = cross
	}
	if add != "" {
		err := api.AddReactionContext(ctx, add, post)
		if err != nil &&
			!refuses(err, "already_reacted", "message_not_found", "too_many_reactions", "too_many_emoji") {
			return s.fault("", "reactions.add", repeatable, err)
		}
	}
	for _, name := range remove {
		err := api.RemoveReactionContext(ctx, name, post)
		if err != nil && !refuses(err, "no_reaction", "message_not_found") {
			return s.fault("", "reactions.remove", repeatable, err)
		}
	}
	return nil
}
