package pipeline_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestFraming_ClipShapeIsTheClipsOwn(t *testing.T) {
	for _, x := range []struct {
		f    pipeline.Framing
		want float64
	}{
		{pipeline.Framing{}, 9. / 16}, {pipeline.Framing{Ratio: "1:1"}, 1},
		{pipeline.Framing{Ratio: "1:1", ClipW: 832, ClipH: 1104}, 832. / 1104},
	} {
		if got := x.f.ClipShape(); got != x.want {
			t.Errorf("%+v: %g, want %g", x.f, got, x.want)
		}
	}
}

func TestPrepareClip_WhatIsCutIsTheClipThatIsKept(t *testing.T) {
	for name, x := range map[string]struct {
		clip    pipeline.Clip
		err     error
		seconds float64 // of the cut
		w, h    int
		kept    string // empty: the clip as it came
	}{
		"slower": {
			pipeline.Clip{W: 960, H: 960, Seconds: 4.8, Slower: strings.NewReader("slow")}, nil, 4.8, 960, 960, "slow",
		},
		"as it came":     {pipeline.Clip{W: 832, H: 1104, Seconds: 5.04}, nil, 5.04, 832, 1104, ""},
		"not understood": {pipeline.Clip{W: 1, H: 1, Seconds: 4}, errors.New("no MP4"), 3, 0, 0, ""},
		"much too long":  {pipeline.Clip{W: 1, H: 1, Seconds: 4000}, nil, 3, 0, 0, ""},
		"of no length":   {pipeline.Clip{W: 1, H: 1, Seconds: .01}, nil, 3, 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.opts.PrepareClip = func(file io.ReadSeeker) (pipeline.Clip, error) {
					_, err := io.ReadAll(file)
					return x.clip, errors.Join(err, x.err)
				}
				w.build()
				defer w.queue()()
				o := w.place()
				w.sleep(2 * time.Minute)
				w.delivered(o.ID)
				got := w.order(o.ID)
				if f := got.Framing; f.ClipW != x.w || f.ClipH != x.h {
					t.Errorf("the clip is %d x %d", f.ClipW, f.ClipH)
				}
				if cut := w.cuts.cuts[0]; cut.Seconds != x.seconds {
					t.Errorf("a cut of a clip of %g s", cut.Seconds)
				}
				kept, err := w.blobs.Open(t.Context(), got.ClipKey)
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(kept)
				if err != nil || x.kept != "" && string(b) != x.kept ||
					x.kept == "" && !strings.Contains(string(b), "ftyp") {
					t.Errorf("%q is kept, %v", b, err)
				}
			})
		})
	}
}
