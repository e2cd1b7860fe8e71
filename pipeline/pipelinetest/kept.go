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

// kept is a copy of v as reading it back shows it: with exact times, and U+FFFD for what no database keeps.
func kept[T any](v T) T {
	keep(reflect.ValueOf(&v).Elem())
	return v
}

func keep(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.ReplaceAll(strings.ToValidUTF8(v.String(), "\uFFFD"), "\x00", "\uFFFD"))
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			keep(v.Index(i))
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = exact(*t)
			return
		}
		for i := range v.NumField() {
			keep(v.Field(i))
		}
	}
}
