package rows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// findMessage knows a line and a receipt by what stands before the first space.
const findMessage = `
WHERE o.platform = $1 AND o.chat = $2 AND (o.message = $3 OR substr(o.told || ' ', 1, length($4)) = $4 OR EXISTS (
    SELECT 1 FROM cuts k WHERE k.order_id = o.id AND substr(k.receipt || ' ', 1, length($4)) = $4))
ORDER BY o.id DESC LIMIT 1`

// ByMessage implements state.Store.
func (s Store) ByMessage(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error) {
	message = clean(message)
	if message == "" { // which is what an order without a line has
		return pipeline.Order{}, nil, pipeline.ErrNotFound
	}
	platform, chat = clean(platform), clean(chat)
	var size *pipeline.Size
	o, err := one(ctx, s.Read, findMessage, platform, chat, message, message+" ")
	if err == nil {
		size, err = s.cutSize(ctx, `order_id = $1 AND substr(receipt || ' ', 1, length($2)) = $2`, o.ID, message+" ")
	} else if errors.Is(err, pipeline.ErrNotFound) {
		o, size, err = s.shownAs(ctx, platform, chat, message)
	}
	if err != nil {
		return pipeline.Order{}, nil, fmt.Errorf("find order by message: %w", err)
	}
	return o, size, nil
}

// cutSize is the size of a cut, nil when there is none such.
func (s Store) cutSize(ctx context.Context, where string, args ...any) (size *pipeline.Size, err error) {
	err = s.Read.Query(ctx, `SELECT size FROM cuts WHERE `+where+` ORDER BY n DESC LIMIT 1`, args, func(scan func(...any) error) error {
		size = new(pipeline.Size)
		return scan((*string)(size))
	})
	return size, err
}

// shownAs finds the order whose short was sent again as a message.
func (s Store) shownAs(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error) {
	var say state.OutgoingMessage
	err := s.Read.Query(ctx, `SELECT body FROM says WHERE platform = $1 AND chat = $2 AND message = $3 AND message <> '' ORDER BY id DESC LIMIT 1`,
		[]any{platform, chat, message}, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			return json.Unmarshal([]byte(text), &say)
		})
	if err == nil && (say.Order == 0 || say.Cut == 0) {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return pipeline.Order{}, nil, err
	}
	o, err := one(ctx, s.Read, `WHERE o.id = $1`, say.Order)
	if err != nil {
		return pipeline.Order{}, nil, err
	}
	size, err := s.cutSize(ctx, `order_id = $1 AND n = $2`, say.Order, int64(say.Cut))
	return o, size, err
}

// TrackInUse implements state.Store.
func (s Store) TrackInUse(ctx context.Context, shop int64, track string) (bool, error) {
	var n int
	err := s.Read.Query(ctx, `SELECT count(*) FROM orders o JOIN cuts c ON c.order_id = o.id
		WHERE o.shop <> 0 AND o.shop = $1 AND o.emptied = 0 AND c.music = $2`,
		[]any{shop, track}, func(scan func(...any) error) error { return scan(&n) })
	if err != nil {
		return false, fmt.Errorf("look for music of shop %d: %w", shop, err)
	}
	return n > 0, nil
}

// lately is how many delivered orders say what is usual.
const lately = 30

// MedianStepTimes implements state.Store. Of an order with several cuts, the first counts.
func (s Store) MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error) {
	first := map[int64]map[pipeline.Step]int64{} // when each order came to each step; done is one too
	err := s.Read.Query(ctx, `SELECT order_id, at, status, step FROM history WHERE order_id IN (
			SELECT id FROM orders WHERE status = 'delivered' ORDER BY id DESC LIMIT $1) ORDER BY order_id, version`,
		[]any{int64(lately)}, func(scan func(...any) error) error {
			var order, at int64
			var status, step string
			if err := scan(&order, &at, &status, &step); err != nil {
				return err
			}
			if first[order] == nil {
				first[order] = map[pipeline.Step]int64{}
			}
			if status == string(pipeline.Delivered) {
				step = string(done)
			}
			if _, was := first[order][pipeline.Step(step)]; !was {
				first[order][pipeline.Step(step)] = at
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read what is usual: %w", err)
	}
	return medians(first), nil
}

// done is what comes after the last step.
const done pipeline.Step = "done"

func medians(first map[int64]map[pipeline.Step]int64) map[pipeline.Step]time.Duration {
	took := map[pipeline.Step][]int64{}
	way := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver, done}
	for _, times := range first {
		for i, step := range way[:len(way)-1] {
			from, came := times[step]
			to, left := times[way[i+1]]
			if came && left && to >= from {
				took[step] = append(took[step], to-from)
			}
		}
	}
	usual := map[pipeline.Step]time.Duration{}
	for step, all := range took {
		slices.Sort(all)
		usual[step] = time.Duration(all[len(all)/2]) * time.Millisecond
	}
	return usual
}
