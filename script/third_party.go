//go:build ignore

// third_party writes THIRD_PARTY.md: every module that is linked into the program for some system, with its licence and
// its notices in full. With -check it only fails when the file says something else.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const file = "THIRD_PARTY.md"

// notices are the files whose words must travel with the program. HEIC's decoder is C, compiled to WebAssembly and
// embedded: its licences lie in lib/.
var notices = []string{"LICEN[CS]E*", "COPYING*", "NOTICE*", "lib/LICEN[CS]E*"}

func main() {
	check := flag.Bool("check", false, "change nothing; fail when the file isn't what this would write")
	flag.Parse()
	text, err := document()
	if err == nil {
		var there []byte
		if there, err = os.ReadFile(file); !*check {
			err = os.WriteFile(file, text, 0o644)
		} else if err == nil && !bytes.Equal(there, text) {
			err = fmt.Errorf("%s isn't of the present go.mod: run `make third-party`", file)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type module struct{ path, version, dir string }

func document() ([]byte, error) {
	modules, err := linked()
	if err != nil {
		return nil, err
	}
	var table, texts bytes.Buffer
	by := map[string][]string{} // a text, and who has it: most are the same but for a name
	var order []string
	for _, m := range modules {
		var kinds []string
		for _, pattern := range notices {
			found, _ := filepath.Glob(filepath.Join(m.dir, pattern))
			for _, name := range found {
				raw, err := os.ReadFile(name)
				if err != nil {
					return nil, err
				}
				text := strings.TrimSpace(strings.ReplaceAll(string(raw), "\r\n", "\n"))
				inside, _ := filepath.Rel(m.dir, name)
				if label := strings.Join(classify(text), " + "); label != "" {
					if strings.HasPrefix(inside, "lib"+string(filepath.Separator)) {
						label = strings.TrimPrefix(filepath.Ext(name), ".") + ": " + label
					}
					if !slices.Contains(kinds, label) {
						kinds = append(kinds, label)
					}
				}
				if by[text] == nil {
					order = append(order, text)
				}
				by[text] = append(by[text], m.path+" "+filepath.ToSlash(inside))
			}
		}
		if len(kinds) == 0 {
			return nil, fmt.Errorf("%s %s: no licence is recognised", m.path, m.version)
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", m.path, m.version, strings.Join(kinds, ", "))
	}
	for _, text := range order {
		fmt.Fprintf(&texts, "\n### %s\n\n```text\n%s\n```\n", strings.Join(by[text], ", "), text)
	}
	return fmt.Appendf(nil, head, table.String(), texts.String()), nil
}

const head = `# What others wrote of this program

Written by ` + "`make third-party`" + `; .ci/run fails when it is not of the present go.mod.

The program itself is under the [MIT licence](LICENSE), its fonts under the OFL
(adapters/sandbox/studio/lettering/fonts/*-OFL.txt). These modules, and Go's own library (BSD-3-Clause), are linked into it.
libheif and libde265, which read HEIC, are under the LGPL: they are embedded as a WebAssembly module, which
github.com/gen2brain/heic carries (lib/heif.wasm.gz, with the Makefile that builds it). Whoever wants to run a changed one
replaces that file in the module and builds the program again with ` + "`make build`" + `.

| module | version | licence |
|---|---|---|
%s
## The licences and notices
%s`

// linked are the modules of all packages in the program, for any system that releases are made for.
func linked() ([]module, error) {
	seen := map[string]module{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-tags", "nodynamic",
			"-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", ".")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		for line := range strings.Lines(string(out)) {
			if f := strings.Fields(line); len(f) == 3 {
				seen[f[0]] = module{f[0], f[1], f[2]}
			}
		}
	}
	var all []module
	for _, m := range seen {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

var lesser = regexp.MustCompile(`GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3`)

// kinds are told by words that only they have.
var kinds = []struct {
	name  string
	words *regexp.Regexp
}{
	{"LGPL-3.0", lesser},
	{"AGPL", regexp.MustCompile(`(?i)affero general public license\s+version`)},
	{"GPL", regexp.MustCompile(`GNU GENERAL PUBLIC LICENSE\s+Version`)},
	{"MPL-2.0", regexp.MustCompile(`Mozilla Public License,? [Vv]ersion 2\.0`)},
	{"Apache-2.0", regexp.MustCompile(`Apache License\s+Version 2\.0`)},
	{"MIT", regexp.MustCompile(`Permission is hereby granted, free of charge`)},
	{
		"ISC",
		regexp.MustCompile(
			`Permission to use, copy, modify, and(/or)? distribute this software for any\s+purpose with or without fee`,
		),
	},
	{"BSD-3-Clause", regexp.MustCompile(`(?s)Redistribution and use.*(Neither|nor the names)`)},
	{"BSD-2-Clause", regexp.MustCompile(`Redistribution and use`)},
	{"public domain", regexp.MustCompile(`(?i)public domain`)},
}

// classify names the licences whose words a text has, in their order: behind the first there may be those of single
// files. Of several that begin at the same words it is the first of kinds. The LGPL is printed with the GPL that it
// adds to.
func classify(text string) (names []string) {
	at := map[int]string{}
	for _, k := range kinds {
		i := k.words.FindStringIndex(text)
		if i == nil || at[i[0]] != "" || k.name == "GPL" && lesser.MatchString(text) {
			continue
		}
		at[i[0]] = k.name
	}
	for _, i := range slices.Sorted(maps.Keys(at)) {
		names = append(names, at[i])
	}
	return names
}
