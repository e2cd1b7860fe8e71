package state

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Overview is how the service stands.
type Overview struct {
	Orders   map[pipeline.Status]int // of all orders
	Open     map[pipeline.Step]int   // of the open ones
	Oldest   []pipeline.Order        // open, the longest without a change first; a few
	Failures map[pipeline.Reason]int // failed or parked since the time that was asked for
	Unsaid   int                     // says that wait to be sent
}

// Spent is what was bought in some time, in credits of each provider.
type Spent struct {
	Shop      int64 // 0: of no shop
	Name      string
	Provider  string
	Calls     int
	Unknown   int // of them, whose outcome nobody knows
	Settled   pipeline.Credits
	Estimated pipeline.Credits // of those that aren't settled yet
}

// ShopUse is a shop with what it has had since some time.
type ShopUse struct {
	Shop
	Chats int
	Used  int
}

// Deed is something that an admin did.
type Deed struct {
	At   time.Time
	Who  string // platform:user
	What string // the command, with its arguments
	Then string // what changed
}

// Incident is something that ops were told of, until it is over.
type Incident struct {
	Key   string // what it is about: parked:12, credits:runway, provider:creatomate
	Text  string
	Since time.Time
	Ended time.Time // zero: it goes on
}

// Balance is the nightly sum: whether orders and paid calls add up.
type Balance struct {
	Orders map[pipeline.Status]int
	Calls  map[pipeline.CallState]int
	Odd    []string // what doesn't add up, each with its order; a few
}

// Admin is the store as those see it who run the service. Every method is one transaction.
type Admin interface {
	// Overview counts orders, failures since t among them.
	Overview(ctx context.Context, since time.Time) (Overview, error)
	// Parked lists orders that wait for an admin, the oldest first, skipping some.
	Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error)
	// Spend sums the ledger over calls begun in [from, to), by shop and provider.
	Spend(ctx context.Context, from, to time.Time) ([]Spent, error)
	// Spending is what was spent on a provider's calls begun since t: settled where known, else estimated.
	Spending(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error)
	// Shops lists shops by number, with what they had since t.
	Shops(ctx context.Context, since time.Time, skip, limit int) ([]ShopUse, error)
	// ChatsOf lists the chats that are bound to a shop.
	ChatsOf(ctx context.Context, shop int64) ([]Chat, error)

	// Note writes down what an admin did. Deeds lists the latest.
	Note(ctx context.Context, d Deed) error
	Deeds(ctx context.Context, limit int) ([]Deed, error)

	// Switch reads a switch of the whole service (paused); "" while nobody has set it. SetSwitch sets it.
	Switch(ctx context.Context, name string) (string, error)
	SetSwitch(ctx context.Context, name, value string) error
	// Release makes open orders that are held back for one of the reasons due now, with a fresh alarm,
	// and returns them.
	Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error)

	// Begin writes an incident down, and reports whether it is news: one that goes on isn't. End ends one,
	// and returns it if it went on. Incidents lists those that go on.
	Begin(ctx context.Context, key, text string) (bool, error)
	End(ctx context.Context, key string) (Incident, bool, error)
	Incidents(ctx context.Context) ([]Incident, error)

	// Check adds everything up: orders against their states, calls against orders.
	Check(ctx context.Context) (Balance, error)

	// Expired lists orders that ended before t and still have files, at most limit. Emptied writes down that
	// an order's files are gone: keys, words and the photo's name too; numbers stay.
	Expired(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error)
	// Files lists the blobs of an order, of all its cuts.
	Files(ctx context.Context, order int64) ([]string, error)
	Emptied(ctx context.Context, order int64) error
	// ForgetShop takes a shop's name, logo, chats, drafts and says away, and returns the keys of blobs
	// that belong to it. Its orders stay as numbers: they are emptied one by one.
	ForgetShop(ctx context.Context, shop int64) ([]string, error)
	// OrdersOf lists a shop's orders, the newest first, those with files only.
	OrdersOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
}
