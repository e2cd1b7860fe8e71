package runway

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// photo reads promptImage, an address. Runway also takes a list of one, which our adapter doesn't send.
func (f *form) photo() string {
	s, ok := f.body["promptImage"].(string)
	switch {
	case !ok:
		f.wrongType("string", f.body["promptImage"], "promptImage")
	case strings.HasPrefix(s, dataScheme):
		f.length(s, urlMin, dataMax, "promptImage")
	case strings.HasPrefix(s, "https://"), local(s):
		f.length(s, urlMin, urlMax, "promptImage")
	default:
		f.add(
			issue{Code: "invalid_union", Message: "Invalid input: expected an https URL or a data URI"}, "promptImage",
		)
	}
	return s
}

// length counts UTF-16 units, as JavaScript does.
func (f *form) length(s string, least, most int64, path ...any) {
	n := int64(len(s))
	if n > most { // in bytes; it may still be short enough in units
		n = int64(len(utf16.Encode([]rune(s))))
	}
	if n < least {
		f.add(issue{Code: "too_small", Origin: "string", Minimum: &least, Inclusive: true,
			Message: fmt.Sprintf("Too small: expected string to have >=%d characters", least)}, path...)
	}
	if n > most {
		f.add(issue{Code: "too_big", Origin: "string", Maximum: &most, Inclusive: true,
			Message: fmt.Sprintf("Too big: expected string to have <=%d characters", most)}, path...)
	}
}

func (f *form) wrongType(expected string, got any, path ...any) {
	f.add(issue{Code: "invalid_type", Expected: expected,
		Message: "Invalid input: expected " + expected + ", received " + kind(got)}, path...)
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "undefined"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}

func options(values []string) string {
	return `"` + strings.Join(values, `"|"`) + `"`
}
