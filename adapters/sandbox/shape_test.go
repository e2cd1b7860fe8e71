package sandbox_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
)

// A shape says what a JSON value must look like: a func judges it, a map or a list is gone through
// field by field with no field more or less, and anything else must be equal.

type judge = func(v any) bool

func text(v any) bool   { s, ok := v.(string); return ok && s != "" }
func number(v any) bool { _, ok := v.(float64); return ok }
func object(v any) bool { _, ok := v.(map[string]any); return ok }
func id(v any) bool     { return like(uuid4)(v) }

func like(re *regexp.Regexp) judge {
	return func(v any) bool { s, _ := v.(string); return re.MatchString(s) }
}

// misfit names the first place where v isn't of that shape; empty: it is.
func misfit(shape, v any) string {
	switch shape := shape.(type) {
	case judge:
		if !shape(v) {
			return fmt.Sprintf(": %#v", v)
		}
	case map[string]any:
		m, ok := v.(map[string]any)
		if got, want := slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Keys(shape)); !ok || !slices.Equal(got, want) {
			return fmt.Sprintf(": has %q, not %q", got, want)
		}
		for _, k := range slices.Sorted(maps.Keys(shape)) {
			if why := misfit(shape[k], m[k]); why != "" {
				return "." + k + why
			}
		}
	case []any:
		list, ok := v.([]any)
		if !ok || len(list) != len(shape) {
			return fmt.Sprintf(": %v, not %d items", v, len(shape))
		}
		for i := range shape {
			if why := misfit(shape[i], list[i]); why != "" {
				return fmt.Sprintf("[%d]%s", i, why)
			}
		}
	default:
		if !reflect.DeepEqual(shape, v) {
			return fmt.Sprintf(": %#v, not %#v", v, shape)
		}
	}
	return ""
}
