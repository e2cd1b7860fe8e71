package bot

import "context"

// message is pictures or words, with or without each other.
func (d *Desk) message(ctx context.Context, v *visit) error { return nil }

func (d *Desk) edited(ctx context.Context, v *visit) error { return nil }

func (d *Desk) deleted(ctx context.Context, v *visit) error { return nil }
