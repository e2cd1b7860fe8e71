package clipcheck

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// TestJudge_MeasuresFoldersOfPhotosAndFilms is the evaluation: photos and films of one's own, of which the clips are
// made that are judged. Without flags there is nothing to judge.
func TestJudge_MeasuresFoldersOfPhotosAndFilms(t *testing.T) {
	scenes := append(photosOf(t, *judgePhotos), filmsOf(t, *judgeFilms)...)
	if len(scenes) == 0 {
		return
	}
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var clips []trial
	kinds := regexp.MustCompile(*judgeKinds)
	for i, s := range scenes {
		for _, c := range append(s.goods(), s.bads(scenes[(i+1+len(scenes)/2)%len(scenes)])...) {
			if kinds.MatchString(c.kind) {
				clips = append(clips, c)
			}
		}
	}
	all := judgeAll(t, tool, clips)
	report(t, all)
	if *judgeTable != "" {
		table(t, *judgeTable, all)
	}
}

func table(t testing.TB, path string, all []judged) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	for _, j := range all {
		row := []string{j.scene.name, j.kind, fmt.Sprint(j.good), fmt.Sprintf("%.3f", j.Shown)}
		for _, x := range j.Worst {
			row = append(
				row, fmt.Sprintf("%.3f", x.Similarity), fmt.Sprintf("%.2f", x.At), fmt.Sprintf("%.2f %.2f", x.X, x.Y),
			)
		}
		w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
}

// dishesOf reads where the dishes are, if a folder says it in dishes.tsv: name, then the middle and how far it
// reaches to the sides, as fractions of the prepared picture or of the film.
func dishesOf(t testing.TB, dir string) map[string]oval {
	out := map[string]oval{}
	f, err := os.Open(filepath.Join(dir, "dishes.tsv"))
	if err != nil {
		return out
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var name string
		var o oval
		if _, err := fmt.Sscan(s.Text(), &name, &o.x, &o.y, &o.rx, &o.ry); err != nil {
			t.Fatalf("dishes.tsv: %q: %v", s.Text(), err)
		}
		out[name] = o
	}
	return out
}

func filesOf(t testing.TB, dir string) (names []string) {
	if dir == "" {
		return nil
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Type().IsRegular() && filepath.Ext(e.Name()) != ".tsv" {
			names = append(names, e.Name())
		}
	}
	return names
}

// photosOf prepares the photos of a folder.
func photosOf(t testing.TB, dir string) (all []scene) {
	dishes, p := dishesOf(t, dir), photo.New(runtime.NumCPU())
	for _, name := range filesOf(t, dir) {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Prepare(t.Context(), f, nil)
		f.Close()
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		im, err := jpeg.Decode(bytes.NewReader(got.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, photoScene(name, im, whereIs(im, dishes, name)))
	}
	return all
}

func whereIs(im image.Image, dishes map[string]oval, name string) oval {
	if o, ok := dishes[name]; ok {
		return o
	}
	small := resized(im, 2*im.Bounds().Dx()*100/im.Bounds().Dy(), 200)
	x, y, rx, ry := photo.Dish(small)
	return oval{x, y, rx, ry}
}

// filmsOf decodes the first three seconds of the films of a folder.
func filmsOf(t testing.TB, dir string) (all []scene) {
	dishes := dishesOf(t, dir)
	tool, _ := ffmpeg.Find(t.Context())
	for _, name := range filesOf(t, dir) {
		path := filepath.Join(dir, name)
		in, err := tool.Probe(t.Context(), path)
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		w, h := sizeOf(in.W, in.H)
		d, err := tool.Decode(t.Context(), path, w*3/2&^1, h*3/2&^1, 8)
		if err != nil {
			t.Fatal(err)
		}
		s := scene{name: name}
		f := ffmpeg.NewFrame(w*3/2&^1, h*3/2&^1)
		for len(s.film) < 40 && d.Read(f) == nil {
			s.film = append(s.film, f.ToRGBA())
		}
		d.Close()
		s.photo = s.film[0]
		s.dish = whereIs(s.photo, dishes, name)
		all = append(all, s)
	}
	return all
}
