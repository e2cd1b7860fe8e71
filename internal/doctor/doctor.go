// Package doctor tries every setting against the real thing, and says what is wrong and what to do.
package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// Verdict is how a thing stands.
type Verdict string

const (
	Healthy Verdict = "ok"
	Warning Verdict = "warning" // the service works, but not as well as it could
	Failed  Verdict = "failed"  // it doesn't
	Off     Verdict = "off"     // not set, so not tried
)

// Finding is one line of what doctor says. It holds no secret.
type Finding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Found   string  `json:"found"`
	Do      string  `json:"do,omitempty"`
}

// Check tries one thing against the real one, and leaves nothing behind. Only the one of Creatomate buys anything: a
// still.
type Check struct {
	Name  string
	Try   func(ctx context.Context) []Finding
	Extra time.Duration // how much longer than others it may take
}

// checkTime is when the context of a check ends, but for its extra time; one that doesn't heed it is given up at the
// limit.
const (
	checkTime  = 8 * time.Second
	CheckLimit = 10 * time.Second
)

// Refused is what stands in the way of reading the settings, a finding for each line.
func Refused(err error) []Finding {
	var all []Finding
	for line := range strings.SplitSeq(strings.TrimPrefix(err.Error(), "settings:"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, Finding{"settings", Failed, line, "correct the setting, then run this again"})
		}
	}
	return all
}

// Diagnose tries everything at once, and returns the findings in the order of the checks. open is told
// what is still going on, whenever that changes.
func Diagnose(ctx context.Context, all []Check, open func(names []string)) []Finding {
	type result struct {
		at    int
		found []Finding
	}
	results := make(chan result)
	for i, c := range all {
		go func() { results <- result{i, c.Within(ctx)} }()
	}
	by := make([][]Finding, len(all))
	for range all {
		var names []string
		for i, c := range all {
			if by[i] == nil {
				names = append(names, c.Name)
			}
		}
		open(names)
		r := <-results
		by[r.at] = r.found
	}
	open(nil)
	var found []Finding
	for _, one := range by {
		found = append(found, one...)
	}
	return found
}

// Within runs a check for as long as one may take.
func (c Check) Within(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime+c.Extra)
	defer cancel()
	limit := CheckLimit + c.Extra
	done := make(chan []Finding, 1)
	go func() { done <- c.Try(ctx) }()
	late := time.NewTimer(limit)
	defer late.Stop()
	var found []Finding
	select {
	case found = <-done:
	case <-late.C:
		found = []Finding{
			{
				Verdict: Failed, Found: fmt.Sprintf("no end after %s", limit),
				Do: "see whether this machine reaches it: network, firewall, proxy",
			},
		}
	}
	for i := range found {
		found[i].Check = c.Name
		found[i].Found, found[i].Do = printable(found[i].Found), printable(found[i].Do)
	}
	return found
}

// printable makes one line of what others said, without what could steer a terminal.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

func Count(found []Finding, v Verdict) (n int) {
	for _, f := range found {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// Table is for people. What to do stands below what was found, since both are sentences.
func Table(w io.Writer, found []Finding) error {
	tab := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(tab, "%s\t%s\t%s\n", f.Verdict, f.Check, f.Found)
		if f.Do != "" {
			fmt.Fprintf(tab, "\t\t→ %s\n", f.Do)
		}
	}
	fmt.Fprintf(
		tab, "\nok %d, warning %d, failed %d, off %d\n", Count(found, Healthy), Count(found, Warning),
		Count(found, Failed), Count(found, Off),
	)
	return tab.Flush()
}

// Document is for programs.
func Document(w io.Writer, found []Finding) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		OK       bool      `json:"ok"` // nothing failed
		Findings []Finding `json:"findings"`
	}{Count(found, Failed) == 0, found})
}
