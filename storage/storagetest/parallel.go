package storagetest

import (
	"flag"
	"testing"
)

// Main runs a package's tests many at a time: they wait for the queue more than they work.
func Main(m *testing.M) int {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := DropTemplate(); err != nil {
		panic(err)
	}
	return code
}
