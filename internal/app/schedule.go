package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/storage"
)

// Schedule is every cron line. The queue runs each on one machine at a time.
func (a *App) Schedule() []storage.Periodic {
	return []storage.Periodic{
		{Name: "sweep", Schedule: a.Cfg.Sweep.Schedule, Run: a.Pipe.Sweep},             // orders that weren't looked at in time
		{Name: "ops", Schedule: a.Cfg.Sweep.Schedule, Run: a.Monitor.Ops.Sweep},        // what is stuck all the same, and what isn't any more
		{Name: "alive", Schedule: a.Cfg.Sweep.Schedule, Run: a.Conversation.Heartbeat}, // after a long silence, people are asked to send again
		{Name: "forget", Schedule: a.Cfg.Sweep.Schedule, Run: a.Monitor.Forget},        // shops that asked for it
		{Name: "cleaning", Schedule: a.Cfg.Sweep.Schedule, Run: a.Monitor.CleanOn},     // a clean-up that isn't done yet
		{Name: "words", Schedule: a.Cfg.Sweep.Schedule, Run: a.outbox.Sweep},           // words whose jobs are lost
		{Name: "clean", Schedule: a.Cfg.Clean.Schedule, Run: a.Monitor.Clean},          // files and words of orders that ended long ago
		{Name: "tidy", Schedule: a.Cfg.Clean.Schedule, Run: a.tidy},                    // what isn't needed any more
		{Name: "report", Schedule: a.Cfg.Report.Schedule, Run: a.Monitor.Report},       // how the day before was, and whether the ledger adds up
	}
}

// tidyAfter is longer than any platform sends an update again.
const tidyAfter = 7 * 24 * time.Hour

func (a *App) tidy(ctx context.Context) error {
	return a.Engine.PurgeExpired(ctx, time.Now().Add(-tidyAfter))
}
