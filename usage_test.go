package main

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestACallThatWasPaidTwiceIsSeenInRunwaysOwnFigures pays behind the ledger's back.
func TestACallThatWasPaidTwiceIsSeenInRunwaysOwnFigures(t *testing.T) {
	t.Parallel()
	p := newWorld(t, databases()["sqlite"](t)).start(hurried(), nil)
	defer p.stop()
	if _, err := p.place("1"); err != nil {
		t.Fatal(err)
	}
	p.ended(1, patience)
	day := time.Now().UTC().Truncate(24 * time.Hour)
	off := func() pipeline.Credits {
		t.Helper()
		got, err := p.monitor.ops.Reconcile(t.Context(), "runway", day)
		if err != nil || !got.Known || got.Ours.Settled != 15_00 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got.Theirs - got.Ours.Settled
	}
	if n := off(); n != 0 {
		t.Errorf("they differ by %d though nothing happened", n)
	}
	twice := pipeline.ClipRequest{Photo: "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(tinyPhoto()), Prompt: "slow zoom", Seconds: 3}
	if _, err := p.monitor.runway.StartClip(t.Context(), twice); err != nil {
		t.Fatal(err)
	}
	if n := off(); n != 15_00 {
		t.Errorf("they differ by %d", n)
	}
}
