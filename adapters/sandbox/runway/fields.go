package runway

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// photo reads promptImage, which is an address or a list of one.
func (f *form) photo() string {
	switch v := f.body["promptImage"].(type) {
	case string:
		return f.uri(v, "promptImage")
	case []any:
		if len(v) != 1 {
			one := int64(1)
			f.add(issue{Code: "too_big", Origin: "array", Minimum: &one, Maximum: &one, Inclusive: true,
				Message: "Invalid input: expected array to have exactly 1 item"}, "promptImage")
			return ""
		}
		item, _ := v[0].(map[string]any)
		if item["position"] != "first" {
			f.add(issue{Code: "invalid_value", Values: []string{"first"}, Message: `Invalid input: expected "first"`}, "promptImage", 0, "position")
		}
		s, ok := item["uri"].(string)
		if !ok {
			f.wrongType("string", item["uri"], "promptImage", 0, "uri")
			return ""
		}
		return f.uri(s, "promptImage", 0, "uri")
	default:
		f.wrongType("string", v, "promptImage")
		return ""
	}
}

func (f *form) uri(s string, path ...any) string {
	switch {
	case strings.HasPrefix(s, dataScheme):
		f.length(s, urlMin, dataMax, path...)
	case strings.HasPrefix(s, uploadScheme):
		f.length(s, urlMin, uploadMax, path...)
	case strings.HasPrefix(s, "https://"), local(s):
		f.length(s, urlMin, urlMax, path...)
	default:
		f.add(issue{Code: "invalid_union", Message: "Invalid input: expected an https URL, a data URI or a runway:// URI"}, path...)
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
