package bot

import "context"

// press is a button of ours that somebody has pressed.
func (d *Desk) press(ctx context.Context, v *visit) error {
	verb, args := readAction(v.Action)
	return d.pressSetting(ctx, v, verb, args)
}
