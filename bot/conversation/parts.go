package conversation

import (
	"time"

	"github.com/sajangpick/sajangpick/bot"
)

// The parts of a Conversation share its Options. Each knows only those that it hands something on to.

// loader reads what is known of a chat when an update comes.
type loader struct {
	opts *Options
}

// newLoader makes a loader.
func newLoader(o *Options) *loader { return &loader{o} }

// quota reports whether a chat may order now, and how many shorts its shop has left.
type quota struct {
	opts   *Options
	loader *loader
}

// regular asks whether the price that a short crosses out was charged lately.
type regular struct {
	opts *Options
}

// members sees to who may use the service: invites, shops that are joined, chats that come and go.
type members struct {
	opts   *Options
	loader *loader
}

// newMembers makes members.
func newMembers(o *Options, ld *loader) *members { return &members{o, ld} }

// crowd keeps strangers and floods from being answered without end.
type crowd struct {
	opts    *Options
	members *members
}

// newCrowd makes a crowd.
func newCrowd(o *Options, mb *members) *crowd { return &crowd{o, mb} }

// settings changes a shop: its name, logo, look, music and language.
type settings struct {
	opts    *Options
	members *members
}

// newSettings makes settings.
func newSettings(o *Options, mb *members) *settings { return &settings{o, mb} }

// forgetting takes in the wish to have a shop deleted, and takes it back.
type forgetting struct {
	opts *Options
	// until when a platform isn't asked again about a person who doesn't run a chat
	refused *bot.Memory[string, time.Time]
	loader  *loader
}

// newForgetting makes a forgetting.
func newForgetting(o *Options, ld *loader) *forgetting {
	return &forgetting{o, bot.NewMemory[string, time.Time](), ld}
}

// intake turns pictures and words into orders.
type intake struct {
	opts    *Options
	loader  *loader
	quota   *quota
	regular *regular
}

// edits changes orders that were placed: words, look, size, cancelling, sending again.
type edits struct {
	opts     *Options
	loader   *loader
	quota    *quota
	regular  *regular
	intake   *intake
	settings *settings
}

// messages finds out what a message is about: an order, a setting, a question that waits, or talk.
type messages struct {
	opts     *Options
	loader   *loader
	intake   *intake
	edits    *edits
	settings *settings
	members  *members
}

// newOrders makes what turns messages into orders, what changes orders, and what tells them apart.
func newOrders(o *Options, ld *loader, st *settings, mb *members) (*intake, *edits, *messages) {
	qt, rg := &quota{o, ld}, &regular{o}
	in := &intake{o, ld, qt, rg}
	ed := &edits{o, ld, qt, rg, in, st}
	return in, ed, &messages{o, ld, in, ed, st, mb}
}

// Page is what a browser asks of the conversation, beside what chats ask: see NewPage.
type Page struct {
	opts *Options
	cv   *Conversation
}

// NewPage makes a Page.
func NewPage(cv *Conversation) *Page { return &Page{cv.opts, cv} }
