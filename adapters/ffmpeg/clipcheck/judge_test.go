package clipcheck

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
	"golang.org/x/image/draw"
)

var (
	judgePhotos = flag.String("judge.photos", "", "folder with photos of dishes that clips are made of")
	judgeFilms  = flag.String("judge.films", "", "folder with films, each of one dish that stays the same")
	judgeKinds  = flag.String("judge.kinds", ".", "pattern of the kinds of clips that are judged")
	judgeTable  = flag.String("judge.table", "", "file for a row of each clip that was judged, as CSV")
)

func TestMain(m *testing.M) {
	worker.Serve(photo.Work)
	os.Exit(m.Run())
}

const (
	clipFrames = 20 // of a clip that is made, 8 a second
	margin     = 1.08
	visible    = 14. // levels: a change of less on average isn't seen
)

// scene is what clips are made of: a photo, or a film of which each frame is there.
type scene struct {
	name  string
	wide  *image.RGBA   // a photo with some more around it than the clip's first frame shows
	film  []*image.RGBA // nil: of the photo
	photo *image.RGBA   // the clip's first frame
	dish  oval          // in wide, or in the film
}

func (s scene) size() (w, h int) { return s.photo.Rect.Dx(), s.photo.Rect.Dy() }

// view is the dish as the photo has it.
func (s scene) view() oval {
	if s.film != nil {
		return s.dish
	}
	return oval{(s.dish.x-.5)*margin + .5, (s.dish.y-.5)*margin + .5, s.dish.rx * margin, s.dish.ry * margin}
}

func photoScene(name string, im image.Image, dish oval) scene {
	b := im.Bounds()
	w, h := sizeOf(b.Dx(), b.Dy())
	w, h = w*3/2, h*3/2
	s := scene{
		name: name, wide: image.NewRGBA(image.Rect(0, 0, int(margin*float64(w)), int(margin*float64(h)))), dish: dish,
	}
	draw.CatmullRom.Scale(s.wide, s.wide.Rect, im, b, draw.Src, nil)
	s.photo = eye{zoom: margin}.look(s.wide, dish, w, h)
	return s
}

// trial is a clip that is judged.
type trial struct {
	scene  scene
	kind   string
	good   bool
	crf    int
	frames func(n int) *image.RGBA
	n      int
}

func seedOf(words ...string) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w))
	}
	return h.Sum64()
}

func moment(n, of int) float64 { return float64(n) / float64(of-1) }

// seen is what the eye of a motion sees of a picture at a time.
func (s scene) seen(m motion, im *image.RGBA, t float64, seed uint64) *image.RGBA {
	w, h := s.size()
	e := m.eye(t)
	e.zoom *= margin
	out := e.look(im, s.dish, w, h)
	if m.more != nil {
		out = m.more(out, s.view(), t, seed)
	}
	return out
}

// goods are the good clips of a scene.
func (s scene) goods() (all []trial) {
	if s.film != nil {
		return []trial{{s, "film", true, 0, func(n int) *image.RGBA { return s.film[n] }, len(s.film)}}
	}
	for _, m := range motions() {
		seed := seedOf(s.name, m.name)
		all = append(all, trial{s, m.name, true, m.crf, func(n int) *image.RGBA {
			return s.seen(m, s.wide, moment(n, clipFrames), seed)
		}, clipFrames})
	}
	return all
}

// bads are clips that make another dish of a scene's, in the course of some motion. Changes that nobody would see are
// left out.
func (s scene) bads(other scene) (all []trial) {
	moves := motions()
	for i, c := range changes() {
		seed := seedOf(s.name, c.name)
		rnd := rand.New(rand.NewPCG(seed, 1))
		m := moves[(i*7+int(seed%5))%len(moves)]
		first := s.wide
		if s.film != nil {
			first = s.film[min(len(s.film), clipFrames)-1]
		}
		another := resized(other.photo, first.Rect.Dx(), first.Rect.Dy())
		make := func(im *image.RGBA, part oval) *image.RGBA {
			return c.make(im, another, part, rand.New(rand.NewPCG(seed, 2)))
		}
		part, ok := oval{}, false
		for range 12 {
			part = s.dish.piece(rnd, c.part)
			if ok = differ(first, make(first, part), part) >= visible; ok {
				break
			}
		}
		if !ok {
			continue
		}
		when := c.when
		if when == nil {
			when = comes
		}
		if s.film != nil {
			n := min(len(s.film), clipFrames)
			all = append(all, trial{s, c.name, false, 0, func(i int) *image.RGBA {
				im, k := s.film[i], when(moment(i, n))
				if k == 0 {
					return im
				}
				return mix(make(im, part), im, evenly(k))
			}, n})
			continue
		}
		changed := make(s.wide, part)
		all = append(all, trial{s, c.name, false, m.crf, func(n int) *image.RGBA {
			t := moment(n, clipFrames)
			im := s.wide
			if k := when(t); k == 1 {
				im = changed
			} else if k > 0 {
				im = mix(changed, s.wide, evenly(k))
			}
			return s.seen(m, im, t, seed)
		}, clipFrames})
	}
	return all
}

// judge compares a clip's frames with its photo, behind an encoder if it asks for one.
func (c trial) judge(ctx context.Context, tool ffmpeg.Tool, dir string) (Verdict, error) {
	w, h := c.scene.size()
	if c.crf == 0 {
		x := newComparison(c.scene.photo, w, h)
		f := ffmpeg.NewFrame(x.frame.y.w, x.frame.y.h)
		for n := range c.n {
			ffmpeg.FromRGBA(f, resized(c.frames(n), f.W, f.H))
			x.see(f, float64(n)/8)
		}
		return x.verdict(), nil
	}
	path := filepath.Join(dir, fmt.Sprintf("%x.mp4", seedOf(c.scene.name, c.kind, fmt.Sprint(c.good))))
	e, err := tool.Encode(ctx, ffmpeg.EncodeOptions{Path: path, W: w &^ 1, H: h &^ 1, FPS: 8, CRF: c.crf})
	if err != nil {
		return Verdict{}, err
	}
	defer e.Abort()
	f := ffmpeg.NewFrame(w&^1, h&^1)
	for n := range c.n {
		ffmpeg.FromRGBA(f, c.frames(n))
		if err := e.Write(f); err != nil {
			return Verdict{}, err
		}
	}
	if err := e.Close(); err != nil {
		return Verdict{}, err
	}
	defer os.Remove(path)
	return New(tool).judge(ctx, c.scene.photo, path)
}

// judged is what came of a clip.
type judged struct {
	trial
	Verdict
}

// judgeAll judges clips, as many at once as there are cores.
func judgeAll(t testing.TB, tool ffmpeg.Tool, clips []trial) []judged {
	t.Helper()
	out, dir := make([]judged, len(clips)), t.TempDir()
	work := make(chan int)
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for i := range work {
				v, err := clips[i].judge(t.Context(), tool, dir)
				if err != nil {
					t.Errorf("%s, %s: %v", clips[i].scene.name, clips[i].kind, err)
				}
				out[i] = judged{clips[i], v}
			}
		})
	}
	for i := range clips {
		work <- i
	}
	close(work)
	all.Wait()
	return out
}

// tally is how many clips of a kind were taken for changed.
type tally struct {
	kind          string
	good          bool
	changed, all  int // taken for changed
	decided       int // for another dish
	least, median [len(sizes)]float64
}

func tallies(of []judged) (out []tally) {
	at := map[string]int{}
	values := map[string][]Verdict{}
	for _, j := range of {
		key := fmt.Sprint(j.good, j.kind)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], out = i, append(out, tally{kind: j.kind, good: j.good})
		}
		values[key] = append(values[key], j.Verdict)
		if out[i].all++; j.Changed() {
			out[i].changed++
		}
		if j.Another() {
			out[i].decided++
		}
	}
	for key, i := range at {
		for s := range sizes {
			var v []float64
			for _, x := range values[key] {
				v = append(v, x.Worst[s].Similarity)
			}
			slices.Sort(v)
			out[i].least[s], out[i].median[s] = v[0], v[len(v)/2]
			if !out[i].good {
				out[i].least[s] = v[len(v)-1]
			}
		}
	}
	return out
}

// shares are which part of the good clips and of the changed ones were taken for changed.
func shares(of []judged) (refused, found float64) {
	var n [2][2]float64
	for _, j := range of {
		g, c := 0, 0
		if j.good {
			g = 1
		}
		if j.Changed() {
			c = 1
		}
		n[g][c]++
	}
	return n[1][1] / max(n[1][0]+n[1][1], 1), n[0][1] / max(n[0][0]+n[0][1], 1)
}

func report(t testing.TB, of []judged) {
	var b strings.Builder
	for _, x := range tallies(of) {
		what := "bad "
		if x.good {
			what = "good"
		}
		fmt.Fprintf(&b, "%s %-30s %4d clips: %4d told, %4d decided; extreme", what, x.kind, x.all, x.changed, x.decided)
		for s := range sizes {
			fmt.Fprintf(&b, " %.2f (median %.2f)", x.least[s], x.median[s])
		}
		b.WriteByte('\n')
	}
	refused, found := shares(of)
	t.Logf(
		"\n%sgood clips refused: %.1f %%, changed dishes found: %.1f %%, of %d clips", b.String(), 100*refused,
		100*found, len(of),
	)
}
