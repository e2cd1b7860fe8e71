package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// findMessage knows a line and a receipt by what stands before the first space. It looks through the last orders of the
// chat: an older message is unknown.
const findMessage = `
WHERE o.id = (SELECT max(x.id) FROM (
        SELECT id, message, told FROM orders WHERE platform = $1 AND chat = $2 ORDER BY id DESC LIMIT 900) x
    WHERE x.message = $3 OR substr(x.told || ' ', 1, length($4)) = $4
        OR (SELECT count(*) FROM cuts k WHERE k.order_id = x.id AND substr(k.receipt || ' ', 1, length($4)) = $4) > 0)`

// ByMessage implements bot.Store.
func (s Store) ByMessage(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error) {
	message = sqldb.Clean(message)
	if message == "" { // which is what an order without a line has
		return pipeline.Order{}, nil, pipeline.ErrNotFound
	}
	platform, chat = sqldb.Clean(platform), sqldb.Clean(chat)
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
	err = s.Read.Query(ctx, `SELECT size FROM cuts WHERE `+where+` ORDER BY n DESC LIMIT 1`, args, func(
		scan func(...any) error,
	) error {
		size = new(pipeline.Size)
		return scan((*string)(size))
	})
	return size, err
}

// shownAs finds the order whose short was sent again as a message.
func (s Store) shownAs(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error) {
	var m bot.OutgoingMessage
	err := s.Read.Query(ctx,
		`SELECT body FROM says WHERE platform = $1 AND chat = $2 AND message = $3 AND message <> '' ORDER BY id DESC LIMIT 1`,
		[]any{platform, chat, message}, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			return json.Unmarshal([]byte(text), &m)
		})
	if err == nil && (m.Order == 0 || m.Cut == 0) {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return pipeline.Order{}, nil, err
	}
	o, err := one(ctx, s.Read, `WHERE o.id = $1`, m.Order)
	if err != nil {
		return pipeline.Order{}, nil, err
	}
	size, err := s.cutSize(ctx, `order_id = $1 AND n = $2`, m.Order, int64(m.Cut))
	return o, size, err
}

// TrackInUse implements bot.Store.
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

// selectTimes is when each of the last orders that are delivered began each step and ended it. A paid step begins
// with its call: before that the order may have been held back for hours, by a pause or by the day's budget.
// They are looked up order by order: a database without statistics would rather read all of the history.
var selectTimes = fmt.Sprintf(`SELECT %s, %s, %s, %s, %s, %s, %s FROM (
	SELECT id FROM (SELECT id, status, ended FROM orders
		WHERE emptied = 0 AND ended <> 0 ORDER BY ended DESC LIMIT 2 * %[8]d) x
	WHERE status = 'delivered' ORDER BY ended DESC LIMIT %[8]d) o`,
	firstAt("step = 'fetch' AND h.status <> 'delivered'"), firstAt("step = 'animate' AND h.status <> 'delivered'"),
	firstAt("step = 'animate' AND h.phase <> 'ready'"), firstAt("step = 'render' AND h.status <> 'delivered'"),
	firstAt("step = 'render' AND h.phase <> 'ready'"), firstAt("step = 'deliver' AND h.status <> 'delivered'"),
	firstAt("status = 'delivered'"), lately)

func firstAt(what string) string {
	return `coalesce((SELECT min(h.at) FROM history h WHERE h.order_id = o.id AND h.` + what + `), 0)`
}

// MedianStepTimes implements bot.Store. Of an order with several cuts, the first counts.
func (s Store) MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error) {
	steps := []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}
	took := map[pipeline.Step][]int64{}
	err := s.Read.Query(ctx, selectTimes, nil, func(scan func(...any) error) error {
		var from, to [4]int64
		err := scan(&from[0], &to[0], &from[1], &to[1], &from[2], &to[2], &to[3])
		from[3] = to[2]
		for i, step := range steps {
			if from[i] > 0 && to[i] >= from[i] {
				took[step] = append(took[step], to[i]-from[i])
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is usual: %w", err)
	}
	usual := map[pipeline.Step]time.Duration{}
	for step, all := range took {
		slices.Sort(all)
		usual[step] = time.Duration(all[len(all)/2]) * time.Millisecond
	}
	return usual, nil
}
