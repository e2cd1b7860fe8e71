//go:build walk

package rules

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/app/walktest"
)

// byItself are the functions with which goroutines begin that have nothing to do with any one photo: what runs all the
// time, the stand-ins, and what this test asks the database for.
var byItself = []string{
	"internal/monitor:Monitor.Watch", "internal/app:Intake.Keep", "internal/app:App.receive", "internal/app:App.Start",
	"adapters/web/live:Hub", "adapters/telegram:Menus", "adapters/internal/standin:",
	"storage/internal/sqlstore:Store.ByMessage", "storage/internal/sqlstore:Store.Order",
}

// What one photo's walk may come to at the most. They are to become less, and never more; how often a provider is asked
// hangs on the machine, so there is a tenth to spare.
const (
	maxRooms   = 360
	maxAgainst = 130
)

// TestWalk_ShowsWhichPackagesOnePhotoCalls records what is called from the photo's being sent until its short is there
// and the order is written, and prints it: which packages call which, and which of that is against the arrows. It runs
// by `make walk`, which has the functions recorded; without that there is nothing to see.
func TestWalk_ShowsWhichPackagesOnePhotoCalls(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	k := w.Talk(w.Start(apptest.Talkative(), nil))
	walktest.Start()
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	k.Process.Until(1, apptest.Delivered)
	calls := walktest.Stop()

	type arrow struct{ from, to string }
	changes, against, examples := map[arrow]int{}, map[arrow]int{}, map[arrow]string{}
	n, entered, rooms, up := 0, 0, 0, 0
	functions, roots, doors := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range calls {
		if slices.ContainsFunc(byItself, func(f string) bool { return strings.HasPrefix(c.Root, f) }) {
			continue
		}
		n++
		roots[c.Root]++
		functions[c.To]++
		a := arrow{walktest.Package(c.From), walktest.Package(c.To)}
		if c.From == "" || a.from == a.to {
			continue
		}
		entered++
		if house(a.from) != house(a.to) {
			rooms++
			doors[c.From+" → "+c.To]++
		}
		changes[a]++
		if room := roomOf(a.from); room != "" && roomOf(a.to) != "" && !mayKnow(a.from, room, a.to, mayImport[room]) {
			up++
			against[a]++
			examples[a] = c.From + " → " + c.To
		}
	}
	if n < 100 {
		t.Fatalf("only %d calls were recorded: this test runs by `make walk`", n)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(
		out, "calls\t%d\nchanges of package\t%d\n… of room\t%d\nagainst the arrows\t%d\n\n", n, entered, rooms, up,
	)
	byCount := func(m map[arrow]int) []arrow {
		return slices.SortedFunc(maps.Keys(m), func(a, b arrow) int {
			return cmp.Or(m[b]-m[a], cmp.Compare(a.from+a.to, b.from+b.to))
		})
	}
	for _, a := range byCount(changes) {
		fmt.Fprintf(out, "%d\t%s\t→ %s\n", changes[a], a.from, a.to)
	}
	fmt.Fprintln(out, "\nagainst the arrows:")
	for _, a := range byCount(against) {
		fmt.Fprintf(out, "%d\t%s\t→ %s\t%s\n", against[a], a.from, a.to, examples[a])
	}
	list := func(what string, m map[string]int) {
		fmt.Fprintf(out, "\n%s:\n", what)
		for _, f := range slices.SortedFunc(maps.Keys(m), func(a, b string) int {
			return cmp.Or(m[b]-m[a], cmp.Compare(a, b))
		})[:min(len(m), 20)] {
			fmt.Fprintf(out, "%d\t%s\n", m[f], f)
		}
	}
	list("where goroutines begin", roots)
	list("most called", functions)
	list("most called from another room", doors)
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
	if rooms > maxRooms || up > maxAgainst {
		t.Errorf(
			"%d changes of room and %d against the arrows, where %d and %d were enough", rooms, up, maxRooms,
			maxAgainst,
		)
	}
}

// house is a package's room, where all of the storage is one and each adapter another.
func house(dir string) string {
	if strings.HasPrefix(dir, "adapters/") {
		return "adapters/" + adapter(dir)
	}
	return cmp.Or(roomOf(dir), dir)
}
