package main

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

// verdict is how a thing stands.
type verdict string

const (
	healthy verdict = "ok"
	warning verdict = "warning" // the service works, but not as well as it could
	failed  verdict = "failed"  // it doesn't
	off     verdict = "off"     // not set, so not tried
)

// finding is one line of what doctor says. It holds no secret.
type finding struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Found   string  `json:"found"`
	Do      string  `json:"do,omitempty"`
}

// check tries one thing against the real one, and leaves nothing behind. Only the one of Creatomate buys anything: a
// still.
type check struct {
	name  string
	try   func(ctx context.Context) []finding
	extra time.Duration // how much longer than others it may take
}

// checkTime is when the context of a check ends, but for its extra time; one that doesn't heed it is given up at the
// limit.
const (
	checkTime  = 8 * time.Second
	checkLimit = 10 * time.Second
)

// doctor is the command `doctor`.
func doctor(ctx context.Context, t terminal) error {
	f := flags(t, "doctor", "Tries every setting against the real thing, says what is wrong and what to do. Nothing is changed, and\nnothing bought but one still at Creatomate, for a credit, that shows its typefaces. The exit code is 1 when something failed.")
	asJSON := f.Bool("json", false, "for programs: one JSON object")
	if err := parse(f, t.args); err != nil {
		return err
	}
	var found []finding
	if cfg, err := load(t); err != nil {
		found = refused(err)
	} else {
		found = diagnose(ctx, checks(cfg), underWay(t.errors))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	write := table
	if *asJSON {
		write = document
	}
	if err := write(t.out, found); err != nil {
		return err
	}
	if n := count(found, failed); n > 0 {
		return fmt.Errorf("%d of %d findings are failures", n, len(found))
	}
	return nil
}

// refused is what stands in the way of reading the settings, a finding for each line.
func refused(err error) []finding {
	var all []finding
	for line := range strings.SplitSeq(strings.TrimPrefix(err.Error(), "settings:"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, finding{"settings", failed, line, "correct the setting, then run this again"})
		}
	}
	return all
}

// diagnose tries everything at once, and returns the findings in the order of the checks. open is told
// what is still going on, whenever that changes.
func diagnose(ctx context.Context, all []check, open func(names []string)) []finding {
	type result struct {
		at    int
		found []finding
	}
	results := make(chan result)
	for i, c := range all {
		go func() { results <- result{i, c.within(ctx)} }()
	}
	by := make([][]finding, len(all))
	for range all {
		var names []string
		for i, c := range all {
			if by[i] == nil {
				names = append(names, c.name)
			}
		}
		open(names)
		r := <-results
		by[r.at] = r.found
	}
	open(nil)
	var found []finding
	for _, one := range by {
		found = append(found, one...)
	}
	return found
}

// within runs a check for as long as one may take.
func (c check) within(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime+c.extra)
	defer cancel()
	limit := checkLimit + c.extra
	done := make(chan []finding, 1)
	go func() { done <- c.try(ctx) }()
	late := time.NewTimer(limit)
	defer late.Stop()
	var found []finding
	select {
	case found = <-done:
	case <-late.C:
		found = []finding{{Verdict: failed, Found: fmt.Sprintf("no end after %s", limit), Do: "see whether this machine reaches it: network, firewall, proxy"}}
	}
	for i := range found {
		found[i].Check = c.name
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

func count(found []finding, v verdict) (n int) {
	for _, f := range found {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// underWay shows on a terminal what is still going on, and nothing elsewhere.
func underWay(w io.Writer) func(names []string) {
	if !isTerminal(w) {
		return func([]string) {}
	}
	return func(names []string) {
		fmt.Fprint(w, "\r\x1b[K")
		const most = 4 // that fit a line, which can't be written over once it is two
		switch {
		case len(names) > most:
			fmt.Fprintf(w, "asking: %s and %d more …", strings.Join(names[:most], ", "), len(names)-most)
		case len(names) > 0:
			fmt.Fprintf(w, "asking: %s …", strings.Join(names, ", "))
		}
	}
}

// table is for people. What to do stands below what was found, since both are sentences.
func table(w io.Writer, found []finding) error {
	tab := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(tab, "%s\t%s\t%s\n", f.Verdict, f.Check, f.Found)
		if f.Do != "" {
			fmt.Fprintf(tab, "\t\t→ %s\n", f.Do)
		}
	}
	fmt.Fprintf(tab, "\nok %d, warning %d, failed %d, off %d\n", count(found, healthy), count(found, warning), count(found, failed), count(found, off))
	return tab.Flush()
}

// document is for programs.
func document(w io.Writer, found []finding) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		OK       bool      `json:"ok"` // nothing failed
		Findings []finding `json:"findings"`
	}{count(found, failed) == 0, found})
}
