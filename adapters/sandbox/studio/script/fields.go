package script

import (
	"fmt"
	"image/color"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// parser collects what wasn't understood.
type parser struct{ warnings []string }

const maxWarnings = 50

func (p *parser) warn(format string, args ...any) {
	switch n := len(p.warnings); {
	case n < maxWarnings-1:
		p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
	case n == maxWarnings-1:
		p.warnings = append(p.warnings, "there is more that isn't understood")
	}
}

// fields reads one JSON object and remembers which of its properties were asked for.
type fields struct {
	p     *parser
	name  string
	m     map[string]any
	table []property // what such an object may have
	seen  map[string]bool
}

func (p *parser) fields(name string, m map[string]any, table []property) *fields {
	return &fields{p, name, m, table, map[string]bool{}}
}

func (f *fields) raw(key string) any {
	f.seen[key] = true
	return f.m[key]
}

// value is a property that is there and not null.
func (f *fields) value(key string) (any, bool) {
	v := f.raw(key)
	return v, v != nil
}

func (f *fields) bad(key string) {
	f.p.warn("%s: %s isn't understood and is left at its default", f.name, key)
}

func (f *fields) text(key, or string) string {
	v, ok := f.value(key)
	if !ok {
		return or
	}
	switch v := v.(type) {
	case string:
		return v
	case float64, int, bool:
		return fmt.Sprint(v)
	}
	f.bad(key)
	return or
}

// choice is a text that must be one of a few.
func (f *fields) choice(key string, options ...string) string {
	v := f.text(key, options[0])
	if !slices.Contains(options, v) {
		f.bad(key)
		return options[0]
	}
	return v
}

func (f *fields) flag(key string, or bool) bool {
	switch v, _ := f.value(key); v := v.(type) {
	case nil:
		return or
	case bool:
		return v
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	}
	f.bad(key)
	return or
}

func (f *fields) length(key string, or Length) Length {
	v, ok := f.value(key)
	if !ok {
		return or
	}
	l, ok := parseLength(v)
	if !ok {
		f.bad(key)
		return or
	}
	return l
}

// size is a length that has nothing to be a percent of.
func (f *fields) size(key string, or Length) Length {
	l := f.length(key, or)
	if l.Unit == Percent {
		f.bad(key)
		return or
	}
	return l
}

// number reads 0.5, "0.5", "50%" and, with a unit, "2 s" or "90°".
func (f *fields) number(key string, or float64, unit ...string) float64 {
	v, ok := f.value(key)
	if !ok {
		return or
	}
	if s, is := v.(string); is {
		for _, u := range unit {
			s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), u))
		}
		v = s
	}
	l, ok := parseLength(v)
	switch {
	case ok && l.Unit == Px:
		return l.V
	case ok && l.Unit == Percent:
		return l.V / 100
	}
	f.bad(key)
	return or
}

// share reads a part of a whole: "50%", 50 and 0.5 are a half. Above 100 % is allowed.
func (f *fields) share(key string, or float64) float64 {
	v := f.number(key, or)
	if s, _ := f.m[key].(string); v > 1 && !strings.HasSuffix(strings.TrimSpace(s), "%") {
		v /= 100
	}
	return max(v, 0)
}

// angle reads 90, "90°" and "90 deg", and gives radians.
func (f *fields) angle(key string, or float64) float64 {
	return f.number(key, or*180/math.Pi, "°", "deg") * math.Pi / 180
}

// seconds reads 2, "2" and "2 s", and no percent.
func (f *fields) seconds(key string, or float64) float64 {
	v := f.number(key, or, "s")
	if s, _ := f.m[key].(string); v != or && (v < 0 || strings.HasSuffix(strings.TrimSpace(s), "%")) {
		f.bad(key)
		return or
	}
	return v
}

func (f *fields) integer(key string, or int) int {
	v := f.number(key, float64(or))
	if v != float64(int(v)) {
		f.p.warn("%s: %s is rounded to a whole number", f.name, key)
	}
	return int(v + .5)
}

func (f *fields) color(key string, or color.NRGBA) color.NRGBA {
	v, ok := f.value(key)
	if !ok {
		return or
	}
	s, _ := v.(string)
	c, ok := parseColor(s)
	if !ok {
		f.bad(key)
		return or
	}
	return c
}

// known marks properties that are understood and change nothing here.
func (f *fields) known(keys ...string) {
	for _, k := range keys {
		f.seen[k] = true
	}
}

// rest warns of every property that wasn't asked for: Creatomate has it and we don't, or it is misspelt.
func (f *fields) rest() {
	for _, k := range slices.Sorted(maps.Keys(f.m)) {
		if !f.seen[k] && f.m[k] != nil {
			f.p.warn("%s: property %q is not rendered here", f.name, k)
		}
	}
}
