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
	f := flags(t, "restored", "To be run once after DATABASE_URL was restored from a backup, while no `serve` runs. "+
		"What was done since to the orders\n"+
		"that were under way then is looked for among the files (BLOB_URL): "+
		"those that have ended are written as ended. The others\n"+
		"are set aside, so that nothing is paid for or delivered again. "+
		"`/retry all restored` in the chat takes them up: what a\n"+
		"provider was given is asked for, the rest is made again.")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	var done app.Restored
	err := withEngine(ctx, t, func(cfg config.Config, e storage.Engine) (err error) {
		if err = e.Ready(ctx); err == nil {
			done, err = app.Restore(ctx, cfg, e)
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%d orders have ended since the backup: nothing is left to be done.\n"+
		"%d are set aside: /stuck lists them, and `/retry all restored` takes them up.\n"+
		"  %d of these are known to their provider, and not paid for again.\n"+
		"  %d of these may have been delivered: their owners are asked.\n",
		done.Ended, done.Aside, done.Named, done.Asked)
	return nil
}
