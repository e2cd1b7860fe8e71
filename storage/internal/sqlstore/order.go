package sqlstore

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// columns are what changes with a Move, in the order of values. alarm, alarm_due, chat, told, placed_by and
// version have rules of their own.
var columns = strings.Fields(`
	shop platform topic message usr maker lang photo_ref photo_unique photo_name photo_bytes photo_opened changed since
	status step phase due attempt again reason detail photo_key clip_key call_id remote progress cut cuts shown plain
	failing trouble service framing traceparent callback ended`)

func values(o pipeline.Order) []any {
	return []any{
		o.Shop, o.Thread.Platform, o.Thread.Topic, o.Thread.Message, o.Thread.User, o.Maker, o.Thread.Lang,
		o.Photo.Ref, o.Photo.Unique, o.Photo.Name, o.Photo.Bytes, int64(o.Photo.Opened),
		sqldb.Millis(o.Changed), sqldb.Millis(o.Since), string(o.Status), string(o.Step), string(o.Phase),
		sqldb.Millis(o.Due),
		int64(o.Attempt), int64(o.UnknownRestarts), string(o.Reason),
		o.Detail, o.PhotoKey, o.ClipKey, o.Call, o.Remote, o.Progress, int64(o.Cut.N), int64(o.Cuts), int64(o.Shown),
		string(o.Fallback), sqldb.Millis(o.Trouble.Since), string(o.Trouble.Reason), o.Trouble.Service,
		framingText(o.Framing), o.Traceparent, o.Callback,
		ended(o),
	}
}

// ended is when an order ended; 0 while it goes on or waits for an admin.
func ended(o pipeline.Order) int64 {
	if o.Status == pipeline.Open || o.Status == pipeline.Parked {
		return 0
	}
	return sqldb.Millis(o.Changed)
}

// framingText is how a Framing is stored.
func framingText(f pipeline.Framing) string {
	b, err := json.Marshal(f)
	if err != nil { // a number that is none
		return "{}"
	}
	return string(b)
}

// selectCut reads orders with whichever cuts a condition on c picks, selectOrder with their present ones.
const (
	selectOrder = selectCut + `AND c.n = o.cut `
	selectCut   = `
SELECT o.id, o.source, o.shop, o.platform, o.chat, o.topic, o.message, o.usr, o.maker, o.lang,
       o.photo_ref, o.photo_unique, o.photo_name, o.photo_bytes, o.photo_opened, o.placed, o.changed, o.since,
       o.status, o.step, o.phase, o.version, o.due, o.alarm, o.alarm_due, o.attempt, o.again, o.reason,
       o.detail, o.photo_key, o.clip_key, o.call_id, o.remote, o.progress, o.cuts, o.shown, o.told, o.plain,
       o.failing, o.trouble, o.service, o.framing, o.traceparent, o.callback,
       o.placed_by, c.n, c.words, c.look, c.music, c.size, c.short_key, c.receipt
FROM orders o JOIN cuts c ON c.order_id = o.id `
)

func scanOrder(scan func(...any) error) (pipeline.Order, error) {
	var o pipeline.Order
	var placed, changed, since, due, alarm, failing int64
	var words, framing string
	err := scan(&o.ID, &o.Source, &o.Shop, &o.Thread.Platform, &o.Thread.Chat, &o.Thread.Topic,
		&o.Thread.Message, &o.Thread.User, &o.Maker, &o.Thread.Lang,
		&o.Photo.Ref, &o.Photo.Unique, &o.Photo.Name, &o.Photo.Bytes, &o.Photo.Opened, &placed, &changed,
		&since, (*string)(&o.Status), (*string)(&o.Step), (*string)(&o.Phase), &o.Version, &due, &o.Wakeup, &alarm,
		&o.Attempt, &o.UnknownRestarts, (*string)(&o.Reason), &o.Detail, &o.PhotoKey, &o.ClipKey, &o.Call, &o.Remote,
		&o.Progress, &o.Cuts, &o.Shown, &o.StatusRef, (*string)(&o.Fallback),
		&failing, (*string)(&o.Trouble.Reason), &o.Trouble.Service, &framing, &o.Traceparent, &o.Callback,
		&o.PlacedBy, &o.Cut.N, &words, &o.Cut.Look, &o.Cut.Music, (*string)(&o.Cut.Size), &o.Cut.ShortKey,
		&o.Cut.Receipt)
	if err != nil {
		return o, err
	}
	o.Placed, o.Changed, o.Since = sqldb.FromMillis(placed), sqldb.FromMillis(changed), sqldb.FromMillis(since)
	o.Due, o.WakeupAt, o.Trouble.Since = sqldb.FromMillis(due), sqldb.FromMillis(alarm), sqldb.FromMillis(failing)
	if err := json.Unmarshal([]byte(words), &o.Cut.Words); err != nil {
		return o, fmt.Errorf("words of order %d: %w", o.ID, err)
	}
	if err := json.Unmarshal([]byte(framing), &o.Framing); err != nil {
		return o, fmt.Errorf("framing of order %d: %w", o.ID, err)
	}
	return o, nil
}

var writeCut = sqldb.Upsert("cuts", "order_id, n, words, look, music, size, short_key, receipt", "order_id, n",
	`words = excluded.words, look = excluded.look, music = excluded.music, size = excluded.size,
    short_key = excluded.short_key, receipt = excluded.receipt`)

func cutStatement(o pipeline.Order) (sqldb.Statement, error) {
	words, err := json.Marshal(o.Cut.Words)
	if err != nil {
		return sqldb.Statement{}, err
	}
	c := o.Cut
	return writeCut.Of(
		o.ID, int64(c.N), string(words), c.Look, c.Music, string(c.Size), c.ShortKey, c.Receipt,
	), nil
}

const writeEvent = `
INSERT INTO history (order_id, version, at, status, step, phase, attempt, note)
SELECT $1, $2, $3, $4, $5, $6, $7, $8` + sqldb.IfFirst

func eventStatement(o pipeline.Order, version int64, note string) sqldb.Statement {
	return sqldb.Statement{Text: writeEvent, Args: []any{
		o.ID, version, sqldb.Millis(o.Changed), string(o.Status), string(o.Step), string(o.Phase),
		int64(o.Attempt), sqldb.Clean(note),
	}}
}

// kept is the order as reading it back will show it: times are cut to milliseconds, and characters that
// no database keeps (NUL, broken UTF-8) become U+FFFD, so that a hostile text can't block its order.
func kept(o pipeline.Order, now time.Time) pipeline.Order {
	o.Changed, o.Due, o.Placed, o.Since = sqldb.Exact(now), sqldb.Exact(o.Due), sqldb.Exact(o.Placed),
		sqldb.Exact(o.Since)
	o.Trouble.Since = sqldb.Exact(o.Trouble.Since)
	for _, s := range []*string{
		&o.Source, &o.Thread.Platform, &o.Thread.Chat, &o.Thread.Topic, &o.Thread.Message, &o.Thread.User, &o.Maker,
		&o.Thread.Lang, &o.Photo.Ref, &o.Photo.Unique, &o.Photo.Name, (*string)(&o.Reason), (*string)(&o.Fallback),
		(*string)(&o.Trouble.Reason), &o.Trouble.Service, &o.Detail, &o.PhotoKey, &o.ClipKey,
		&o.Call, &o.Remote, &o.StatusRef, &o.Cut.Look, &o.Cut.Music, (*string)(&o.Cut.Size), &o.Cut.ShortKey,
		&o.Cut.Receipt,
		&o.Cut.Words.Menu, &o.Cut.Words.Price, &o.Cut.Words.Sticker, &o.Cut.Words.Shop, &o.Cut.Words.Logo,
		&o.Framing.Ratio, &o.Traceparent, &o.Callback,
	} {
		*s = sqldb.Clean(*s)
	}
	if n := len(o.Cut.Words.Options); n > 0 {
		options := make([]pipeline.Option, n)
		for i, option := range o.Cut.Words.Options {
			options[i] = pipeline.Option{Name: sqldb.Clean(option.Name), Won: option.Won}
		}
		o.Cut.Words.Options = options
	} else {
		o.Cut.Words.Options = nil
	}
	return o
}
