package bot

import "context"

// command does what a command says, in any of its spellings, and tells whether there was one.
func (d *Desk) command(ctx context.Context, v *visit) (bool, error) { return false, nil }

// pressSetting is a button that sets something up for the shop or the chat.
func (d *Desk) pressSetting(ctx context.Context, v *visit, verb string, args []string) error {
	return nil
}
