package look

import (
	"fmt"
	"math"

	"github.com/sajangpick/sajangpick/pipeline"
)

// el is an element of a RenderScript document.
type el = map[string]any

// sheet collects the elements of a document in the order in which they are painted, measured in pixels.
type sheet struct {
	w, h     float64
	still    bool
	from, to float64 // seconds between which what is added is seen; to 0: the end
	turn     *tilt   // of what is added; nil: it stands upright
	rise     float64 // pixels that what is added comes up by, in half a second
	elements []any
}

// tilt turns elements about a point.
type tilt struct{ x, y, degrees float64 }

// rect is a part of the picture.
type rect struct{ x, y, w, h float64 }

func (r rect) midX() float64 { return r.x + r.w/2 }

func (r rect) midY() float64 { return r.y + r.h/2 }

func (r rect) right() float64 { return r.x + r.w }

func (r rect) bottom() float64 { return r.y + r.h }

func (r rect) inset(d float64) rect { return rect{r.x + d, r.y + d, r.w - 2*d, r.h - 2*d} }

// add puts an element on top of those that are there, on a track of its own: elements of one track follow each other.
func (s *sheet) add(e el) {
	e["track"] = float64(len(s.elements) + 1)
	e["time"], e["duration"] = 0.0, any(nil)
	if !s.still {
		e["time"] = cents(s.from)
		if s.to > 0 {
			e["duration"] = cents(s.to - s.from)
		}
	} else {
		delete(e, "animations")
	}
	s.elements = append(s.elements, e)
}

// at places an element by its middle, turned if the sheet is.
func (s *sheet) at(e el, r rect) el {
	x, y := r.midX(), r.midY()
	if t := s.turn; t != nil {
		sin, cos := math.Sincos(t.degrees * math.Pi / 180)
		dx, dy := x-t.x, y-t.y
		x, y = t.x+dx*cos-dy*sin, t.y+dx*sin+dy*cos
		e["z_rotation"] = fmt.Sprintf("%g°", t.degrees)
	}
	if s.rise > 0 {
		e["animations"] = []any{rises(s.rise, r.h, .5)}
	}
	e["x"], e["y"], e["width"], e["height"] = cents(x), cents(y), cents(r.w), cents(r.h)
	return e
}

// whole is a rectangle as a path, in percent of its box.
const whole = "M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z"

// box adds a rectangle of one colour.
func (s *sheet) box(name string, r rect, colour string, more ...el) {
	s.path(name, r, whole, colour, more...)
}

// path adds a shape; what more says is added to the element.
func (s *sheet) path(name string, r rect, path, colour string, more ...el) {
	e := el{"name": name, "type": "shape", "path": path, "fill_color": colour}
	s.add(with(s.at(e, r), more))
}

// fade adds a rectangle whose colour, a "r,g,b", gets denser from its top to its bottom: alphas at even distances.
func (s *sheet) fade(name string, r rect, rgb string, alphas ...float64) {
	var stops []any
	for i, a := range alphas {
		offset := 100 * float64(i) / float64(len(alphas)-1)
		stops = append(stops, el{
			"offset": fmt.Sprintf("%g%%", cents(offset)), "color": fmt.Sprintf("rgba(%s,%g)", rgb, a),
		})
	}
	s.add(s.at(el{
		"name": name, "type": "shape", "path": whole, "fill_mode": "linear",
		"fill_x0": "50%", "fill_y0": "0%", "fill_x1": "50%", "fill_y1": "100%", "fill_color": stops,
	}, r))
}

// outline adds the four sides of a frame.
func (s *sheet) outline(name string, r rect, width float64, colour string, more ...el) {
	px, py := 100*width/r.w, 100*width/r.h
	path := fmt.Sprintf("M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z M %[1]g %[2]g L %[1]g %[4]g L %[3]g %[4]g L %[3]g "+
		"%[2]g L %[1]g %[2]g Z",
		px, py, 100-px, 100-py)
	s.path(name, r, path, colour, more...)
}

// style is how a text is set.
type style struct {
	face     typeface
	size     float64 // in pixels, at most; a text that turns out wider than its box shrinks
	colour   string
	align    float64 // 0: left, .5: in the middle, 1: right
	tracking float64 // in ems
	lead     float64 // from line to line, in ems; 0: the typeface's own
}

// leading is from line to line, in ems.
func (st style) leading() float64 {
	if st.lead != 0 {
		return st.lead
	}
	return st.face.lead
}

// text adds words in a box, between whose top and bottom they stand in the middle. Lines end where the words say so.
func (s *sheet) text(name string, r rect, words string, st style, more ...el) {
	e := el{
		"name": name, "type": "text", "text": words,
		"font_family": st.face.family, "font_weight": st.face.weight, "font_size": nil,
		"font_size_minimum": vmin(.55 * st.size), "font_size_maximum": vmin(st.size),
		"letter_spacing": fmt.Sprintf("%g%%", cents(100*st.tracking)),
		"line_height":    fmt.Sprintf("%g%%", cents(100*st.leading())),
		"text_wrap":      false, "fill_color": st.colour,
		"x_alignment": fmt.Sprintf("%g%%", 100*st.align), "y_alignment": "50%",
	}
	s.add(with(s.at(e, r), more))
}

func with(e el, more []el) el {
	for _, m := range more {
		for k, v := range m {
			e[k] = v
		}
	}
	return e
}

// image adds a picture that is shown whole in its box.
func (s *sheet) image(name, source string, r rect, more ...el) {
	s.add(with(s.at(el{"name": name, "type": "image", "source": source, "fit": "contain"}, r), more))
}

// vmin writes pixels in RenderScript's hundredths of the shorter side, which is 1080 in every size.
func vmin(pixels float64) string { return fmt.Sprintf("%g vmin", cents(pixels/10.8)) }

func cents(v float64) float64 { return math.Round(v*100) / 100 }

// Animations. All begin from a state that can be read, since the first frame is the thumbnail.
func moved(list ...any) el { return el{"animations": list} }

// rises lets an element of a height come up by some pixels.
func rises(pixels, height, seconds float64) any {
	return el{"type": "slide", "time": "start", "duration": seconds, "easing": "cubic-out", "scope": "element",
		"direction": "90°", "distance": fmt.Sprintf("%g%%", cents(100*pixels/height)), "fade": false}
}

func grows(from, seconds float64, easing string) el {
	return el{"type": "scale", "time": "start", "duration": seconds, "easing": easing, "fade": false,
		"start_scale": fmt.Sprintf("%g%%", from), "end_scale": "100%"}
}

// draws lets a line grow from its left end.
func draws(from, seconds float64) any {
	return el{"type": "scale", "time": "start", "duration": seconds, "easing": "cubic-out", "fade": false,
		"axis": "x", "x_anchor": "0%", "start_scale": fmt.Sprintf("%g%%", from), "end_scale": "100%"}
}

// shadow is behind letters or shapes.
func shadow(colour string, x, y, blur float64) el {
	return el{"shadow_color": colour, "shadow_blur": vmin(blur), "shadow_x": vmin(x), "shadow_y": vmin(y)}
}

// film puts the clip, or without one the photo, where it covers a part of the picture; what sticks out of that part
// is to be covered by a ground that is added later. Over at least 4.5 seconds a shorter clip is shown again, and
// dissolves into itself.
func (s *sheet) film(r pipeline.CutRequest, window rect) {
	x, y := focus(r.Framing)
	box := covering(window, shapeOf(r), x, y)
	if r.Clip == "" {
		s.add(s.at(el{
			"name": "main_video_layer", "type": "image", "source": r.Photo, "fit": "cover",
			"animations": []any{el{
				"type": "scale", "time": "start", "duration": nil, "easing": "linear", "fade": false,
				"start_scale": "100%", "end_scale": "108%", "x_anchor": percent(x), "y_anchor": percent(y),
			}},
		}, box))
		return
	}
	n, total := takes(r.Seconds)
	for i := range n {
		e := el{
			"name": "main_video_layer", "type": "video", "source": r.Clip, "fit": "cover", "loop": false,
			"volume": "0%",
		}
		s.from = float64(i) * (r.Seconds - dissolve)
		if i > 0 {
			e["name"] = fmt.Sprintf("again_video_layer_%d", i+1)
			e["animations"] = []any{
				el{"type": "fade", "time": "start", "duration": dissolve, "easing": "sinusoid-in-out"},
			}
		}
		s.to = min(s.from+r.Seconds, total)
		s.add(s.at(e, box))
	}
	s.from, s.to = 0, 0
}

// shapeOf is the width:height of the clip, or of the photo where there is none.
func shapeOf(r pipeline.CutRequest) float64 {
	if r.Clip == "" {
		return r.Framing.PhotoShape()
	}
	return r.Framing.ClipShape()
}

func percent(v float64) string { return fmt.Sprintf("%g%%", cents(100*v)) }

// focus is the middle of the dish, as fractions of the picture; the picture's own where that isn't known.
func focus(f pipeline.Framing) (x, y float64) {
	if f.Sure == 0 {
		return .5, .5
	}
	return (f.Dish.Left + f.Dish.Right) / 2, (f.Dish.Top + f.Dish.Bottom) / 2
}

// covering is where a picture of a shape stands so that it fills a window, its focus as near to the window's middle
// as that allows.
func covering(window rect, shape float64, fx, fy float64) rect {
	w := max(window.w, window.h*shape)
	h := w / shape
	return rect{
		x: min(max(window.midX()-fx*w, window.right()-w), window.x),
		y: min(max(window.midY()-fy*h, window.bottom()-h), window.y),
		w: w, h: h,
	}
}
