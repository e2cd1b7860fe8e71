package main

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/storage"
)

// schedule is every cron line. The queue runs each on one machine at a time.
func (a *app) schedule() []storage.Periodic {
	return []storage.Periodic{
		{Name: "sweep", Schedule: a.cfg.Sweep.Schedule, Run: a.pipe.Sweep},         // orders that nobody has looked at in time
		{Name: "ops", Schedule: a.cfg.Sweep.Schedule, Run: a.monitor.ops.Sweep},    // what is stuck all the same, and what isn't any more
		{Name: "alive", Schedule: a.cfg.Sweep.Schedule, Run: a.desk.Heartbeat},     // after a long silence, people are asked to send again
		{Name: "forget", Schedule: a.cfg.Sweep.Schedule, Run: a.monitor.forget},    // shops that asked for it
		{Name: "cleaning", Schedule: a.cfg.Sweep.Schedule, Run: a.monitor.cleanOn}, // a clean-up that isn't done yet
		{Name: "words", Schedule: a.cfg.Sweep.Schedule, Run: a.courier.Sweep},      // words whose jobs are lost
		{Name: "clean", Schedule: a.cfg.Clean.Schedule, Run: a.monitor.clean},      // files and words of orders that ended long ago
		{Name: "tidy", Schedule: a.cfg.Clean.Schedule, Run: a.tidy},                // what nobody needs any more
		{Name: "report", Schedule: a.cfg.Report.Schedule, Run: a.monitor.report},   // how the day before was, and whether the ledger adds up
	}
}

// tidyAfter is longer than any platform sends an update again.
const tidyAfter = 7 * 24 * time.Hour

func (a *app) tidy(ctx context.Context) error {
	return a.engine.PurgeExpired(ctx, time.Now().Add(-tidyAfter))
}
