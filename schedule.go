package main

import (
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// schedule is every cron line. The queue runs each on one machine at a time.
func schedule(cfg config.Config, p *pipeline.Pipeline) []storage.Periodic {
	return []storage.Periodic{
		{Name: "sweep", Schedule: cfg.Sweep.Schedule, Run: p.Sweep}, // orders that nobody has looked at in time
	}
}
