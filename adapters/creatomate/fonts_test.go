package creatomate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// proofOf is a picture whose rows have bars where their family has Hangul, and the same boxes where it has none.
func proofOf(t *testing.T, known []bool) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, proofWidth, proofRow*len(known)))
	draw.Draw(im, im.Rect, image.White, image.Point{}, draw.Src)
	for i, k := range known {
		step := 40
		if k {
			step = 24 + 2*i
		}
		for x := 20; x < proofWidth-40; x += step {
			draw.Draw(
				im, image.Rect(x, i*proofRow+20, x+step/2, (i+1)*proofRow-20), image.Black, image.Point{}, draw.Src,
			)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fetched is a picture on its way.
type fetched struct {
	io.Reader
	closed bool
}

func (f *fetched) Close() error {
	f.closed = true
	return nil
}

// TestUnknownFamilies_AreThoseThatLookLikeNone has two unknown families, whose rows differ by a renderer's smoothing.
func TestUnknownFamilies_AreThoseThatLookLikeNone(t *testing.T) {
	families := []string{"Black Han Sans", "Noto Sans KR", "Gowun Batang", "Jua"}
	picture := &fetched{Reader: bytes.NewReader(proofOf(t, []bool{false, false, true, false, true}))}
	asked := 0
	c := provider(t, "", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			var doc struct {
				OutputFormat  string `json:"output_format"`
				Width, Height float64
				Elements      []struct {
					Family    string `json:"font_family"`
					Text      string
					Track     int
					Y, Height float64
				}
			}
			if err := json.NewDecoder(r.Body).Decode(&doc); err != nil || len(doc.Elements) != 5 ||
				doc.OutputFormat != "png" || doc.Width != proofWidth || doc.Height != 5*proofRow {
				t.Errorf("%+v, %v", doc, err)
			}
			for i, e := range doc.Elements { // each in a row of its own, in the middle of it
				if want := append([]string{noFamily}, families...)[i]; e.Family != want || e.Text == "" ||
					e.Track != i+1 || e.Y != float64(i*proofRow+proofRow/2) || e.Height != proofRow {
					t.Errorf("row %d is %+v, not of %s", i, e, want)
				}
			}
		} else {
			asked++
		}
		io.WriteString(w, `{"id":"`+renderID+`","status":"succeeded","url":"https://cdn.example/proof.png"}`)
	})
	open := func(_ context.Context, url string) (io.ReadCloser, error) {
		if url != "https://cdn.example/proof.png" {
			t.Error(url)
		}
		return picture, nil
	}
	got, err := c.UnknownFamilies(t.Context(), families, open)
	if err != nil || !slices.Equal(got, []string{families[0], families[2]}) || asked != 1 || !picture.closed {
		t.Errorf("%q, %v; asked %d times; closed: %t", got, err, asked, picture.closed)
	}
}

func TestUnknownFamilies_SaysWhyThereIsNoProof(t *testing.T) {
	blank := func(w, h int) string {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	there := `{"id":"` + renderID + `","status":"succeeded","url":"https://cdn.example"}`
	for words, x := range map[string]struct {
		answer  http.HandlerFunc
		picture string
	}{
		"HTTP 402":        {says(402, `{"hint":"no credits"}`), ""},
		"no whole answer": {cut(t, ""), ""},
		"no render id":    {says(202, `{}`), ""},
		"render failed":   {says(200, `{"id":"`+renderID+`","status":"failed","error_message":"no"}`), ""},
		"has no url":      {says(200, `{"id":"`+renderID+`","status":"succeeded"}`), ""},
		"time is up":      {says(200, `{"id":"`+renderID+`","status":"planned"}`), ""},
		"can't be had":    {says(200, there), ""},
		"not a PNG":       {says(200, there), "no picture at all"},
		"unexpected EOF":  {says(200, there), blank(64, 32)[:40]}, // behind its size
		"broke off":       {says(200, there), "broke off"},
		"another size":    {says(200, there), blank(63, 32)},
		"another size ":   {says(200, there), blank(64, 31)},
		"another size  ":  {says(200, there), blank(4096, 2049)},
	} {
		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		if words == "time is up" {
			ctx, cancel = context.WithTimeoutCause(ctx, 50*time.Millisecond, errors.New(words))
		}
		open := func(context.Context, string) (io.ReadCloser, error) {
			if x.picture == "" {
				return nil, errors.New("can't be had")
			}
			if x.picture == "broke off" {
				return io.NopCloser(iotest.ErrReader(errors.New(x.picture))), nil
			}
			return io.NopCloser(strings.NewReader(x.picture)), nil
		}
		got, err := provider(t, "", x.answer).UnknownFamilies(ctx, []string{"X"}, open)
		cancel()
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(words)) || got != nil {
			t.Errorf("%s: %q, %v", words, got, err)
		}
	}
	for _, size := range [][2]int{{64, 32}, {4096, 2048}} {
		c := provider(t, "", says(200, there))
		open := func(context.Context, string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(blank(size[0], size[1]))), nil
		}
		if got, err := c.UnknownFamilies(t.Context(), []string{"X"}, open); err != nil || len(got) != 1 {
			t.Errorf("%v: %q, %v", size, got, err)
		}
	}
}
