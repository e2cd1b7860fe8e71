package caption

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// rows reads a table of the test data: a header line, then tabs between columns. \n in a cell is a
// line break, \uXXXX a letter that can't be seen.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rs [][]string
	for i, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		if i == 0 {
			continue
		}
		cells := strings.Split(line, "\t")
		s := strings.ReplaceAll(cells[0], `"`, `\"`)
		if cells[0], err = strconv.Unquote(`"` + s + `"`); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		rs = append(rs, cells)
	}
	return rs
}

// plain is how a result stands in the tables.
func plain(r Result) []string {
	switch r.Outcome {
	case OK:
		return []string{string(r.Outcome), r.Menu, strconv.Itoa(r.Won), r.PriceText}
	}
	return []string{string(r.Outcome), "", "", ""}
}

func TestCaptionsMeanWhatTheSpecificationSays(t *testing.T) {
	for _, r := range rows(t, "captions.tsv") {
		if got := Parse(r[0]); !reflect.DeepEqual(plain(got), r[1:5]) {
			t.Errorf("%q\n got %q\nwant %q", r[0], plain(got), r[1:5])
		}
	}
}

// detail is the last column of more.tsv; what it doesn't name isn't compared.
type detail struct {
	Menu    *string
	Won     *int
	Regular *int
	Options [][2]any
	Choices [][2]any
	Read    *string
	Foreign *bool
}

func TestCaptionsMeanWhatOwnersMean(t *testing.T) {
	rs := rows(t, "more.tsv")
	if len(rs) < 150 {
		t.Fatalf("only %d captions", len(rs))
	}
	for _, r := range rs {
		got := Parse(r[0])
		if !reflect.DeepEqual(plain(got), r[1:5]) {
			t.Errorf("%q\n got %q %+v\nwant %q", r[0], plain(got), got, r[1:5])
			continue
		}
		var want detail
		if len(r) > 5 && r[5] != "" {
			if err := json.Unmarshal([]byte(r[5]), &want); err != nil {
				t.Fatalf("%q: %v", r[0], err)
			}
		}
		compare(t, r[0], got, want)
	}
}

func compare(t *testing.T, caption string, got Result, want detail) {
	t.Helper()
	var options, choices [][2]any
	for _, o := range got.Options {
		options = append(options, [2]any{o.Name, float64(o.Won)})
	}
	for _, c := range got.Choices {
		choices = append(choices, [2]any{c.Menu, float64(c.Won)})
	}
	if !reflect.DeepEqual(options, want.Options) {
		t.Errorf("%q has options %v, want %v", caption, options, want.Options)
	}
	if !reflect.DeepEqual(choices, want.Choices) {
		t.Errorf("%q has choices %v, want %v", caption, choices, want.Choices)
	}
	if want.Regular == nil {
		want.Regular = new(int)
	}
	if got.Regular != *want.Regular {
		t.Errorf("%q has regular price %d, want %d", caption, got.Regular, *want.Regular)
	}
	if want.Menu != nil && got.Menu != *want.Menu {
		t.Errorf("%q has menu %q, want %q", caption, got.Menu, *want.Menu)
	}
	if want.Won != nil && got.Won != *want.Won {
		t.Errorf("%q costs %d, want %d", caption, got.Won, *want.Won)
	}
	if want.Read != nil && got.Read != *want.Read {
		t.Errorf("%q: read %q, want %q", caption, got.Read, *want.Read)
	}
	if want.Foreign != nil && got.Foreign != *want.Foreign {
		t.Errorf("%q: foreign is %v", caption, got.Foreign)
	}
}
