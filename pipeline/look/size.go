package look

import (
	"fmt"
	"maps"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// format is a size other than Tall, in pixels: the picture is a little smaller than there. Beside it goes on
// its own table, blurred and dimmed by the look's ground; below the dish, where the words stand, it fades
// into that ground. Nothing covers a post in a feed, so the words may come as near as 60 to the edges.
type format struct {
	w, h    float64
	scale   float64    // of the picture
	fade    float64    // how far into it its sides are dimmed
	from    float64    // how much of its top is cut off, measured in a tall one: less than stands above the dish
	top     float64    // middle of the shop's line
	room    float64    // for the shop's name, beside the dish
	bottom  float64    // of the name's box
	heights [3]float64 // of it, as in a plan
	drop    float64    // how much lower it stands without a price
	row     float64    // middle of the price
	less    float64    // size of the price, of that in a tall one
}

// formatOf is nothing for Tall, which is as the documents are drawn.
func formatOf(s pipeline.Size) (format, bool) {
	switch s {
	case pipeline.Square:
		return format{
			w: 1080, h: 1080, scale: .8, fade: 110, from: 156, top: 111, room: 320,
			bottom: 900, heights: [3]float64{108, 120, 130}, drop: 70, row: 968, less: .62,
		}, true
	case pipeline.Still:
		return format{
			w: 1080, h: 1350, scale: .92, fade: 80, from: 110, top: 111, room: 510,
			bottom: 1138, heights: [3]float64{166, 180, 196}, drop: 96, row: 1228, less: .8,
		}, true
	}
	return format{}, false
}

// Between these stand the words of a post in a feed.
const (
	feedLeft  = 60.0
	feedRight = 1020.0
)

// in is a look's plan for a format.
func (p plan) in(f format) plan {
	p.left, p.right, p.shopRoom = feedLeft, feedRight, min(p.shopRoom, f.room)
	p.bottom, p.heights, p.drop, p.kicker = f.bottom, f.heights, f.drop, 0
	for _, v := range []*float64{&p.price, &p.pad, &p.least, &p.gap} {
		*v *= f.less
	}
	p.old *= (1 + f.less) / 2 // it is small as it is
	return p
}

// lay moves the elements of a document that has been filled in to where they stand in the format.
func (f format) lay(doc map[string]any, p plan, photo string) {
	doc["width"], doc["height"] = f.w, f.h
	top := f.top + p.below
	var out []any
	each(doc, func(el map[string]any) {
		name, _ := el["name"].(string)
		group, _, _ := strings.Cut(name, "_")
		out = append(out, el)
		switch group {
		case "main":
			el["x"], el["y"] = f.w/2, cents((tallHeight/2-f.from)*f.scale+.6*p.below)
			el["width"], el["height"] = cents(f.w*f.scale), cents(tallHeight*f.scale)
			out = append(out[:len(out)-1], f.table(photo), el, f.side(p, "left_side", false), f.side(p, "right_side", true))
		case "top":
			el["y"], el["height"] = cents(.8*top), cents(1.6*top)
		case "scrim":
			maps.Copy(el, f.scrim(p))
		case "awning":
			el["y"], el["height"] = p.below/2, p.below
		case "shop", "logo", "ai":
			el["y"] = top
			if group == "ai" {
				el["x"] = feedRight
			}
		case "menu":
			el["width"], el["font_size_minimum"] = feedRight-feedLeft, vmin(38)
			el["x"] = feedLeft
			if p.middle {
				el["x"] = f.w / 2
			}
		case "price", "regular":
			f.lower(el, name, p)
		case "end":
			if y, ok := el["y"].(float64); ok {
				el["y"] = y - (endMiddle - f.h/2)
			}
		}
	})
	for i, e := range out {
		e.(map[string]any)["track"] = float64(i + 1)
	}
	doc["elements"] = out
}

// Of the documents, which are drawn for Tall.
const (
	tallHeight = 1920
	dishEnd    = 1030 // of a clip's dish at its nearest; a photo shows only the table below
	endMiddle  = 842  // of what stands on an end card
)

// lower sets what belongs to the price, in its smaller type.
func (f format) lower(el map[string]any, name string, p plan) {
	high, _ := el["height"].(float64)
	switch name {
	case "price_rule":
		el["y"] = f.bottom + 8
		return
	case "regular_strike":
		el["y"] = f.row + 2
		return
	case "price_text_layer":
		el["font_size_maximum"] = vmin(p.price)
	case "regular_text_layer":
		el["font_size_minimum"], el["font_size_maximum"] = vmin(24), vmin(p.old)
	}
	high *= f.less
	if name == "price_text_layer" && p.noBadge { // two lines of options need some height, and no plate bounds it
		high = max(high, 94)
	}
	el["y"], el["height"] = f.row, cents(high)
}

// vmin writes pixels in RenderScript's hundredths of the shorter side, which is 1080 in every format.
func vmin(pixels float64) string { return fmt.Sprintf("%g vmin", cents(pixels/10.8)) }

// table is what the picture stands on: the photo's part below the dish, over the whole frame and a little
// more, since a blur may let the edges through. It is the photo in a film too: cheaper than another clip.
func (f format) table(photo string) map[string]any {
	high := f.h * tallHeight / (tallHeight - dishEnd)
	return map[string]any{
		"name": "table", "type": "image", "source": photo, "time": 0.0, "duration": nil, "fit": "fill",
		"x": "50%", "y": cents(f.h - high/2), "width": "120%", "height": cents(high), "blur_radius": 120.0,
	}
}

// side dims one edge of the picture, and what is beside it: the seam between the two hardly shows.
func (f format) side(p plan, name string, right bool) map[string]any {
	edge := f.w * (1 - f.scale) / 2
	width := edge + f.fade
	x, from, to := width/2, "0%", "100%"
	if right {
		x, from, to = f.w-x, to, from
	}
	stops := []any{p.ink("0%", .6)}
	for i, alpha := range []float64{.55, .5, .38, .2, .06, 0} { // soft at both ends
		stops = append(stops, p.ink(percent(edge+f.fade*float64(i)/5, width), alpha))
	}
	return map[string]any{
		"name": name, "type": "shape", "time": 0.0, "duration": nil,
		"x": cents(x), "y": "50%", "width": cents(width), "height": "100%", "path": "M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z",
		"fill_mode": "linear", "fill_x0": from, "fill_y0": "50%", "fill_x1": to, "fill_y1": "50%", "fill_color": stops,
	}
}

// scrim is what the words stand on: the ground, into which the picture fades above them.
func (f format) scrim(p plan) map[string]any {
	words := f.bottom - f.heights[2]
	from := words - 100
	at := func(y float64) string { return percent(y-from, f.h-from) }
	return map[string]any{
		"y": cents((from + f.h) / 2), "height": cents(f.h - from),
		"fill_color": []any{
			p.ink("0%", 0), p.ink(at(words-65), .2), p.ink(at(words-25), .6), p.ink(at(words+10), .88), p.ink(at(words+50), 1), p.ink("100%", 1),
		},
	}
}

func percent(part, of float64) string { return fmt.Sprintf("%g%%", cents(100*part/of)) }

// ink is a stop of a gradient in the look's ground.
func (p plan) ink(offset string, alpha float64) any {
	return map[string]any{"offset": offset, "color": fmt.Sprintf("rgba(%s,%g)", p.ground, alpha)}
}

// still takes all that moves out of a document, and makes it a picture's.
func still(doc map[string]any) {
	for _, key := range []string{"duration", "frame_rate", "snapshot_time"} {
		delete(doc, key)
	}
	doc["output_format"] = "jpg"
	each(doc, func(el map[string]any) {
		el["time"] = 0.0
		delete(el, "animations")
	})
}
