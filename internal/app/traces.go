package app

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// openTraces has orders traced, where the environment asks for it.
func (a *App) openTraces(ctx context.Context) (err error) {
	if !tracing.On() {
		return nil
	}
	a.Traces, err = tracing.New(ctx, tracing.Options{Version: a.version, Log: a.log})
	if err == nil {
		a.Engine = tracedEngine{a.Engine, a.Traces}
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

// Commit implements bot.Store.
func (e tracedEngine) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
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
func (a *App) trace() func(context.Context, pipeline.Order) context.Context {
	if a.Traces == nil {
		return nil
	}
	return a.Traces.Context
}

// observer tells those that watch the pipeline what they want to know of it.
type observer struct{ a *App }

// Moved implements pipeline.Observer. Open pages are told of every change in this process; what other platforms' orders
// are told has jobs of its own, and a page asks for what it missed.
func (o observer) Moved(before, after pipeline.Order) {
	o.a.Metrics.Moved(before, after)
	o.a.recovery.Moved(before, after)
	if o.a.hub != nil {
		o.a.hub.Changed(after.Shop, after.ID)
	}
	if o.a.Traces != nil {
		o.a.Traces.Moved(before, after)
	}
}

// CallbackHandled implements pipeline.Observer.
func (o observer) CallbackHandled(after time.Duration) { o.a.Metrics.CallbackHandled(after) }

// Called implements pipeline.Observer.
func (o observer) Called(provider, what string, took time.Duration, err error) {
	o.a.Metrics.Called(provider, what, took, err)
	o.a.health.Called(provider, err)
}
