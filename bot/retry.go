package bot

import (
	"context"
	"errors"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// openIncidents are the incidents that go on, by key.
func openIncidents(ctx context.Context, store interface {
	Incidents(ctx context.Context) ([]state.Incident, error)
}) (map[string]state.Incident, error) {
	all, err := store.Incidents(ctx)
	byKey := make(map[string]state.Incident, len(all))
	for _, i := range all {
		byKey[i.Key] = i
	}
	return byKey, err
}

// shopOf reads a shop; one that is gone, or 0, is an empty one.
func shopOf(ctx context.Context, store interface {
	Shop(ctx context.Context, id int64) (state.Shop, error)
}, id int64) (state.Shop, error) {
	if id == 0 {
		return state.Shop{}, nil
	}
	shop, err := store.Shop(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		err = nil
	}
	return shop, err
}
