package tracing

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// told is a history out of short words: status, step and phase of each change, a second after the one before.
func told(lines ...[3]string) (all []pipeline.Event) {
	for i, l := range lines {
		all = append(all, pipeline.Event{
			At: time.Unix(int64(i), 0), Version: int64(i + 1),
			Status: pipeline.Status(l[0]), Step: pipeline.Step(l[1]), Phase: pipeline.Phase(l[2]),
		})
	}
	return all
}

func TestAStretchIsFromOpenToRest(t *testing.T) {
	history := told(
		[3]string{"open", "fetch", "ready"}, [3]string{"open", "animate", "begun"}, [3]string{"parked", "animate", "begun"}, // 3
		[3]string{"open", "animate", "ready"}, [3]string{"open", "render", "begun"}, [3]string{"open", "deliver", "begun"}, [3]string{"delivered", "deliver", "begun"}, // 7
		[3]string{"open", "render", "ready"}, [3]string{"delivered", "deliver", "begun"}, // 9: taken back
		[3]string{"delivered", "deliver", "begun"}, // 10: an answer that nobody waits for
		[3]string{"open", "render", "ready"},       // 11
	)
	for version, want := range map[int64]struct {
		name   string
		first  int64
		status pipeline.Status
		legs   int
	}{
		3: {"order", 1, pipeline.Parked, 2},
		7: {"retry", 4, pipeline.Delivered, 3},
		9: {"cut", 8, pipeline.Cancelled, 1},
	} {
		s, found := stretchTo(version, history)
		if !found || s.name != want.name || s.events[0].Version != want.first || s.end.Version != version || s.status() != want.status || len(s.legs(nil)) != want.legs {
			t.Errorf("to %d: %+v (%v)", version, s, found)
		}
	}
	for _, version := range []int64{10, 12} {
		if s, found := stretchTo(version, history); found {
			t.Errorf("to %d: %+v", version, s)
		}
	}
	if _, found := stretchTo(1, nil); found {
		t.Error("there is a stretch in no history")
	}
}

func TestACallBelongsToTheStepInWhichItWasBegun(t *testing.T) {
	history := told(
		[3]string{"open", "render", "begun"}, [3]string{"delivered", "deliver", "begun"}, // 2, at 1 s
		[3]string{"open", "render", "ready"}, [3]string{"open", "deliver", "begun"}, [3]string{"open", "render", "ready"}, // 2 s, 3 s, 4 s
		[3]string{"failed", "render", "ready"}, // 6, at 5 s
	)
	at := func(seconds float64) time.Time { return time.Unix(0, int64(seconds*1e9)) }
	call := func(id string, begun float64) pipeline.Call {
		return pipeline.Call{ID: id, Step: pipeline.Render, Begun: at(begun)}
	}
	s, _ := stretchTo(6, history)
	legs := s.legs([]pipeline.Call{call("older", 0), call("first", 1.9), call("second", 3.9), call("third", 4.5), call("newer", 6)})
	if len(legs) != 3 || len(legs[0].calls) != 1 || len(legs[1].calls) != 0 || len(legs[2].calls) != 2 || legs[0].calls[0].ID != "first" {
		t.Errorf("%+v", legs)
	}
}

func TestTimesDontGoBackWhereClocksDiffer(t *testing.T) {
	history := told([3]string{"open", "fetch", "ready"}, [3]string{"open", "animate", "begun"}, [3]string{"open", "render", "begun"}, [3]string{"failed", "render", "begun"})
	history[2].At = time.Unix(-7, 0)
	s, _ := stretchTo(4, history)
	before := s.events[0].At
	for _, l := range s.legs(nil) {
		if l.events[0].At.Before(before) || l.end.Before(l.events[0].At) {
			t.Errorf("%s is from %s to %s", l.step, l.events[0].At, l.end)
		}
		before = l.end
	}
	if history[2].At != time.Unix(-7, 0) {
		t.Error("the history itself was changed")
	}
}
