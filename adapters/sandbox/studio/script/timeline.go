package script

import (
	"cmp"
	"slices"
)

// Span says when an element is there, before anything is known of its media
// (creatomate.com llms/durations.md).
type Span struct {
	Track  int // 0: none of its own neighbours
	Start  float64
	After  bool // starts when its neighbour on the track ends
	Mode   Mode
	Length float64 // seconds, for Fixed
}

// Mode is how an element's duration is found.
type Mode int

const (
	Stretch Mode = iota // to the next element on its track or the composition's end
	Fixed
	OfMedia // as long as the file
)

func span(f *fields, kind Kind) Span {
	s := Span{Track: f.integer("track", 0)}
	if kind == KindVideo || kind == KindAudio {
		s.Mode = OfMedia
	}
	if _, ok := f.value("time"); ok {
		s.Start = max(f.seconds("time", 0), 0)
	} else {
		s.After = s.Track > 0
	}
	v, written := f.m["duration"]
	f.known("duration")
	switch {
	case v == "media":
		s.Mode = OfMedia
	case written && v == nil:
		s.Mode = Stretch
	case written:
		if n := f.seconds("duration", -1); n >= 0 {
			s.Mode, s.Length = Fixed, n
		}
	}
	return s
}

// turn is when an element is on, in seconds.
type turn struct{ start, end float64 }

func (t turn) on(at float64) bool { return at >= t.start-1e-9 && at < t.end-1e-9 }

// schedule works out every element's turn and how long the composition is. length tells how long
// an element's file plays.
func schedule(c Composition, length func(e Element) float64) ([]turn, float64) {
	turns := make([]turn, len(c.Elements))
	open := make([]bool, len(c.Elements))
	tracks := map[int][]int{}
	for i, e := range c.Elements {
		if e.Span.Track > 0 {
			tracks[e.Span.Track] = append(tracks[e.Span.Track], i)
		} else {
			tracks[-1-i] = []int{i}
		}
	}
	total := c.Duration
	for _, members := range tracks {
		total = max(total, line(c, members, turns, open, length))
	}
	if c.Duration > 0 {
		total = c.Duration
	} else if total == 0 {
		total = 5 // a composition without anything that has a length
	}
	total = min(total, maxSeconds)
	for i := range turns {
		if open[i] {
			turns[i].end = total
		}
		turns[i].end = min(turns[i].end, total)
	}
	return turns, total
}

// line lays one track's members one after the other and returns where the last ends that has an end.
func line(c Composition, members []int, turns []turn, open []bool, length func(e Element) float64) float64 {
	at := 0.0
	for _, i := range members {
		s := c.Elements[i].Span
		start := s.Start
		if s.After {
			start = at
		}
		turns[i] = turn{start, start}
		switch s.Mode {
		case Fixed:
			turns[i].end += s.Length
		case OfMedia:
			turns[i].end += length(c.Elements[i])
		default:
			open[i] = true
		}
		at = turns[i].end
	}
	slices.SortStableFunc(members, func(a, b int) int { return cmp.Compare(turns[a].start, turns[b].start) })
	for k, i := range members[:len(members)-1] {
		if next := turns[members[k+1]].start; open[i] {
			turns[i].end, open[i] = next, false
		} else {
			turns[i].end = min(turns[i].end, max(next, turns[i].start))
		}
	}
	end := 0.0
	for _, i := range members {
		end = max(end, turns[i].end)
	}
	return end
}
