package cli

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
)

// build is what this program was made of.
type build struct {
	version string // such as v0.1.0
	commit  string // empty: the one that Go wrote down
}

// Newest is the newest version of a changelog, "" if it names none.
func Newest(changelog string) string {
	m := regexp.MustCompile(`(?m)^## (v\S+)`).FindStringSubmatch(changelog)
	if m == nil {
		return ""
	}
	return m[1]
}

func printVersion(_ context.Context, t Terminal) error {
	rev := t.build.commit
	if info, ok := debug.ReadBuildInfo(); ok && rev == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = s.Value
			}
		}
	}
	rev = cmp.Or(rev, "unknown")
	_, err := fmt.Fprintf(
		t.Out, "sajangpick %s, commit %s, %s %s/%s\n", t.build.version, rev, runtime.Version(), runtime.GOOS,
		runtime.GOARCH,
	)
	return err
}
