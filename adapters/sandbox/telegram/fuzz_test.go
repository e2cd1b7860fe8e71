package telegram

import (
	"testing"
)

func FuzzTyped_EntitiesStayWithinTheText(f *testing.F) {
	for _, s := range []string{"새우 ~~22,000원~~ 18,000원", "😀 @sajang https://a.example /help", "~~~~", "~~/a~~@b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		text, all := typed(src)
		for _, e := range all {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(text) {
				t.Errorf("%+v is outside of %q", e, text)
			}
		}
	})
}

func FuzzProbe_GivesBothSizesOrNone(f *testing.F) {
	f.Add(film(1080, 1920, 12))
	f.Add([]byte("\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x18mvhd\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h, _ := probe(data); w < 0 || h < 0 || (w == 0) != (h == 0) {
			t.Errorf("%dx%d", w, h)
		}
	})
}
