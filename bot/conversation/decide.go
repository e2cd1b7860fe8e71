package conversation

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
)

// decide fills in what a session leads to.
func (d *Conversation) decide(ctx context.Context, v *Session) error {
	if v.Kind == bot.Joined || v.Kind == bot.Left || v.Kind == bot.Renamed {
		return d.membership(ctx, v)
	}
	if err := d.welcomeBack(ctx, v); err != nil {
		return err
	}
	switch v.Kind {
	case bot.Pressed:
		return d.press(ctx, v)
	case bot.Deleted:
		return d.deleted(ctx, v)
	case bot.Edited:
		return d.edited(ctx, v)
	}
	if done, err := d.command(ctx, v); done || err != nil {
		return err
	}
	if ok, err := d.admit(ctx, v); !ok || err != nil {
		return err
	}
	if d.answersSetting(v) {
		return nil
	}
	return d.message(ctx, v)
}
