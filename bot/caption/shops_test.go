package caption

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sizes of spaces around brackets and plus signs say nothing.
var tight = strings.NewReplacer(" (", "(", "( ", "(", " )", ")", " + ", "+", "+ ", "+", " +", "+", "·", ",", " ,", ",", ", ", ",")

func TestShopsScore(t *testing.T) {
	files, _ := filepath.Glob("testdata/shops/*.tsv")
	total, right := 0, 0
	only := os.Getenv("ONLY")
	for _, f := range files {
		n, ok := 0, 0
		hold := strings.Contains(f, "holdout")
		if only != "" && !strings.Contains(f, only) {
			continue
		}
		for _, r := range rows(t, "shops/"+filepath.Base(f)) {
			n++
			got := Parse(r[0])
			same := string(got.Outcome) == r[1]
			if same {
				switch got.Outcome {
				case OK:
					same = oneOf(got.Menu, r[2]) && strconv.Itoa(got.Won) == r[3] && got.PriceText == r[4] && (r[5] == "" && got.Regular == 0 || r[5] == strconv.Itoa(got.Regular))
				case NeedPrice:
					same = oneOf(got.Menu, r[2])
				case NeedMenu:
					same = strconv.Itoa(got.Won) == r[3]
				}
			}
			if same {
				ok++
			} else if !hold || only != "" {
				t.Logf("%s: %q\n   got %s|%s|%d|%s|%d\n  want %s", filepath.Base(f)[:4], r[0], got.Outcome, got.Menu, got.Won, got.PriceText, got.Regular, strings.Join(r[1:], "|"))
			}
		}
		t.Logf("== %s %d of %d", f, ok, n)
		total, right = total+n, right+ok
	}
	t.Logf("== all %d of %d", right, total)
}

// oneOf compares a name with one or several that a careful reader would take.
func oneOf(menu, names string) bool {
	for _, n := range strings.Split(names, "||") {
		if tight.Replace(menu) == tight.Replace(n) {
			return true
		}
	}
	return false
}
