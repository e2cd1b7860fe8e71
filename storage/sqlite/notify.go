package sqlite

import "context"

// Notify implements bot.Access: there is no other process.
func (e *engine) Notify(context.Context, string) error { return nil }

// Listen implements bot.Access.
func (e *engine) Listen(ctx context.Context, ready func(), _ func(string)) error {
	ready()
	<-ctx.Done()
	return ctx.Err()
}
