package app

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/memorytest"
)

// backedUp copies the flags of a database, as a backup does.
func backedUp(t *testing.T, from *memorytest.Store) *memorytest.Store {
	t.Helper()
	to := &memorytest.Store{}
	for _, name := range []string{nameFlag, useFlag} {
		value, err := from.Flag(t.Context(), name)
		if err := errors.Join(err, to.SetFlag(t.Context(), name, value)); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestLastUse_ABackupThatWasPutBackIsNoticed(t *testing.T) {
	blobs, err := disk.New(t.TempDir(), disk.Options{Signer: sign.New([]byte("secret"), nil)})
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	synctest.Test(t, func(t *testing.T) {
		ctx, database := t.Context(), &memorytest.Store{}
		note := func(s *memorytest.Store) error { return lastUse{s, blobs}.note(ctx) }
		for range 3 {
			if err := note(database); err != nil {
				t.Fatalf("it is in use, and nothing was put back: %v", err)
			}
			time.Sleep(time.Minute)
		}
		backup, same := backedUp(t, database), backedUp(t, database)
		if err := note(same); err != nil {
			t.Errorf("nothing was done since the backup: %v", err)
		}
		database = same
		time.Sleep(time.Hour)
		if err := note(database); err != nil {
			t.Fatal(err)
		}
		var older *OlderError
		for range 2 { // it doesn't get used to it
			if err := note(backup); !errors.As(err, &older) || older.Files.Sub(older.Database) != 61*time.Minute ||
				!strings.Contains(
					err.Error(), "2000-01-01 00:02:00 UTC",
				) || !strings.Contains(err.Error(), "sajangpick restored") {
				t.Errorf("a backup of an hour ago: %v", err)
			}
		}
		again := backedUp(t, backup)
		if err := (lastUse{backup, blobs}).renew(ctx); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := note(backup); err != nil {
				t.Errorf("after it was restored: %v", err)
			}
		}
		if err := note(again); !errors.As(err, &older) {
			t.Errorf("the same backup is put back once more: %v", err)
		}
		if err := note(&memorytest.Store{}); err != nil {
			t.Errorf("a new database beside old files: %v", err)
		}
	})
}
