package script

import (
	"cmp"
	"slices"
)

// Span says when an element is there, before anything is known of its media
// (creatomate.com llms/durations.md).
type Span struct {
	Track  int     // 0: none of its own neighbours
	Start  float64 // seconds
	After  bool    // starts when its neighbour on the track ends
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
		s.Start = f.seconds("time", 0)
	} else {
		s.After = s.Track > 0
	}
	v, written := f.m["duration"]
	f.known("duration")
	switch {
	case v == "media":
		if s.Mode != OfMedia {
			f.bad("duration")
		}
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
	total := c.Duration
	if total == 0 {
		total = ends(turns(c, 0, length))
	}
	if total == 0 {
		total = 5 // a composition without anything that has a length
	}
	total = min(total, maxSeconds)
	all := turns(c, total, length)
	for i := range all {
		all[i].end = min(all[i].end, total)
	}
	return all, total
}

func ends(all []turn) (last float64) {
	for _, t := range all {
		last = max(last, t.end)
	}
	return last
}

// turns lays out all tracks in a composition of the given length. While it is 0, it isn't known yet:
// what stretches has no length.
func turns(c Composition, total float64, length func(e Element) float64) []turn {
	all := make([]turn, len(c.Elements))
	tracks := map[int][]int{}
	for i, e := range c.Elements {
		if e.Span.Track > 0 {
			tracks[e.Span.Track] = append(tracks[e.Span.Track], i)
		} else {
			tracks[-1-i] = []int{i}
		}
	}
	for _, members := range tracks {
		line(c, members, total, all, length)
	}
	return all
}

// line lays one track's members one after the other. An element ends at the latest where the next begins.
func line(c Composition, members []int, total float64, all []turn, length func(e Element) float64) {
	at := 0.0
	open := map[int]bool{}
	for _, i := range members {
		s := c.Elements[i].Span
		long := 0.0
		switch s.Mode {
		case Fixed:
			long = s.Length
		case OfMedia:
			long = length(c.Elements[i])
		default:
			open[i] = true
		}
		start := s.Start
		if s.After {
			start = at
		}
		at = start + long
		all[i] = turn{start, at}
	}
	slices.SortStableFunc(members, func(a, b int) int { return cmp.Compare(all[a].start, all[b].start) })
	for k, i := range members {
		next := max(total, all[i].end)
		if k+1 < len(members) {
			next = all[members[k+1]].start
		}
		if open[i] {
			all[i].end = max(next, all[i].start)
		} else {
			all[i].end = min(all[i].end, max(next, all[i].start))
		}
	}
}
