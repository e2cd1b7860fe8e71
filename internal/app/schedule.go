package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/storage"
)

// Schedule is every cron line. The queue runs each on one machine at a time.
func (a *App) Schedule() []storage.Periodic {
	often, nightly, report := a.Cfg.Sweep.Schedule, a.Cfg.Clean.Schedule, a.Cfg.Report.Schedule
	return []storage.Periodic{
		// when the database was last in use
		{Name: "use", Schedule: often, Run: a.noteUse},
		// orders that weren't looked at in time
		{Name: "sweep", Schedule: often, Run: a.Pipe.Sweep},
		// what is stuck all the same, and what isn't any more
		{Name: "ops", Schedule: often, Run: a.Monitor.Ops.Sweep},
		// after a long silence, people are asked to send again
		{Name: "alive", Schedule: often, Run: a.Conversation.Heartbeat},
		// shops that asked for it
		{Name: "forget", Schedule: often, Run: a.Monitor.Forget},
		// a clean-up that isn't done yet
		{Name: "cleaning", Schedule: often, Run: a.Monitor.CleanOn},
		// words whose jobs are lost
		{Name: "words", Schedule: often, Run: a.outbox.Sweep},
		// files and words of orders that ended long ago
		{Name: "clean", Schedule: nightly, Run: a.Monitor.Clean},
		// what isn't needed any more
		{Name: "tidy", Schedule: nightly, Run: a.tidy},
		// pictures of forms that no order took
		{Name: "uploads", Schedule: nightly, Run: a.sweepUploads},
		// how the day before was, and whether the ledger adds up
		{Name: "report", Schedule: report, Run: a.Monitor.Report},
	}
}

// tidyAfter is longer than any platform sends an update again.
const tidyAfter = 7 * 24 * time.Hour

func (a *App) tidy(ctx context.Context) error {
	return a.Engine.PurgeExpired(ctx, time.Now().Add(-tidyAfter))
}

func (a *App) sweepUploads(ctx context.Context) error {
	return intake.Sweep(ctx, a.Engine, a.Blobs, time.Now())
}
