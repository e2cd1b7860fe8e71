package bot

import "context"

// decide fills in what a visit leads to.
func (d *Desk) decide(ctx context.Context, v *visit) error {
	switch v.Kind {
	case Joined, Left, Renamed:
		return d.membership(ctx, v)
	case Pressed:
		return d.press(ctx, v)
	case Deleted:
		return d.deleted(ctx, v)
	}
	if err := d.welcomeBack(ctx, v); err != nil {
		return err
	}
	if v.Kind == Edited {
		return d.edited(ctx, v)
	}
	if done, err := d.command(ctx, v); done || err != nil {
		return err
	}
	if ok, err := d.admit(ctx, v); !ok || err != nil {
		return err
	}
	return d.message(ctx, v)
}
