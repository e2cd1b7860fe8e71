package conversation

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
)

// decide fills in what a session leads to.
func (cv *Conversation) decide(ctx context.Context, v *Session) error {
	if v.Kind == bot.Joined || v.Kind == bot.Left || v.Kind == bot.Renamed {
		return cv.members.membership(ctx, v)
	}
	if err := cv.members.welcomeBack(ctx, v); err != nil {
		return err
	}
	switch v.Kind {
	case bot.Pressed:
		return cv.press(ctx, v)
	case bot.Deleted:
		return cv.messages.deleted(ctx, v)
	case bot.Edited:
		return cv.messages.edited(ctx, v)
	}
	if done, err := cv.command(ctx, v); done || err != nil {
		return err
	}
	if ok, err := cv.members.admit(ctx, v); !ok || err != nil {
		return err
	}
	if cv.settings.answersSetting(v) {
		return nil
	}
	return cv.messages.message(ctx, v)
}
