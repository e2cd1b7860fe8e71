package service_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestUsageCheck_ACallThatWasPaidTwiceIsSeenInRunwaysOwnFigures pays behind the ledger's back.
func TestUsageCheck_ACallThatWasPaidTwiceIsSeenInRunwaysOwnFigures(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	var clips pipeline.Animator
	w.Wire = func(parts *app.Parts) { parts.Pipeline = func(o *pipeline.Options) { clips = o.Clips } }
	p := w.Start(apptest.Hurried(), nil)
	defer p.Stop()
	if _, err := p.Place("1"); err != nil {
		t.Fatal(err)
	}
	p.Ended(1)
	day := time.Now().UTC().Truncate(24 * time.Hour)
	off := func() pipeline.Credits {
		t.Helper()
		got, err := p.Monitor.Ops.Reconcile(t.Context(), "runway", day)
		if err != nil || !got.Known || got.Ours.Settled != 15_00 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got.Theirs - got.Ours.Settled
	}
	if n := off(); n != 0 {
		t.Errorf("they differ by %d though nothing happened", n)
	}
	twice := pipeline.ClipRequest{
		Photo: "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(apptest.TinyPhoto()), Prompt: "slow zoom",
		Seconds: 3,
	}
	if _, err := clips.StartClip(t.Context(), twice); err != nil {
		t.Fatal(err)
	}
	if n := off(); n != 15_00 {
		t.Errorf("they differ by %d", n)
	}
}
