package main

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
)

//go:embed CHANGELOG.md
var changelog string

var heading = regexp.MustCompile(`(?m)^## (v\S+)`)

// version is the changelog's newest, such as v0.1.0.
var version = heading.FindStringSubmatch(changelog)[1]

// commit is set by the linker: see the Makefile.
var commit = ""

func printVersion(_ context.Context, t terminal) error {
	rev := commit
	if info, ok := debug.ReadBuildInfo(); ok && rev == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = s.Value
			}
		}
	}
	if rev == "" {
		rev = "unknown"
	}
	_, err := fmt.Fprintf(t.out, "sajangpick %s, commit %s, %s %s/%s\n", version, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
