package bot

import "context"

// decide fills in what a session leads to.
func (d *Conversation) decide(ctx context.Context, v *session) error {
	if v.Kind == Joined || v.Kind == Left || v.Kind == Renamed {
		return d.membership(ctx, v)
	}
	if err := d.welcomeBack(ctx, v); err != nil {
		return err
	}
	switch v.Kind {
	case Pressed:
		return d.press(ctx, v)
	case Deleted:
		return d.deleted(ctx, v)
	case Edited:
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
