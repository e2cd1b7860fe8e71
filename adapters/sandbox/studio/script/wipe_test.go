package script

import (
	"fmt"
	"image/color"
	"testing"
)

func TestAWipeUncoversFromItsAnchorInItsDirection(t *testing.T) {
	white, grey := color.RGBA{255, 255, 255, 255}, color.RGBA{128, 128, 128, 255}
	for _, q := range []struct {
		options   string
		seen, not [2]int
	}{
		{`"x_anchor":"0%"`, [2]int{40, 100}, [2]int{160, 100}},
		{`"x_anchor":"100%"`, [2]int{160, 100}, [2]int{40, 100}},
		{`"start_angle":"90°","end_angle":"90°"`, [2]int{100, 160}, [2]int{100, 40}}, // upwards
		{`"start_angle":"270°"`, [2]int{100, 40}, [2]int{100, 160}},
		{`"x_anchor":"50%"`, [2]int{100, 20}, [2]int{30, 100}},
		{`"start_angle":"45°"`, [2]int{30, 170}, [2]int{170, 30}},
		{`"time":"end","reversed":true`, [2]int{40, 100}, [2]int{160, 100}},
	} {
		for _, radius := range []int{0, 4} { // by rows, and as a layer
			el := fmt.Sprintf(`{"type":"shape","width":"100%%","height":"100%%","border_radius":%d,"fill_color":"#fff",%s,"animations":[{"type":"wipe","duration":1,"fade":false,%s}]}`, radius, rect, q.options)
			at := .45
			if q.options[1] == 't' {
				at = 3.55
			}
			f := paintAt(t, el, at)
			near(t, "uncovered by "+q.options, f, q.seen[0], q.seen[1], white, 3)
			near(t, "still covered by "+q.options, f, q.not[0], q.not[1], grey, 3)
		}
	}
}

func TestWhatIsHalfWipedHidesNothingBelow(t *testing.T) {
	f := paintAt(t, `{"type":"shape","width":40,"height":40,"x":150,"fill_color":"#f00","border_radius":1,`+rect+`},
		{"type":"shape","width":"100%","height":"100%","fill_color":"#fff",`+rect+`,"animations":[{"type":"wipe","duration":1,"fade":false}]}`, .5)
	near(t, "the red one", f, 150, 100, color.RGBA{255, 0, 0, 255}, 6)
	near(t, "the white one", f, 50, 100, color.RGBA{255, 255, 255, 255}, 6)
}
