package creatomate

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
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

func TestUnknownFamilies_AreThoseThatLookLikeNone(t *testing.T) {
	families := []string{"Noto Sans KR", "Black Han Sans", "Gowun Batang"}
	picture := proofOf(t, []bool{false, true, false, true})
	c := provider(t, "", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			var doc struct{ Elements []map[string]any }
			if err := json.NewDecoder(r.Body).Decode(&doc); err != nil || len(doc.Elements) != 4 ||
				doc.Elements[2]["font_family"] != families[1] {
				t.Errorf("%+v, %v", doc, err)
			}
		}
		io.WriteString(w, `{"id":"`+renderID+`","status":"succeeded","url":"https://cdn.example/proof.png"}`)
	})
	open := func(_ context.Context, url string) (io.ReadCloser, error) {
		if url != "https://cdn.example/proof.png" {
			t.Error(url)
		}
		return io.NopCloser(bytes.NewReader(picture)), nil
	}
	got, err := c.UnknownFamilies(t.Context(), families, open)
	if err != nil || !slices.Equal(got, families[1:2]) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUnknownFamilies_SaysWhyThereIsNoProof(t *testing.T) {
	for body, words := range map[string]string{
		`{"id":"` + renderID + `","status":"failed","error_message":"no"}`:           "render failed",
		`{"id":"` + renderID + `","status":"succeeded","url":"https://cdn.example"}`: "prove fonts",
	} {
		c := provider(t, "", says(200, body))
		open := func(context.Context, string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("no picture")), nil
		}
		if _, err := c.UnknownFamilies(t.Context(), []string{"X"}, open); err == nil ||
			!strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
