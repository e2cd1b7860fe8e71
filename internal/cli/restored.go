package cli

import (
	"context"
	"fmt"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/storage"
)

// restored is the command `restored`.
func restored(ctx context.Context, t Terminal) error {
	f := flags(t, "restored", "To be run once after DATABASE_URL was restored from a backup, while no `serve` runs: orders that were under way then are\n"+
		"set aside, so that nothing that was made since is paid for or delivered again. `/retry all restored` in the chat takes\n"+
		"them up: what a provider still knows is asked for, the rest is made again.")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	n := 0
	err := withEngine(ctx, t, func(_ config.Config, e storage.Engine) (err error) {
		if err = e.Ready(ctx); err == nil {
			n, err = app.Restored(ctx, e)
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%d orders that were under way are set aside (restored).\n", n)
	return nil
}
