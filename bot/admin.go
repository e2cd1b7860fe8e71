package bot

import (
	"context"
	"errors"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Overview is how the service stands.
type Overview struct {
	Orders        map[pipeline.Status]int // of those that were placed since the day on which the month began
	Open          map[pipeline.Step]int   // of all that are open
	Parked        int                     // all of them
	Oldest        []pipeline.Order        // open, the longest without a change first; a few
	Failures      map[pipeline.Reason]int // failed or parked since the time that was asked for
	OutboxPending int                     // messages that wait to be sent
	// Longest is when the order was placed that is open for the longest time without having brought its person a
	// short; of those that have, when its present step began. Zero: none is open.
	Longest time.Time
}

// SpendRow is what was bought of a provider in some time, in its credits.
type SpendRow struct {
	Provider  string
	Calls     int // without those that were certainly not accepted
	Unknown   int // of them, of unknown outcome
	Settled   pipeline.Credits
	Estimated pipeline.Credits // of those that aren't settled yet, as far as they were accepted
}

// Spender is a shop with what its paid calls of a month cost: settled, or estimated while the price isn't known.
type Spender struct {
	Shop    int64 // 0: of no shop
	Name    string
	Clips   pipeline.Credits
	Renders pipeline.Credits
	Unknown int // calls of unknown outcome
}

// ShopUse is a shop with what it has had since some time.
type ShopUse struct {
	Shop
	Chats          int
	OrdersInPeriod int // as Orders.OrdersInPeriod counts
}

// AuditEntry is something that an admin did.
type AuditEntry struct {
	At   time.Time
	Who  string // platform:user
	What string // the command, with its arguments
	Then string // what changed
}

// Flag is a text that is set for the whole service.
type Flag struct {
	Name  string
	Value string // empty: off
}

// Paused is the flag that stops paid work: who set it and when.
const Paused = "paused"

// Incident is something that ops were told of. Nothing is kept of one that is over.
type Incident struct {
	Key   string // what it is about: parked:12, or credits:NAME and provider:NAME
	Text  string
	Since time.Time
}

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

// LedgerAudit reports whether orders and paid calls add up.
type LedgerAudit struct {
	Inconsistencies []string // what doesn't add up, each with its order; a few
}

// ErrMoreHeld says that more orders are held back than were let go.
var ErrMoreHeld = errors.New("more orders are held back")

// Admin is the store as those see it who run the service. What is written is one transaction; the
// figures of Overview are each exact, a moment apart. Days and months that sums are kept for are those of Seoul.
type Admin interface {
	Figures
	Records
	Flags
	Incidents
	Audits
	Retention
}

// Figures are what is counted and summed up.
type Figures interface {
	// Overview counts orders: failures since then, and those that were placed since month.
	Overview(ctx context.Context, since, month time.Time) (Overview, error)
	// Parked lists orders that wait for an admin, by number, skipping some.
	Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error)
	// ParkedFor lists orders that are parked for a reason, by number, at most limit; CountParked counts them.
	ParkedFor(ctx context.Context, why pipeline.Reason, limit int) ([]pipeline.Order, error)
	CountParked(ctx context.Context) (map[pipeline.Reason]int, error)
	// SpendByShop sums the ledger over calls begun in [from, to), by provider. Whole spans of three hours come from
	// sums that are kept; what lies before and behind them is added up.
	SpendByShop(ctx context.Context, from, to time.Time) ([]SpendRow, error)
	// Spenders lists what shops spent in the month that t lies in, those that spent most on clips first.
	Spenders(ctx context.Context, t time.Time, skip, limit int) ([]Spender, error)
	// SpendByProvider is what was spent on a provider's calls begun since t: settled where known, else estimated.
	SpendByProvider(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error)
	// Shops lists the shops behind a number, by number, with what they had since then, as OrdersInPeriod counts. Those
	// that were forgotten are missing.
	Shops(ctx context.Context, since time.Time, after int64, limit int) ([]ShopUse, error)
	// ChatsOf lists the chats that are bound to a shop.
	ChatsOf(ctx context.Context, shop int64) ([]Chat, error)
}

// Records are what was done.
type Records interface {
	// Calls lists the ledger's rows of one order, oldest first.
	Calls(ctx context.Context, order int64) ([]pipeline.Call, error)
	// History lists what happened to one order, oldest first.
	History(ctx context.Context, order int64) ([]pipeline.Event, error)

	// ListAudit lists what admins did, as their changes say (Change.Audit), the latest first, skipping some.
	ListAudit(ctx context.Context, skip, limit int) ([]AuditEntry, error)
}

// Flags are texts that are set for the whole service, and what a pause holds back.
type Flags interface {
	// Flag reads a flag (paused); "" while it isn't set. SetFlag sets it.
	Flag(ctx context.Context, name string) (string, error)
	SetFlag(ctx context.Context, name, value string) error
	// SetFlagOnce sets a flag that was never set, and returns what it is: of many who call it at once all get the
	// same.
	SetFlagOnce(ctx context.Context, name, value string) (string, error)
	// RaiseFlag sets a flag to a text unless it is one already that sorts behind it, and returns what it is then.
	RaiseFlag(ctx context.Context, name, value string) (string, error)
	// Release makes open orders that are held back for one of the reasons due now, with a fresh wakeup,
	// and returns them. Those that are due already aren't released again. ErrMoreHeld, with what was released, when
	// there are so many that it is to be called again.
	Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error)
}

// Incidents are the store of what ops were told of.
type Incidents interface {
	// OpenIncident writes an incident down, and reports whether it is news: one that goes on isn't, and keeps its
	// text. CloseIncident ends one, and returns it if it went on. Incidents lists those that go on, the oldest first.
	OpenIncident(ctx context.Context, key, text string) (bool, error)
	CloseIncident(ctx context.Context, key string) (Incident, bool, error)
	Incidents(ctx context.Context) ([]Incident, error)
}

// Audits compare what is kept with itself.
type Audits interface {
	// AuditLedger compares orders with their states and their calls: those that are open or parked, that ended since
	// the last AuditLedger or up to two days before it, and that were odd. It goes on with the others as Audit does,
	// and tells what is odd.
	AuditLedger(ctx context.Context) (LedgerAudit, error)
	// Audit goes through all orders as AuditLedger does, 1,000 at a time, and remembers where it is. When it has come
	// to the end it rests until 20 hours have passed.
	Audit(ctx context.Context) error
}

// Retention is what is purged and forgotten, and what there is of a shop until then.
type Retention interface {
	// Purgeable lists orders that are to be purged, those that ended first first, at most limit: those that ended
	// before t, and all ended ones that a shop had placed when it was forgotten.
	Purgeable(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error)
	// Files lists the blobs that an order may have, of all its cuts and calls; some may never have been made.
	// The photo of one that was cancelled while it was fetched, and what a platform keeps as Photo.Ref, aren't
	// among them.
	Files(ctx context.Context, order int64) ([]string, error)
	// MarkPurged writes down that an order's files are gone, and takes away whatever isn't a number or a state:
	// its words, its photo's name, who asked and where, notes and details. Status, times, shop, look, music
	// and the ledger stay; it is found by its number alone, and by its Source. Again, it changes nothing.
	// pipeline.ErrMoved for an order that is open or parked.
	MarkPurged(ctx context.Context, order int64) error
	// Compact takes up to 100 purged orders that ended before t away in one transaction, with their cuts, history and
	// calls. What is left of each is an order that Store.Order says is kept no longer, whose Source isn't placed
	// again, and all sums that it was counted in. Orders that don't add up stay: see Audit. n is how many it took
	// away; done means that there are no more.
	Compact(ctx context.Context, t time.Time) (n int, done bool, err error)
	// ForgetShop takes a shop's name, settings, chats, drafts, codes and what was said to it away, and returns
	// the keys of its logos, which it does again when it is asked again. What is on its way to be said is said.
	// Its number and its limit stay, and so do its orders, until each is purged. pipeline.ErrNotFound.
	ForgetShop(ctx context.Context, shop int64) ([]string, error)
	// OrdersOf lists a shop's orders with a number below before (0: all), the newest first, but those that were
	// purged.
	OrdersOf(ctx context.Context, shop, before int64, limit int) ([]pipeline.Order, error)
	// ShortsOf lists a shop's shorts, the newest first: of each order with the newest cut of every size, as
	// Store.Short reads them.
	ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
}
