// Package intent reads what an update asks for: commands, buttons, fixes, wishes, a yes or a number. It is pure.
package intent

import (
	"fmt"
	"strconv"
	"strings"
)

// What buttons do: a verb and its arguments, parted by colons, at most 64 bytes. They come back from
// outside, so the code that acts on one looks whether the order or the draft is the chat's own. What changes an order
// has, as its third argument, the size of the short that it is about; buttons of old have none.
const (
	DoCancel  = "cancel"  // order
	DoLook    = "look"    // order: offers the looks; with a name: takes it
	DoMusic   = "music"   // order: offers the music; with a name: takes it
	DoSize    = "size"    // order: offers the sizes; with a name: takes it
	DoFix     = "fix"     // order: asks for other words
	DoAgain   = "again"   // order: says what it costs; with yes: makes a new clip
	DoResend  = "video"   // order: shows its short again
	DoAnyway  = "anyway"  // order: uses the photo that was asked about
	DoCame    = "came"    // order: its short has arrived, if yes stands behind it, or hasn't
	DoPick    = "pick"    // draft, number of the choice
	DoAll     = "all"     // draft: each picture becomes an order
	DoDrop    = "drop"    // draft: none of it
	DoReword  = "reword"  // draft: its caption was read wrongly
	DoRegular = "regular" // draft, yes or no: whether a price that it crosses out was charged lately

	DoShopLook  = "shoplook"  // name
	DoShopMusic = "shopmusic" // name
	DoLanguage  = "lang"      // ko or en
	DoExport    = "export"    // page
	DoForget    = "forget"    // draft, yes or no
	DoUnforget  = "unforget"  // shop

	// Those of admins. How: card shows the order in the place of the message, yes is sure, else the answer
	// stands below it.
	DoAdminRetry    = "aretry"    // order, how
	DoAdminRetryAll = "aretryall" // reason or all; without one it asks
	DoAdminCancel   = "acancel"   // order, how: asks first
	DoAdminCame     = "acame"     // order, how: its short has arrived
	DoAdminResend   = "aresend"   // order, how
	DoAdminOrder    = "aorder"    // order, page of its history; without one the order at a glance, new: below
	DoAdminStatus   = "astatus"   // nothing
	DoAdminStuck    = "astuck"    // page, from 0
	DoAdminShops    = "ashops"    // number: the shops behind it
	DoAdminSpend    = "aspend"    // page
	DoAdminLog      = "alog"      // page
)

func Action(verb string, args ...any) string {
	var b strings.Builder
	b.WriteString(verb)
	for _, a := range args {
		fmt.Fprintf(&b, ":%v", a)
	}
	return b.String()
}

func ReadAction(s string) (verb string, args []string) {
	parts := strings.Split(s, ":")
	return parts[0], parts[1:]
}

// Argument is what stands at place i, "" when nothing does.
func Argument(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

// Number reads the argument at place i: 0 and up, or -1.
func Number(args []string, i int) int64 {
	n, err := strconv.ParseInt(Argument(args, i), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
