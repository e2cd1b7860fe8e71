package rules

import (
	"os"
	"testing"
)

// TestMain has all tests see the repository from its root.
func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
