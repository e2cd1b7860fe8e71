package apptest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Flood places n orders, at most so many under way, and waits for all of them.
func (p *Process) Flood(b *testing.B, n, atOnce int) {
	room := make(chan struct{}, atOnce)
	var people sync.WaitGroup
	people.Go(func() {
		for range n {
			o := <-p.Engine.Ends
			if o.Status != pipeline.Delivered {
				b.Errorf("order %d: %s %s", o.ID, o.Status, o.Detail)
			}
			<-room
		}
	})
	for i := range n {
		room <- struct{}{}
		people.Go(func() {
			if _, err := p.Place(fmt.Sprintf("flood-%d-%d", b.N, i)); err != nil {
				b.Error(err)
			}
		})
	}
	people.Wait()
}
