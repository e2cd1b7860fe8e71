package bot

import (
	"fmt"
	"strconv"
	"strings"
)

// What buttons do: a verb and its arguments, parted by colons, at most 64 bytes. They come back from
// outside, so whoever acts on one looks whether the order or the draft is the chat's own. What changes an order
// has, as its third argument, the size of the short that it is about; buttons of old have none.
const (
	doCancel  = "cancel"  // order
	doLook    = "look"    // order: offers the looks; with a name: takes it
	doMusic   = "music"   // order: offers the music; with a name: takes it
	doSize    = "size"    // order: offers the sizes; with a name: takes it
	doFix     = "fix"     // order: asks for other words
	doAgain   = "again"   // order: says what it costs; with yes: makes a new clip
	doResend  = "video"   // order: shows its short again
	doCame    = "came"    // order: its short has arrived, if yes stands behind it, or hasn't
	doPick    = "pick"    // draft, number of the choice
	doAll     = "all"     // draft: each picture becomes an order
	doDrop    = "drop"    // draft: none of it
	doReword  = "reword"  // draft: its caption was read wrongly
	doRegular = "regular" // draft, yes or no: whether a price that it crosses out was charged lately

	doShopLook  = "shoplook"  // name
	doShopMusic = "shopmusic" // name
	doLanguage  = "lang"      // ko or en
	doExport    = "export"    // page
	doForget    = "forget"    // draft, yes or no
	doUnforget  = "unforget"  // shop

	// Those of admins. How: card shows the order in the place of the message, yes is sure, else the answer
	// stands below it.
	doAdminRetry    = "aretry"    // order, how
	doAdminRetryAll = "aretryall" // reason or all; without one it asks
	doAdminCancel   = "acancel"   // order, how: asks first
	doAdminCame     = "acame"     // order, how: its short has arrived
	doAdminResend   = "aresend"   // order, how
	doAdminOrder    = "aorder"    // order, page of its history; without one the order at a glance, new: below
	doAdminStatus   = "astatus"   // nothing
	doAdminStuck    = "astuck"    // page, from 0
	doAdminShops    = "ashops"    // number: the shops behind it
	doAdminSpend    = "aspend"    // page
	doAdminLog      = "alog"      // page
)

func action(verb string, args ...any) string {
	var b strings.Builder
	b.WriteString(verb)
	for _, a := range args {
		fmt.Fprintf(&b, ":%v", a)
	}
	return b.String()
}

func readAction(s string) (verb string, args []string) {
	parts := strings.Split(s, ":")
	return parts[0], parts[1:]
}

// argument is what stands at place i, "" when nothing does.
func argument(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

// number reads the argument at place i: 0 and up, or -1.
func number(args []string, i int) int64 {
	n, err := strconv.ParseInt(argument(args, i), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
