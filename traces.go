package main

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// openTraces has orders traced, where the environment asks for it.
func (a *app) openTraces(ctx context.Context, secret []byte) (err error) {
	if !tracing.On() {
		return nil
	}
	a.traces, err = tracing.New(ctx, tracing.Options{Store: a.engine, Secret: secret, Version: version, Log: a.log})
	if err == nil {
		a.engine = ends{a.engine, a.traces}
	}
	return err
}

// ends is an engine whose changes by people are traced as well: the pipeline lets only its own be observed.
type ends struct {
	storage.Engine
	traces *tracing.Tracer
}

func (e ends) Commit(ctx context.Context, c state.Change) ([]pipeline.Order, error) {
	placed, err := e.Engine.Commit(ctx, c)
	if err == nil {
		for _, m := range c.Moves {
			m.Order.Version++ // what was written
			e.traces.Changed(m.Order)
		}
	}
	return placed, err
}

// observer is whoever watches the pipeline.
func (a *app) observer() pipeline.Observer {
	all := observers{a.metrics, a.monitor.back}
	if a.traces != nil {
		all = append(all, a.traces)
	}
	return all
}

type observers []pipeline.Observer

// Moved implements pipeline.Observer.
func (all observers) Moved(before, after pipeline.Order) {
	for _, o := range all {
		o.Moved(before, after)
	}
}

// CallbackHandled implements pipeline.Observer.
func (all observers) CallbackHandled(after time.Duration) {
	for _, o := range all {
		o.CallbackHandled(after)
	}
}
