package bot

import (
	"github.com/sajangpick/sajangpick/bot/intent"
)

// ChangesOrder reports whether a verb is one of OrderChange.
func ChangesOrder(verb string) bool {
	return verb == intent.DoCancel || verb == intent.DoAgain || verb == intent.DoLook || verb == intent.DoMusic || verb == intent.DoSize
}
