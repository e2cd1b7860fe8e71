package storage_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// TestMigrations_ReleasedOnesAreNeverEdited holds every file that a release had against its checksum: databases
// have applied it, and won't again. What should be otherwise is another migration. script/freeze extends the list.
func TestMigrations_ReleasedOnesAreNeverEdited(t *testing.T) {
	list, err := os.Open("migrations.sha256")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	files := 0
	for lines := bufio.NewScanner(list); lines.Scan(); files++ {
		want, name, _ := strings.Cut(lines.Text(), "  storage/")
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s was edited after its release: take the edit back, and write another migration", name)
		}
	}
	if files < 12 {
		t.Errorf("only %d files are listed", files)
	}
}
