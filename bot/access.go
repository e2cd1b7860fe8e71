package bot

import (
	"context"
	"time"
)

// CredentialKind is what a Credential is for.
type CredentialKind string

const (
	SignInLink CredentialKind = "link"    // opens one session, once
	Session    CredentialKind = "session" // of a browser
	APIToken   CredentialKind = "token"   // of a program
)

// Credential lets a browser or a program in to one shop. What it shows us is known to it alone: we keep a hash.
type Credential struct {
	ID    int64
	Kind  CredentialKind
	Hash  string // of the secret; see HashSecret of the adapter that makes it
	Shop  int64  // in a Change 0 stands for the chat's
	Chat  string // of the platform web; what is ordered with it belongs there. Empty stands for the shop's number
	User  string // who asked for it: platform:user
	Maker string // what they are called, as the platform says; hostile, empty if it doesn't say
	Lang  string // in which the person is spoken to until they say otherwise
	Name  string // of the device or program, as a person recognises it
	Made  time.Time
	Used  time.Time // last
	Ends  time.Time // zero: it doesn't end by itself
	Owner bool      // may delete the shop's data
}

// Access keeps credentials. One that has ended is as good as none. Every method is one transaction.
type Access interface {
	// Credential reads one by the hash of its secret, if it holds at now. pipeline.ErrNotFound.
	Credential(ctx context.Context, kind CredentialKind, hash string, now time.Time) (Credential, error)
	// AddCredential writes one, and returns it with its number.
	AddCredential(ctx context.Context, c Credential) (Credential, error)
	// RedeemLink uses a link up and writes the session instead, whose shop, chat, user, name, language and rights are
	// the link's. pipeline.ErrNotFound when the link doesn't hold at s.Made, or was used.
	RedeemLink(ctx context.Context, link string, s Credential) (Credential, error)
	// UseCredential writes down that one was used at a time, and when it ends now.
	UseCredential(ctx context.Context, id int64, used, ends time.Time) error
	// Credentials lists those of a shop that hold at now, the last used first.
	Credentials(ctx context.Context, shop int64, kind CredentialKind, now time.Time) ([]Credential, error)
	// EndCredential ends one of a shop's. pipeline.ErrNotFound.
	EndCredential(ctx context.Context, shop, id int64) error
	// Notify tells the other processes on this database something short, soon and without promise.
	Notify(ctx context.Context, text string) error
	// Listen hears what other processes, and perhaps this one, Notify until ctx ends or the connection breaks. It calls
	// ready when it hears. The engine must have been started; heard must answer at once.
	Listen(ctx context.Context, ready func(), heard func(text string)) error
}
