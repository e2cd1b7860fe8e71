package main

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// openTraces has orders traced, where the environment asks for it.
func (a *app) openTraces(ctx context.Context) (err error) {
	if !tracing.On() {
		return nil
	}
	a.traces, err = tracing.New(ctx, tracing.Options{Version: a.version, Log: a.log})
	if err == nil {
		a.engine = tracedEngine{a.engine, a.traces}
	}
	return err
}

// tracedEngine is an engine in which orders get their traces, and what people change is found there.
type tracedEngine struct {
	storage.Engine
	traces *tracing.Tracer
}

// Place implements pipeline.Store.
func (e tracedEngine) Place(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error) {
	orders := []pipeline.Order{o}
	done := e.traces.Accept(orders)
	placed, fresh, err := e.Engine.Place(ctx, orders[0])
	if err == nil {
		done([]pipeline.Order{placed})
	}
	return placed, fresh, err
}

// Commit implements state.Store.
func (e tracedEngine) Commit(ctx context.Context, c state.Change) ([]pipeline.Order, error) {
	began := time.Now()
	c.Place = slices.Clone(c.Place)
	done := e.traces.Accept(c.Place)
	placed, err := e.Engine.Commit(ctx, c)
	if err == nil {
		done(placed)
		for _, m := range c.Moves {
			e.traces.Changed(m.Order, began)
		}
	}
	return placed, err
}

// trace is pipeline.Options.Trace; nil when orders aren't traced.
func (a *app) trace() func(context.Context, pipeline.Order) context.Context {
	if a.traces == nil {
		return nil
	}
	return a.traces.Context
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
