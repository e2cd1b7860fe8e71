package sqlstore

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// stored is every kind of JSON that rows hold. The golden rows were written by the program before any of these
// fields had a tag; a row like them may wait in a database until this version reads it.
var stored = map[string]func() any{
	"draft":     func() any { return &bot.Draft{} },
	"say":       func() any { return &bot.OutgoingMessage{} },
	"new_logo":  func() any { return &pipeline.Photo{} },
	"new_track": func() any { return &bot.NewTrack{} },
	"words":     func() any { return &pipeline.Words{} },
}

// TestStoredJSON_GoldenRowsAreReadWhole holds each field's name in the database: renaming a Go field must not
// orphan what an earlier release stored.
func TestStoredJSON_GoldenRowsAreReadWhole(t *testing.T) {
	for kind, zero := range stored {
		golden, err := os.ReadFile("testdata/stored/" + kind + ".json")
		if err != nil {
			t.Fatal(err)
		}
		v := zero()
		d := json.NewDecoder(strings.NewReader(string(golden)))
		d.DisallowUnknownFields()
		if err := d.Decode(v); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		again, err := sqldb.Body(v)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := json.Unmarshal(golden, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(again), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, common(want, got)); diff != "" {
			t.Errorf("%s: a golden row comes back changed (-golden +read):\n%s", kind, diff)
		}
	}
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

// TestStoredJSON_EveryFieldHasATag keeps a renamed Go field from renaming what is stored.
func TestStoredJSON_EveryFieldHasATag(t *testing.T) {
	for kind, zero := range stored {
		untagged(t, kind, reflect.TypeOf(zero()).Elem())
	}
}

func untagged(t *testing.T, path string, typ reflect.Type) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		untagged(t, path, typ.Elem())
	case reflect.Struct:
		if typ == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == "" && !f.Anonymous {
				t.Errorf("%s.%s is stored and has no json tag", path, f.Name)
			}
			untagged(t, path+"."+f.Name, f.Type)
		}
	}
}
