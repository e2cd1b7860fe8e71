package clipcheck

import (
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// TestJudge_TellsGoodClipsOfOurSampleFromChangedOnes is the evaluation in small: of the sample photo, some kinds of
// good clips and of changed ones.
func TestJudge_TellsGoodClipsOfOurSampleFromChangedOnes(t *testing.T) {
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := photoScene("sample", samplePhoto(t), oval{0.49, 0.555, 0.46, 0.25})
	other := photoScene("stew", paint(menu["stew"]), s.dish)
	good := []string{
		"much nearer", "turn", "arc", "by hand", "light", "warmer", "steam", "sizzles", "grain", "all of it",
	}
	bad := []string{
		"another dish", "another dish for a while", "black", "garbled", "hand", "the dish replaced", "the dish melts",
		"half removed", "a third recoloured", "a third covered by a thing", "a tenth replaced",
		"a tenth covered by a thing",
	}
	var clips []trial
	for _, c := range append(s.goods(), s.bads(other)...) {
		if c.good && slices.Contains(good, c.kind) || !c.good && slices.Contains(bad, c.kind) {
			clips = append(clips, c)
		}
	}
	if len(clips) != len(good)+len(bad) {
		t.Fatalf("%d clips", len(clips))
	}
	for _, j := range judgeAll(t, tool, clips) {
		another := strings.HasPrefix(j.kind, "another dish")
		if j.Changed() == j.good || another && !j.Another() {
			t.Errorf("%s (good: %v): %v", j.kind, j.good, j.Verdict)
		}
	}
}

func BenchmarkClipCheck_ComparesAFrame(b *testing.B) {
	im := samplePhoto(b)
	c := newComparison(im, w, h)
	f := ffmpeg.NewFrame(c.frame.y.w, c.frame.y.h)
	ffmpeg.FromRGBA(f, resized(eye{zoom: 1.1}.look(im, oval{.5, .4, .4, .2}, w, h), f.W, f.H))
	for b.Loop() {
		c.see(f, 0)
	}
}
