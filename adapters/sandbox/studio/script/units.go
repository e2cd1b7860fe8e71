package script

import (
	"image/color"
	"strconv"
	"strings"
)

// Length is a size or place that depends on what it is measured against.
type Length struct {
	V    float64
	Unit Unit
}

// Unit is what a Length's number counts.
type Unit int

const (
	Unset   Unit = iota // null or absent
	Px                  // pixels of the composition
	Percent             // of the reference that the property names
	VW                  // hundredths of the composition's width, and so on
	VH
	VMin
	VMax
)

var suffixes = []struct {
	text string
	unit Unit
}{{"vmin", VMin}, {"vmax", VMax}, {"vw", VW}, {"vh", VH}, {"px", Px}, {"%", Percent}}

// parseLength reads 12, "12", "12 px", "50%" and "4 vmin".
func parseLength(v any) (Length, bool) {
	switch v := v.(type) {
	case float64:
		return Length{v, Px}, finite(v)
	case int:
		return Length{float64(v), Px}, true
	case string:
		s, unit := strings.TrimSpace(v), Px
		for _, x := range suffixes {
			if n, ok := strings.CutSuffix(s, x.text); ok {
				s, unit = strings.TrimSpace(n), x.unit
				break
			}
		}
		n, err := strconv.ParseFloat(s, 64)
		return Length{n, unit}, err == nil && finite(n)
	}
	return Length{}, false
}

// finite also bounds a number, so that sums of them stay sane.
func finite(v float64) bool { return v >= -1e6 && v <= 1e6 }

// canvas measures lengths in pixels of the output.
type canvas struct{ w, h, scale float64 }

func (c canvas) px(l Length, ref float64) float64 {
	switch l.Unit {
	case Px:
		return l.V * c.scale
	case Percent:
		return l.V / 100 * ref
	case VW:
		return l.V / 100 * c.w
	case VH:
		return l.V / 100 * c.h
	case VMin:
		return l.V / 100 * min(c.w, c.h)
	case VMax:
		return l.V / 100 * max(c.w, c.h)
	}
	return 0
}

var (
	black       = color.NRGBA{A: 255}
	transparent = color.NRGBA{}
)

var named = map[string]color.NRGBA{
	"black": black, "white": {255, 255, 255, 255}, "transparent": transparent, "red": {255, 0, 0, 255},
	"green": {0, 128, 0, 255}, "blue": {0, 0, 255, 255}, "yellow": {255, 255, 0, 255}, "gray": {128, 128, 128, 255},
}

// parseColor reads #rgb, #rrggbb, #rrggbbaa, rgb(), rgba() and a few names.
func parseColor(s string) (color.NRGBA, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if c, ok := named[s]; ok {
		return c, true
	}
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		return parseHex(hex)
	}
	open, end := strings.IndexByte(s, '('), strings.HasSuffix(s, ")")
	if !end || open < 0 || s[:open] != "rgb" && s[:open] != "rgba" {
		return transparent, false
	}
	parts := strings.Split(s[open+1:len(s)-1], ",")
	if len(parts) != 3 && len(parts) != 4 {
		return transparent, false
	}
	v := [4]float64{3: 1}
	for i, p := range parts {
		p, percent := strings.CutSuffix(strings.TrimSpace(p), "%")
		n, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return transparent, false
		}
		switch {
		case percent && i < 3:
			n *= 2.55
		case percent:
			n /= 100
		}
		v[i] = n
	}
	return color.NRGBA{byte8(v[0]), byte8(v[1]), byte8(v[2]), byte8(v[3] * 255)}, true
}

func parseHex(s string) (color.NRGBA, bool) {
	if len(s) == 3 || len(s) == 4 {
		var b strings.Builder
		for _, r := range s {
			b.WriteRune(r)
			b.WriteRune(r)
		}
		s = b.String()
	}
	if len(s) == 6 {
		s += "ff"
	}
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 8 {
		return transparent, false
	}
	return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), uint8(n)}, true
}

func byte8(v float64) uint8 {
	if !(v > 0) {
		return 0
	}
	return uint8(min(v, 255) + .5)
}
