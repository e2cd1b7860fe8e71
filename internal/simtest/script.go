package simtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Entry is something that happens to the world. What people and operators do happens at its time; the others befall
// the N-th of something: a write, a paid start, a message.
type Entry struct {
	At   time.Duration
	Kind string
	N    int
	How  int
}

func (e Entry) String() string {
	if e.fault() {
		return fmt.Sprintf("%s %d: %s", e.Kind, e.N, hows[e.Kind][e.How%len(hows[e.Kind])])
	}
	return fmt.Sprintf("%s %d/%d", e.Kind, e.N, e.How)
}

// scriptLength is how long a script goes on.
const scriptLength = 40 * time.Minute

// What may befall something, by its kind.
var hows = map[string][]string{
	"write": {
		"refused", "lost", "kill before", "kill after", "stands still 5s", "stands still 2m", "stands still 11m",
		"refused for 20s",
	},
	"read": {"refused", "kill", "refused for 3s"},
	"start": {
		"busy", "down", "no key", "no credits", "answer lost", "request lost", "500 accepted", "500 not accepted",
		"refuses the photo", "slow", "too slow", "ignores a part", "kill before", "kill after", "callback first",
	},
	"work": {
		"breaks free", "breaks paid", "refuses the photo", "slow", "never ends", "unfit", "other dish", "result away",
		"setup",
		"result empty",
	},
	"check": {"down", "slow", "too slow", "kill", "no key", "limit"},
	"ring":  {"lost", "double", "early", "late", "forged token", "other work", "to another order"},
	"send": {
		"limit", "answer lost", "request lost", "gone", "slow", "kill before", "kill after", "odd", "platform down",
	},
	"photo":   {"gone", "platform down", "kill", "slow"},
	"prepare": {"too small", "died", "dark", "broken off", "kill"},
	"file":    {"refused", "kill after"},
}

func (e Entry) fault() bool { return hows[e.Kind] != nil }

// How often something befalls, in a script that has some of it: one in so many.
var often = map[string]int{
	"write": 45, "read": 150, "start": 4, "work": 4, "check": 10, "ring": 3, "send": 10, "photo": 6, "prepare": 8,
	"file": 12,
}

// What people and operators do, each as often as it stands here.
var deeds = []string{
	"photo", "photo", "photo", "photo", "photo", "photo", "bare", "bare", "words", "words", "edit", "edit",
	"press", "press", "press", "press", "press", "reply", "reply", "cancel", "delete", "again", "again", "album",
	"flood",
	"thanks", "block", "unblock", "settings",
	"pause", "resume", "overview", "retry all", "admin cancels", "admin retries", "admin presses", "admin presses",
	"kill", "kill", "start", "suspend", "deploy", "clock", "clock",
}

// write makes a script. With harsh, processes are killed all the time after what they write: what a planted fault needs
// to be seen is often that.
func write(r *rand.Rand, harsh bool) (script []Entry) {
	for range 6 + r.IntN(14) {
		script = append(script, Entry{
			At: time.Duration(r.Int64N(int64(scriptLength * 3 / 4))), Kind: deeds[r.IntN(len(deeds))],
			N: r.IntN(1000), How: r.IntN(1000),
		})
	}
	script = append(script, Entry{Kind: "photo", N: r.IntN(1000), How: r.IntN(1000)})
	kinds := make([]string, 0, len(hows))
	for kind := range hows {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		if r.IntN(2) == 0 { // much goes wrong at once in some worlds, and little in others
			continue
		}
		for n := 0; n < 400; n++ {
			if r.IntN(often[kind]) == 0 {
				script = append(script, Entry{Kind: kind, N: n, How: r.IntN(1000)})
			}
			if often[kind] < 20 && n > 60 {
				break
			}
		}
	}
	for n := 0; harsh && n < 300; n += 1 + r.IntN(20) {
		script = append(script, Entry{Kind: "write", N: n, How: slices.Index(hows["write"], "kill after")})
	}
	return script
}

// newSetup chooses what operators have set.
func newSetup(r *rand.Rand) setup {
	return setup{
		Processes: 1 + r.IntN(3), Limit: []int{0, 0, 4, 9}[r.IntN(4)],
		Budget: []pipeline.Credits{0, 0, 45_00, 90_00}[r.IntN(4)],
		AtOnce: r.IntN(3), CutRate: []pipeline.Rate{{}, {N: 4, Per: 10 * time.Second}}[r.IntN(2)],
		Fallback: r.IntN(3) == 0, ClipCallbacks: r.IntN(3) == 0,
		Pace: []time.Duration{0, 0, 20 * time.Second}[r.IntN(3)],
	}
}

// faults are those that are still to come, by kind and number.
type faults struct {
	planned map[string]map[int]string
	count   map[string]int
	until   map[string]time.Time // all of a kind are refused until then
	long    bool                 // that is long
}

func (f *faults) add(e Entry) {
	if f.planned == nil {
		f.planned, f.count, f.until = map[string]map[int]string{}, map[string]int{}, map[string]time.Time{}
	}
	if f.planned[e.Kind] == nil {
		f.planned[e.Kind] = map[int]string{}
	}
	f.planned[e.Kind][e.N] = hows[e.Kind][e.How%len(hows[e.Kind])]
}

// befalls counts one more of a kind, and says what befalls it; empty: nothing.
func (w *world) befalls(kind string) string {
	f := &w.faults
	if f.count == nil {
		return ""
	}
	n := f.count[kind]
	f.count[kind]++
	how := f.planned[kind][n]
	if how != "" {
		w.note("! %s %d: %s", kind, n, how)
	}
	return how
}
