package script

import (
	"image"
	"os"
	"path/filepath"
	"testing"
)

func TestStill_IsAPictureOfTheAskedSizeTakenAtItsTime(t *testing.T) {
	s := newStudio(t, 64, 64, 0.2)
	for format, decoded := range map[string]string{"jpg": "jpeg", "png": "png"} {
		c, warnings, err := Parse(map[string]any{
			"output_format": format, "width": 200.0, "height": 250.0, "snapshot_time": 1.5, "duration": 2.0,
			"elements": []any{
				map[string]any{
					"type": "shape", "track": 1.0, "duration": 1.0, "width": "100%", "height": "100%",
					"path": "M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z", "fill_color": "#ff0000",
				},
				map[string]any{
					"type": "shape", "track": 1.0, "duration": 1.0, "width": "100%", "height": "100%",
					"path": "M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z", "fill_color": "#00ff00",
				},
			},
		})
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		out := filepath.Join(t.TempDir(), "still")
		if err := Render(t.Context(), s.tool, c, s.assets, Options{Out: out, Scale: 0.5}); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		im, kind, err := image.Decode(f)
		if err != nil || kind != decoded || im.Bounds() != image.Rect(0, 0, 100, 126) {
			t.Fatalf("%s: %v, %s, %v", format, im.Bounds(), kind, err)
		}
		if r, g, _, _ := im.At(50, 60).RGBA(); r > 0x3000 || g < 0xc000 {
			t.Errorf("%s shows red %x, green %x: not the second shape", format, r, g)
		}
	}
}
