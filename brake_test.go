package main

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func TestAPauseThatEndedElsewhereHoldsNobodyBackHere(t *testing.T) {
	e, err := sqlite.Open(t.Context(), storagetest.SQLite(t), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(e.Migrate(t.Context()))
	here := &brake{store: e, zone: time.UTC}
	check(e.SetSwitch(t.Context(), state.Paused, "telegram:1"))
	check(here.refresh(t.Context()))
	check(e.SetSwitch(t.Context(), state.Paused, "")) // another process, which has released all that it knew of
	why, wait := here.Gate(pipeline.Animate)
	if why != pipeline.ReasonPaused {
		t.Fatalf("it knows already: %q", why)
	}
	o := storagetest.NewOrder("a", time.Now())
	o.Step, o.Phase, o.Reason, o.Due = pipeline.Animate, pipeline.Ready, why, time.Now().Add(wait)
	o, _, err = e.Place(t.Context(), o)
	check(err)
	check(here.refresh(t.Context()))
	if o, err = e.Order(t.Context(), o.ID); err != nil || time.Until(o.Due) > 0 {
		t.Errorf("it waits until %v: %v", o.Due, err)
	}
	if why, _ := here.Gate(pipeline.Animate); why != "" {
		t.Errorf("it is still shut: %q", why)
	}
}
