package intent

import (
	"strings"
	"unicode"
)

// ForAdmins reports whether a command is one of admins. Two of them are for all people without a number.
func (c Command) ForAdmins() bool {
	switch c.Name {
	case "status", "retry", "stuck", "spend", "shops", "log", "limit", "pause", "resume":
		return true
	case "cancel", "resend":
		r := []rune(strings.TrimLeft(c.Arg, "#"))
		return len(r) > 0 && unicode.IsDigit(r[0])
	}
	return false
}
