package bottest

import (
	"fmt"
	"time"
)

// Album sends pictures that belong together, one message each.
func (t *Talk) Album(name string, captions ...string) {
	t.Helper()
	for i, c := range captions {
		u := Photo(fmt.Sprint(name, i+1), c)
		u.Album = name
		t.Does(u)
		t.Waits(100 * time.Millisecond)
	}
}
