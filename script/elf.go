//go:build ignore

// elf FILE: fails when a Linux program asks for an interpreter or a shared library.
package main

import (
	"debug/elf"
	"fmt"
	"os"
)

func main() {
	f, err := elf.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	libraries, _ := f.ImportedLibraries() // a static program has no list, which is an error here
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			fmt.Fprintf(os.Stderr, "%s isn't static: it has %s and asks for %q\n", os.Args[1], p.Type, libraries)
			os.Exit(1)
		}
	}
}
