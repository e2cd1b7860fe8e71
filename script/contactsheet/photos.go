package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// A row of a photos' sheet.
const (
	rowPhotos   = 3 // in one row
	clipSeconds = 3
)

// photosSheet draws every photo of a folder in a look: at the start, after 1.5 seconds and at the end. Without a clip
// it shows the photos themselves. A photos.tsv in the folder, with columns "file" and "caption", gives their captions.
func photosSheet(
	ctx context.Context, tool ffmpeg.Tool, dir, folder string, names []string, out string, width int,
	size pipeline.Size,
) error {
	shots, err := prepareAll(ctx, tool, dir, folder)
	if err != nil {
		return err
	}
	for _, name := range names {
		var rows [][]*image.RGBA
		for i, s := range shots {
			if i%rowPhotos == 0 {
				rows = append(rows, nil)
			}
			r := pipeline.CutRequest{Look: name, Words: s.words, Size: size, Seconds: clipSeconds,
				Photo: s.file + ".jpg", Clip: s.file + ".mp4",
				Logo: "logo.png", Framing: s.framing}
			at := []float64{0, 1.5, 5.1}
			if size == pipeline.Still {
				at = at[:1]
			}
			pictures, err := draw(ctx, tool, dir, r, float64(width)/1080, at...)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, s.file, err)
			}
			rows[len(rows)-1] = append(rows[len(rows)-1], pictures...)
		}
		path := strings.TrimSuffix(out, filepath.Ext(out)) + "-" + name + filepath.Ext(out)
		if err := write(path, hang(rows, width)); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

// shot is a photo that is ready to be shown.
type shot struct {
	file    string // its name without a folder
	words   pipeline.Words
	framing pipeline.Framing
}

// prepareAll prepares every photo that can be, and makes its clip, at half size: sheets are small.
func prepareAll(ctx context.Context, tool ffmpeg.Tool, dir, folder string) ([]shot, error) {
	list, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	captions, err := captionsOf(filepath.Join(folder, "photos.tsv"))
	if err != nil {
		return nil, err
	}
	var shots []shot
	for _, e := range list {
		if !e.Type().IsRegular() || filepath.Ext(e.Name()) == ".tsv" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		p, err := photo.New(1).Prepare(ctx, bytes.NewReader(data), nil)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", e.Name(), err)
			continue
		}
		s := shot{file: e.Name(), words: wordsOf(captions[e.Name()])}
		s.framing = pipeline.Framing{Ratio: string(p.Ratio), Dish: pipeline.Box(p.Dish), Sure: p.Sure}
		fmt.Printf("%-40s %s sure %.2f\n", e.Name(), p.Ratio, p.Sure)
		if err := os.WriteFile(filepath.Join(dir, s.file+".jpg"), p.JPEG, 0o600); err != nil {
			return nil, err
		}
		err = clip.Render(ctx, tool, clip.Request{Photo: p.JPEG, Prompt: prompt.For(s.words.Menu, 1).Prompt,
			W: p.W / 4 * 2, H: p.H / 4 * 2,
			Seconds: clipSeconds, FPS: 24, Seed: 1, Out: filepath.Join(dir, s.file+".mp4"), Preset: "ultrafast"})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		shots = append(shots, s)
	}
	if len(shots) == 0 {
		return nil, errors.New("no photo in the folder can be read")
	}
	return shots, os.WriteFile(filepath.Join(dir, "logo.png"), look.DefaultLogo(), 0o600)
}

// captionsOf reads the captions of photos; without the file there are none.
func captionsOf(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	captions := map[string]string{}
	file, line := 0, 0
	for in := bufio.NewScanner(f); in.Scan(); {
		columns := strings.Split(in.Text(), "\t")
		if line == 0 {
			file, line = slices.Index(columns, "file"), slices.Index(columns, "caption")
			if file < 0 || line < 0 {
				return nil, fmt.Errorf("%s has no columns file and caption", filepath.Base(path))
			}
		} else if len(columns) > max(file, line) {
			captions[columns[file]] = columns[line]
		}
	}
	return captions, nil
}

// wordsOf understands a caption as the bot does; one that isn't enough is the sample photo's.
func wordsOf(text string) pipeline.Words {
	r := caption.Parse(text)
	if r.Outcome != caption.OK {
		r = caption.Parse(sample.Caption)
	}
	w := r.Words()
	w.Shop = "연희식당"
	return w
}
