// Command contactsheet draws every built-in look over the orders that are hardest to set, as contact sheets for
// `docs`: a column for an order, a row for a framing. The other sizes have a sheet of their own. With -photos it draws
// every photo of a folder instead, one sheet for each look: its first frame, 1.5 seconds and the end.
// Run it from the module's root: go run ./script/contactsheet
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	xdraw "image/draw"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/script"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

const (
	seconds = 5
	gap     = 6 // between the pictures of a sheet
)

// view is a row of a sheet: a size, the framing of the photo, and which moments are taken.
type view struct {
	size  pipeline.Size
	ratio photo.Ratio
	plain bool
	at    []float64
}

func tall() []view {
	return []view{
		{size: pipeline.Tall, ratio: photo.Full, at: []float64{0}},
		{size: pipeline.Tall, ratio: photo.Portrait, at: []float64{0}},
		{size: pipeline.Tall, ratio: photo.Square, at: []float64{0, 4.8}},
	}
}

func others() []view {
	return []view{
		{size: pipeline.Square, ratio: photo.Landscape, at: []float64{0}},
		{size: pipeline.Square, ratio: photo.Square, at: []float64{0}},
		{size: pipeline.Square, ratio: photo.Portrait, at: []float64{0, 4.8}},
		{size: pipeline.Still, ratio: photo.Square, plain: true, at: []float64{0}},
		{size: pipeline.Still, ratio: photo.Portrait, plain: true, at: []float64{0}},
		{size: pipeline.Tall, ratio: photo.Landscape, plain: true, at: []float64{4}},
	}
}

// order is a column: its words, and whether its photo is very bright.
type order struct {
	words  pipeline.Words
	bright bool
	noLogo bool
}

func orders() []order {
	shop := "사장픽 식당"
	return []order{
		{words: pipeline.Words{Menu: "떡", Price: "700원", Won: 700, Shop: shop, Sticker: "신메뉴"}},
		{
			words: pipeline.Words{
				Menu: "겉은 바삭하고 속은 촉촉한 옛날식 수제 왕돈까스와 얼큰 새우 우동 정식", Price: "18,000원", Won: 18000,
				Shop: "아주 길고 긴 이름을 가진 우리 동네 식당",
			},
		},
		{words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Regular: 22000, Shop: shop}, bright: true},
		{words: pipeline.Words{Menu: "모둠회", Price: "30,000원", Won: 30000, Shop: shop, Options: []pipeline.Option{
			{Name: "소", Won: 30000}, {Name: "중", Won: 40000}, {Name: "대", Won: 50000}}}, noLogo: true},
		{
			words:  pipeline.Words{Menu: "똠얌꿍 🍤 Tom Yum 2인", Price: "250,000원", Won: 250000, Regular: 300000},
			bright: true,
		},
		{words: pipeline.Words{Menu: "자연산 대광어회", Price: "시가", Shop: shop}, bright: true},
	}
}

func main() {
	worker.Serve(photo.Work)
	out := flag.String("out", "docs/looks.jpg", "`file` to write")
	sizes := flag.Bool("sizes", false, "draw the other sizes")
	width := flag.Int("width", 168, "of one picture, in `pixels`")
	only := flag.String("look", "", "draw only the look of this `name`")
	photos := flag.String("photos", "", "draw the photos of this `folder`")
	size := flag.String("size", "", "of the photos' shorts: square, still; otherwise tall")
	flag.Parse()
	views := tall()
	if *sizes {
		views = others()
	}
	if err := run(context.Background(), views, *out, *width, *only, *photos, pipeline.Size(*size)); err != nil {
		fmt.Fprintln(os.Stderr, "sheet:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, views []view, out string, width int, only, photos string, size pipeline.Size) error {
	dir, err := os.MkdirTemp("", "sajangpick-sheet-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tool, err := ffmpeg.Find(ctx)
	if err != nil {
		return err
	}
	names := slices.DeleteFunc(look.Names(), func(n string) bool { return only != "" && n != only })
	if photos != "" {
		return photosSheet(ctx, tool, dir, photos, names, out, width, size)
	}
	if err := prepare(ctx, tool, dir); err != nil {
		return err
	}
	var rows [][]*image.RGBA
	for _, name := range names {
		for _, v := range views {
			more := make([][]*image.RGBA, len(v.at))
			for _, o := range orders() {
				pictures, err := shoot(ctx, tool, dir, name, v, o, float64(width)/1080)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", name, o.words.Menu, err)
				}
				for i, p := range pictures {
					more[i] = append(more[i], p)
				}
			}
			rows = append(rows, more...)
		}
	}
	return write(out, hang(rows, width))
}

// hang puts pictures of one width together, row by row.
func hang(rows [][]*image.RGBA, width int) image.Image {
	height := gap
	for _, r := range rows {
		height += r[0].Rect.Dy() + gap
	}
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	sheet := image.NewRGBA(image.Rect(0, 0, columns*(width+gap)+gap, height))
	xdraw.Draw(sheet, sheet.Rect, image.White, image.Point{}, xdraw.Src)
	at := image.Pt(gap, gap)
	for _, r := range rows {
		for _, p := range r {
			xdraw.Draw(sheet, p.Rect.Add(at), p, image.Point{}, xdraw.Src)
			at.X += width + gap
		}
		at = image.Pt(gap, at.Y+r[0].Rect.Dy()+gap)
	}
	return sheet
}

// prepare makes what every picture needs: clips of the sample photo in every framing, the same of a very bright day,
// and the mark.
func prepare(ctx context.Context, tool ffmpeg.Tool, dir string) error {
	for _, ratio := range []photo.Ratio{photo.Full, photo.Portrait, photo.Square, photo.Landscape} {
		preparer := photo.New(1)
		preparer.Ratio = ratio
		p, err := preparer.Prepare(ctx, bytes.NewReader(sample.Photo), nil)
		if err != nil {
			return err
		}
		bright, err := lift(p.JPEG)
		if err != nil {
			return err
		}
		for light, picture := range map[string][]byte{"dim": p.JPEG, "bright": bright} {
			name := filepath.Join(dir, named(ratio, light))
			if err := os.WriteFile(name+".jpg", picture, 0o600); err != nil {
				return err
			}
			err := clip.Render(ctx, tool, clip.Request{Photo: picture, Prompt: "steam", W: p.W / 4 * 2, H: p.H / 4 * 2,
				Seconds: seconds, FPS: 24,
				Out: name + ".mp4", Preset: "ultrafast"})
			if err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "logo.png"), look.DefaultLogo(), 0o600)
}

// named is a file of a framing without its ending.
func named(ratio photo.Ratio, light string) string {
	return light + "-" + strings.ReplaceAll(string(ratio), ":", "x")
}

// lift turns a photo's dark parts nearly white: no type is hard to read on a dark table.
func lift(picture []byte) ([]byte, error) {
	im, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(im.Bounds())
	xdraw.Draw(out, out.Rect, im, im.Bounds().Min, xdraw.Src)
	for i, v := range out.Pix {
		if i%4 != 3 {
			out.Pix[i] = uint8(100 + 155*math.Pow(float64(v)/255, .6))
		}
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, out, nil)
	return b.Bytes(), err
}

// shoot draws one order in one look.
func shoot(
	ctx context.Context, tool ffmpeg.Tool, dir, name string, v view, o order, scale float64,
) ([]*image.RGBA, error) {
	light := "dim"
	if o.bright {
		light = "bright"
	}
	file := named(v.ratio, light)
	r := pipeline.CutRequest{Look: name, Words: o.words, Size: v.size, Seconds: seconds, Photo: file + ".jpg",
		Clip: file + ".mp4", Logo: "logo.png",
		Framing: pipeline.Framing{Ratio: string(v.ratio)}}
	if v.plain {
		r.Clip = ""
	}
	if o.noLogo {
		r.Logo = ""
	}
	return draw(ctx, tool, dir, r, scale, v.at...)
}

// draw makes frames of a document. A warning is an error: the service would be asked for something that the studio
// can't show.
func draw(
	ctx context.Context, tool ffmpeg.Tool, dir string, r pipeline.CutRequest, scale float64, at ...float64,
) ([]*image.RGBA, error) {
	doc, err := look.Document(r)
	if err != nil {
		return nil, err
	}
	c, warnings, err := script.Parse(doc)
	if err != nil {
		return nil, err
	}
	if len(warnings) > 0 {
		return nil, fmt.Errorf("warnings: %s", strings.Join(warnings, "; "))
	}
	files := func(_ context.Context, url string) (string, error) { return filepath.Join(dir, url), nil }
	return script.Stills(ctx, tool, c, files, scale, at...)
}

func write(path string, im image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := jpeg.Encode(f, im, &jpeg.Options{Quality: 76}); err != nil {
		return err
	}
	return f.Close()
}
