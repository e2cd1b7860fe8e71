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

func TestParse_CaptionsMeanWhatTheSpecificationSays(t *testing.T) {
	for _, r := range rows(t, "captions.tsv") {
		if got := Parse(r[0]); !reflect.DeepEqual(plain(got), r[1:5]) {
			t.Errorf("%q\n got %q\nwant %q", r[0], plain(got), r[1:5])
		}
	}
}

// detail is the last column of more.tsv: all that the columns before it don't say, as far as there is any.
type detail struct {
	Menu, Read, Doubt, Sticker string // Menu: with an outcome other than ok
	PriceText                  string `json:"price_text"` // the same, as Won
	Won, Regular               int
	Foreign                    bool
	Options, Choices           [][]any // name, won; behind them the whole price of a choice that isn't just that
}

func detailOf(r Result) detail {
	d := detail{Read: r.Read, Doubt: doubts(r), Sticker: r.Sticker, Regular: r.Regular, Foreign: r.Foreign}
	if r.Outcome != OK {
		d.Menu, d.Won, d.PriceText = r.Menu, r.Won, r.PriceText
	}
	for _, o := range r.Options {
		d.Options = append(d.Options, []any{o.Name, float64(o.Won)})
	}
	for _, c := range r.Choices {
		cells := []any{c.Menu, float64(c.Won)}
		if full := FullPrice(c.Words()); full != Won(c.Won) {
			cells = append(cells, full)
		}
		d.Choices = append(d.Choices, cells)
	}
	return d
}

// doubts names what isn't certain of a reading.
func doubts(r Result) string {
	var all []string
	for i, name := range []string{"price", "name", "rest"} {
		if r.Doubt&(1<<i) != 0 {
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

func TestParse_CaptionsMeanWhatOwnersMean(t *testing.T) {
	rs := rows(t, "more.tsv")
	if len(rs) < 150 {
		t.Fatalf("only %d captions", len(rs))
	}
	for _, r := range rs {
		got := Parse(r[0])
		var want detail
		if len(r) > 5 && r[5] != "" {
			if err := json.Unmarshal([]byte(r[5]), &want); err != nil {
				t.Fatalf("%q: %v", r[0], err)
			}
		}
		if !reflect.DeepEqual(plain(got), r[1:5]) || !reflect.DeepEqual(detailOf(got), want) {
			t.Errorf("%q\n got %q %+v\nwant %q %+v", r[0], plain(got), detailOf(got), r[1:5], want)
		}
	}
}
