package memorytest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/memorytest"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/contract"
)

// engine is the store as the suites want it, with a queue that runs. What it doesn't keep panics when it is asked for.
type engine struct {
	*memorytest.Store
	rest
	stop context.CancelFunc
	done sync.WaitGroup
}

type rest struct{ missing }

type missing struct{ storage.Engine }

func (e *engine) Migrate(context.Context) error { return nil }

func (e *engine) Jobs(context.Context) (map[string]int, error) {
	return map[string]int{"available": len(e.Store.Jobs())}, nil
}

func (e *engine) Start(_ context.Context, h storage.Handlers) error {
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	e.done.Go(func() {
		e.RunJobs(ctx, func(ctx context.Context, j pipelinetest.Job) (time.Time, error) {
			switch j.Kind {
			case pipelinetest.Wakeup:
				return h.Advance(ctx, j.ID, j.Number)
			case pipelinetest.Notify:
				return h.NotifyStatus(ctx, j.ID, j.Number)
			case pipelinetest.Send:
				return h.SendMessage(ctx, j.ID)
			case pipelinetest.Draft:
				return h.Draft(ctx, j.ID)
			}
			return time.Time{}, errors.New("a job of no kind")
		})
	})
	return nil
}

func (e *engine) Close() error {
	if e.stop != nil {
		e.stop()
	}
	e.done.Wait()
	return nil
}

func TestMemoryStore_KeepsTheContractOfTheDatabases(t *testing.T) {
	contract.Talk(t, func(*testing.T) storagetest.Open {
		e := &engine{Store: &memorytest.Store{}}
		return func(*testing.T) storage.Engine { return e }
	})
}
