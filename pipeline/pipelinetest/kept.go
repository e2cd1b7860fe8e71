package pipelinetest

import (
	"reflect"
	"strings"
	"time"
)

// exact is what a time becomes by being stored: milliseconds in UTC.
func exact(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}

// storable is what a text becomes: with U+FFFD for what no database keeps.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// kept is a copy of v as reading it back shows it.
func kept[T any](v T) T {
	walk(reflect.ValueOf(&v).Elem(), storable, exact)
	return v
}

// Kept is a copy of v as reading it back shows it, with exact times and storable texts.
func Kept[T any](v T) T { return kept(v) }

// Shifted is a copy of v in which all times are later by d, but for those that are zero.
func Shifted[T any](v T, d time.Duration) T {
	if d != 0 {
		walk(reflect.ValueOf(&v).Elem(), func(text string) string { return text }, func(t time.Time) time.Time {
			if t.IsZero() {
				return t
			}
			return t.Add(d)
		})
	}
	return v
}

// walk changes all texts and times in a value, in copies of what others may share. Empty lists become nil.
func walk(v reflect.Value, text func(string) string, at func(time.Time) time.Time) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(v.String()))
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			walk(v.Index(i), text, at)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		own := reflect.New(v.Type().Elem())
		own.Elem().Set(v.Elem())
		walk(own.Elem(), text, at)
		v.Set(own)
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = at(*t)
			return
		}
		for i := range v.NumField() {
			walk(v.Field(i), text, at)
		}
	}
}
