package simtest_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/simtest"
)

var (
	seeds = flag.Int("sim.seeds", 500, "how many worlds live")
	first = flag.Uint64("sim.first", 1, "the seed of the first one")
	most  = flag.Int("sim.failures", 3, "how many worlds may fail before it stops")
	lines = flag.Int("sim.lines", 80, "of a trace that are printed when something does not hold")
	whole = flag.Bool("sim.trace", false, "print all that happened in the first one")
)

// report prints a seed, the shortest script with which something doesn't hold, and what happened last.
func report(t *testing.T, seed uint64, r simtest.Result) {
	t.Helper()
	r = simtest.Shrink(t, seed, r, "")
	var script []string
	for _, e := range r.Script {
		script = append(script, e.At.String()+" "+e.String())
	}
	text := fmt.Sprintf(
		"seed %d (again: make sim FROM=%d SEEDS=1): %s\nscript:\n  %s\ntrace:\n  %s", seed, seed, r.Violation,
		strings.Join(script, "\n  "), strings.Join(r.Trace[max(0, len(r.Trace)-*lines):], "\n  "),
	)
	fmt.Fprintln(os.Stderr, text) // at once: many worlds take hours
	t.Error(text)
}

// progressEvery is how often it is said how far it is.
const progressEvery = 20 * time.Second

// TestWorld_HoldsWhateverHappens lets many worlds live, each as its seed says.
func TestWorld_HoldsWhateverHappens(t *testing.T) {
	failed, said := 0, time.Now()
	for seed := *first; seed < *first+uint64(*seeds) && failed < *most; seed++ {
		if time.Since(said) >= progressEvery {
			said = time.Now()
			fmt.Fprintf(os.Stderr, "%d of %d worlds were lived through, %d failed\n", seed-*first, *seeds, failed)
		}
		r := simtest.Run(t, seed, nil, "")
		if *whole && seed == *first {
			t.Log("\n" + strings.Join(r.Trace, "\n"))
		}
		if r.Violation != "" {
			report(t, seed, r)
			failed++
		}
	}
}

// TestWorld_OneSeedGivesOneTrace lets worlds live twice.
func TestWorld_OneSeedGivesOneTrace(t *testing.T) {
	all := 0
	for seed := uint64(1); seed <= 20; seed++ {
		one, other := simtest.Run(t, seed, nil, ""), simtest.Run(t, seed, nil, "")
		all += len(one.Trace)
		if !slices.Equal(one.Trace, other.Trace) {
			i := 0
			for i < min(len(one.Trace), len(other.Trace))-1 && one.Trace[i] == other.Trace[i] {
				i++
			}
			t.Errorf("seed %d: line %d is\n%s\nand another time\n%s", seed, i, one.Trace[i], other.Trace[i])
		}
	}
	if all < 1000 {
		t.Errorf("only %d lines", all)
	}
}

// maxSeeds is how many worlds may live until a planted fault is found.
const maxSeeds = 400

// TestWorld_FindsWhatIsPlanted plants faults in the service: each must be found, and its script be made shorter.
func TestWorld_FindsWhatIsPlanted(t *testing.T) {
	for _, plant := range simtest.Plants() {
		t.Run(strings.ReplaceAll(string(plant), " ", "-"), func(t *testing.T) {
			for seed := uint64(1); seed <= maxSeeds; seed++ {
				r := simtest.Run(t, seed, nil, plant)
				if r.Violation == "" {
					continue
				}
				short := simtest.Shrink(t, seed, r, plant)
				t.Logf("seed %d, %d entries of %d: %s", seed, len(short.Script), len(r.Script), short.Violation)
				if len(short.Script) > len(r.Script)/2 {
					t.Errorf("%d entries are left", len(short.Script))
				}
				if without := simtest.Run(t, seed, short.Script, ""); without.Violation != "" {
					report(t, seed, without)
				}
				return
			}
			t.Errorf("not found in %d worlds", maxSeeds)
		})
	}
}
