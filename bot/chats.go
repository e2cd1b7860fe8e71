package bot

import "context"

// membership follows what becomes of a chat.
func (d *Desk) membership(ctx context.Context, v *visit) error { return nil }

// welcomeBack hands over what waited for a chat that couldn't be reached.
func (d *Desk) welcomeBack(ctx context.Context, v *visit) error { return nil }

// admit tells whether the chat may order. One that may not is told how it can.
func (d *Desk) admit(ctx context.Context, v *visit) (bool, error) { return v.shop.ID != 0, nil }
