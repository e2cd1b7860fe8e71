// Package storedtest is the promise that JSON in rows and files survives the renaming of Go fields.
package storedtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Hold holds kinds of stored JSON to golden rows, which are lines of testdata/stored/KIND.json: what a row said comes
// back when it is read and written, the last one has each field that is stored today, and each field has a tag.
// Lines are added, as the program writes them, and never edited: rows like them may wait in a database.
func Hold(t *testing.T, kinds map[string]func() any) {
	t.Helper()
	for kind, zero := range kinds {
		untagged(t, kind, reflect.TypeOf(zero()).Elem())
		text, err := os.ReadFile(filepath.Join("testdata", "stored", kind+".json"))
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(string(text)), "\n")
		for i, row := range rows {
			v := zero()
			d := json.NewDecoder(strings.NewReader(row))
			d.DisallowUnknownFields()
			if err := d.Decode(v); err != nil {
				t.Errorf("%s: row %d: %v", kind, i+1, err)
				continue
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			want, got := parse(t, row), parse(t, string(again))
			if i < len(rows)-1 {
				got = common(want, got)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: row %d comes back changed (-golden +read):\n%s", kind, i+1, diff)
			}
			if i == len(rows)-1 {
				unnamed(t, kind, reflect.ValueOf(v).Elem(), want)
			}
		}
	}
}

func parse(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// common is got without the fields that want doesn't have: those were added since.
func common(want, got any) any {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return got
		}
		out := map[string]any{}
		for k, v := range w {
			if x, ok := g[k]; ok {
				out[k] = common(v, x)
			}
		}
		return out
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return got
		}
		out := []any{}
		for i := range w {
			out = append(out, common(w[i], g[i]))
		}
		return out
	}
	return got
}

// untagged finds fields whose name in the database is that in Go.
func untagged(t *testing.T, path string, typ reflect.Type) {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		untagged(t, path, typ.Elem())
	case reflect.Struct:
		if typ == reflect.TypeFor[time.Time]() {
			return
		}
		for _, f := range fields(typ) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == "" {
				t.Errorf("%s.%s is stored and has no json tag", path, f.Name)
			}
			untagged(t, path+"."+f.Name, f.Type)
		}
	}
}

// unnamed finds fields that a row doesn't name, so that nothing would show whether they are read.
func unnamed(t *testing.T, path string, v reflect.Value, row any) {
	t.Helper()
	switch r := row.(type) {
	case []any:
		for i := range r {
			unnamed(t, path, v.Index(i), r[i])
		}
	case map[string]any:
		for _, f := range fields(v.Type()) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			x, named := r[name]
			if !named {
				t.Errorf("%s.%s isn't in the last golden row: add a row with it", path, f.Name)
				continue
			}
			if y := v.FieldByIndex(f.Index); !y.IsZero() {
				unnamed(t, path+"."+f.Name, reflect.Indirect(y), x)
			}
		}
	}
}

// fields are those of a structure that are stored.
func fields(typ reflect.Type) (all []reflect.StructField) {
	for _, f := range reflect.VisibleFields(typ) {
		if f.IsExported() && !f.Anonymous && f.Tag.Get("json") != "-" {
			all = append(all, f)
		}
	}
	return all
}
