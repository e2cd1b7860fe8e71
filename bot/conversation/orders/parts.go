// Package orders is what pictures and words lead to: questions, orders, and changes of those that were placed.
package orders

import (
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
)

// The parts share their Options. Each knows only those that it hands something on to.

// quota reports whether a chat may order now, and how many shorts its shop has left.
type quota struct {
	opts   *session.Options
	store  session.OrderReads
	loader *session.Loader
}

// regular asks whether the price that a short crosses out was charged lately.
type regular struct {
	opts *session.Options
}

// Intake turns pictures and words into orders.
type Intake struct {
	opts    *session.Options
	loader  *session.Loader
	quota   *quota
	regular *regular
}

// Edits changes orders that were placed: words, look, size, cancelling, sending again.
type Edits struct {
	opts     *session.Options
	store    session.OrderReads
	loader   *session.Loader
	quota    *quota
	regular  *regular
	intake   *Intake
	settings *shop.Settings
}

// Messages finds out what a message is about: an order, a setting, a question that waits, or talk.
type Messages struct {
	opts     *session.Options
	store    session.OrderReads
	loader   *session.Loader
	intake   *Intake
	edits    *Edits
	settings *shop.Settings
	members  *shop.Members
}

// New makes what turns messages into orders, what changes orders, and what tells them apart.
func New(o *session.Options, ld *session.Loader, st *shop.Settings, mb *shop.Members) (*Intake, *Edits, *Messages) {
	qt, rg := &quota{o, o.Store, ld}, &regular{o}
	in := &Intake{o, ld, qt, rg}
	ed := &Edits{o, o.Store, ld, qt, rg, in, st}
	return in, ed, &Messages{o, o.Store, ld, in, ed, st, mb}
}
