package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// places is how much less a provider takes at once than it was said to, as it stands in its row of limits.
type places struct {
	Less   int   `json:"less"`
	Noted  int64 `json:"noted"`  // when work was last seen to wait there, or Less became smaller
	Closed int64 `json:"closed"` // it takes nothing before
}

const (
	growAfter = time.Minute // one more is begun at once when nothing was noted for so long
	// tryFor is how long a provider that was closed gets one piece of work at a time.
	tryFor = 10 * time.Second
)

func placesOf(provider string) string { return sqldb.Clean(provider + " places") }

func readPlaces(text string) (p places, err error) {
	if text == "" || text == "[]" { // a row that was only just made
		return places{}, nil
	}
	err = json.Unmarshal([]byte(text), &p)
	return p, err
}

// atOnce is how much may be under way.
func (p places) atOnce(most int64) int64 { return max(most-int64(p.Less), min(most, 1)) }

// wait is how long the provider takes nothing.
func (p places) wait(now time.Time) time.Duration {
	return max(0, time.Duration(p.Closed-sqldb.Millis(now))*time.Millisecond)
}

func (p places) statement(provider string) (sqldb.Statement, error) {
	text, err := json.Marshal(p)
	return sqldb.Statement{
		Text: `UPDATE limits SET used = $1 WHERE name = $2`, Args: []any{string(text), placesOf(provider)},
	}, err
}

// Throttled implements pipeline.Store.
func (s Store) Throttled(ctx context.Context, provider string, more int, closed time.Time) error {
	err := s.WriteLimited(ctx, placesOf(provider), func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		var text string
		err := tx.Run(ctx, sqldb.Statement{Text: lockLimit, Args: []any{placesOf(provider)}, Dest: []any{&text}})
		if err != nil {
			return nil, err
		}
		p, err := readPlaces(text)
		if err != nil {
			return nil, err
		}
		p.Less, p.Closed = p.Less+more, max(p.Closed, sqldb.Millis(closed))
		if more > 0 || closed.IsZero() {
			p.Noted = sqldb.Millis(time.Now())
		}
		st, err := p.statement(provider)
		if err != nil {
			return nil, err
		}
		return nil, tx.Run(ctx, st)
	})
	if err != nil {
		return fmt.Errorf("note what %s takes: %w", provider, err)
	}
	return nil
}

// grown is one more than p, where orders have waited and nothing was noted for long.
func (p places) grown(now time.Time) (places, bool) {
	if p.Less == 0 || now.Sub(sqldb.FromMillis(p.Noted)) < growAfter {
		return p, false
	}
	return places{Less: p.Less - 1, Noted: sqldb.Millis(now), Closed: p.Closed}, true
}
