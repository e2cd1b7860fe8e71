package bot

import (
	"context"
	"errors"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// MaxRetries is how often a decision is made again because something else changed meanwhile.
const MaxRetries = 20

// Retry does f again for as long as its error says that something else changed meanwhile, MaxRetries times in all.
// Then, as after any other error, it returns what f returned last.
func Retry(f func() error) error {
	var err error
	for range MaxRetries {
		if err = f(); !errors.Is(err, pipeline.ErrMoved) {
			return err
		}
	}
	return err
}

// ForgetKind are incidents about a shop that is to be forgotten: they go on until nothing of it is left, so
// they are the list of what is still to be done as well.
const ForgetKind = "forget"

const (
	ForgetGrace  = 24 * time.Hour  // between the wish and the deletion, for whoever regrets it
	ForgetMargin = time.Minute     // by which clocks may differ: nothing is deleted that can still be taken back
	MemberLimit  = 5 * time.Second // of asking a platform who runs a chat
	MemberAgain  = time.Minute     // until it is asked again about a person who doesn't
)

// MaxRefused is how many photos of a chat may be refused in a day. Each is paid for, and a provider suspends whoever
// sends it too many.
const MaxRefused = 3

// OpenIncidents are the incidents that go on, by key.
func OpenIncidents(ctx context.Context, store interface {
	Incidents(ctx context.Context) ([]Incident, error)
}) (map[string]Incident, error) {
	all, err := store.Incidents(ctx)
	byKey := make(map[string]Incident, len(all))
	for _, i := range all {
		byKey[i.Key] = i
	}
	return byKey, err
}

// ShopOf reads a shop; one that is gone, or 0, is an empty one.
func ShopOf(ctx context.Context, store interface {
	Shop(ctx context.Context, id int64) (Shop, error)
}, id int64) (Shop, error) {
	if id == 0 {
		return Shop{}, nil
	}
	shop, err := store.Shop(ctx, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		err = nil
	}
	return shop, err
}
