package main

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestWhileTheGateIsShutNothingIsBought(t *testing.T) {
	w := newWorld(t, databases()["sqlite"](t))
	var shut atomic.Bool
	shut.Store(true)
	asked := make(chan struct{}, 1000)
	p := w.start(talkative(), nil)
	t.Cleanup(p.stop)
	p.pipe.Gate = func(pipeline.Step) (pipeline.Reason, time.Duration) {
		asked <- struct{}{}
		if shut.Load() {
			return pipeline.ReasonPaused, 100 * time.Millisecond
		}
		return "", 0
	}
	o, err := p.place("a")
	if err != nil {
		t.Fatal(err)
	}
	held := func(n int64) func(pipeline.Order) bool {
		return func(o pipeline.Order) bool {
			return o.Phase == pipeline.Ready && o.Reason == pipeline.ReasonPaused && o.Version >= n
		}
	}
	first := p.until(o.ID, held(1))
	late := time.After(patience)
	for range 4 { // it is asked about again and again, and nothing is written
		select {
		case <-asked:
		case <-late:
			t.Fatal("nobody asks again")
		}
	}
	if o := p.until(o.ID, held(1)); o.Version != first.Version {
		t.Errorf("version %d became %d", first.Version, o.Version)
	}
	w.bought(o.ID, 0, 0)
	shut.Store(false)
	if o := p.until(o.ID, delivered); o.Reason != "" {
		t.Errorf("the reason stays: %s", o.Reason)
	}
	w.bought(o.ID, 1, 1)
}
