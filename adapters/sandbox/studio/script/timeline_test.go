package script

import (
	"math"
	"testing"
)

func times(t *testing.T, root, elements string) ([]turn, float64) {
	t.Helper()
	c := parse(t, `{"width":100,"height":100,`+root+`"elements":[`+elements+`]}`)
	return schedule(c, func(Element) float64 { return 3 })
}

func TestTimeline_ElementsOfOneTrackFollowEachOther(t *testing.T) {
	turns, total := times(t, "", `{"type":"text","track":1,"duration":2},{"type":"text","track":1,"duration":1.5},{"type":"text","track":2,"time":1,"duration":1}`)
	if turns[0] != (turn{0, 2}) || turns[1] != (turn{2, 3.5}) || turns[2] != (turn{1, 2}) || total != 3.5 {
		t.Errorf("%v, %g s", turns, total)
	}
}

func TestTimeline_ADurationOfNullStretchesToTheEnd(t *testing.T) {
	turns, total := times(
		t, `"duration":7,`,
		`{"type":"video","track":1,"time":0,"duration":null,"source":"v"},{"type":"text","track":2,"time":1}`,
	)
	if turns[0] != (turn{0, 7}) || turns[1] != (turn{1, 7}) || total != 7 {
		t.Errorf("%v, %g s", turns, total)
	}
}

func TestTimeline_ADurationOfNullEndsAtTheNextOnItsTrack(t *testing.T) {
	turns, _ := times(
		t, `"duration":9,`,
		`{"type":"text","track":1,"time":0,"duration":null},{"type":"text","track":1,"time":4,"duration":2}`,
	)
	if turns[0] != (turn{0, 4}) || turns[1] != (turn{4, 6}) {
		t.Errorf("%v", turns)
	}
}

func TestTimeline_ACompositionWithoutADurationIsAsLongAsItsMedia(t *testing.T) {
	turns, total := times(t, "", `{"type":"video","track":1,"source":"v"},{"type":"text","track":2,"duration":null}`)
	if total != 3 || turns[1] != (turn{0, 3}) {
		t.Errorf("%v, %g s", turns, total)
	}
	if _, total := times(t, "", `{"type":"text","duration":null}`); total != 5 {
		t.Errorf("nothing with a length: %g s", total)
	}
}

func TestEasings_StartAndEndWhereTheyShould(t *testing.T) {
	for name, f := range easings {
		if a, b := f(0), f(1); math.Abs(a) > 1e-9 || math.Abs(b-1) > 1e-9 {
			t.Errorf("%s runs from %g to %g", name, a, b)
		}
	}
	if ease("back-out", .7) <= 1 || ease("cubic-out", .3) < .6 || ease("quadratic-in", .3) > .1 {
		t.Error("an easing bends the wrong way")
	}
}

func TestAnimation_SticksToItsEdge(t *testing.T) {
	on := turn{2, 6}
	in := Animation{Duration: 1}
	out := Animation{Duration: 1, AtEnd: true, Reversed: true}
	all := Animation{}
	for _, c := range []struct {
		a    Animation
		at   float64
		want float64
	}{{in, 2, 0}, {in, 2.5, .5}, {in, 5, 1}, {out, 4, 1}, {out, 5.5, .5}, {out, 6, 0}, {all, 4, .5}} {
		if got := c.a.progress(c.at, on); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v at %g: %g", c.a, c.at, got)
		}
	}
}

func TestPose_FollowsItsAnimations(t *testing.T) {
	c := canvas{w: 1000, h: 2000, scale: 1}
	f := frame{x: 100, y: 200, w: 400, h: 100, px: 300, py: 250}
	at := func(a Animation, t float64) pose {
		return c.pose(Element{Opacity: 1, Animations: []Animation{a}}, f, turn{0, 10}, t)
	}
	up := Animation{Type: "slide", Duration: 1, Direction: math.Pi / 2, Distance: Length{50, Percent}}
	if p := at(up, 0); math.Abs(p.dy-50) > 1e-9 || math.Abs(p.dx) > 1e-9 {
		t.Errorf("a slide up starts %+v", p)
	}
	if p := at(up, 1); p.dy != 0 || p.dx != 0 {
		t.Errorf("a slide up ends %+v", p)
	}
	across := Animation{Type: "scale", Duration: 1, Axis: "x", To: 1, XAnchor: Length{0, Percent}}
	if p := at(across, .5); p.sx != .5 || p.sy != 1 || p.dx != -100 {
		t.Errorf("a scale from the left is %+v", p)
	}
	if p := at(Animation{Type: "fade", Duration: 2}, .5); p.opacity != .25 {
		t.Errorf("a fade is %+v", p)
	}
}
