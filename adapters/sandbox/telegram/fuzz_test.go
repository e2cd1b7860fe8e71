package telegram

import (
	"testing"
	"unicode/utf8"
)

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<b>새우 &lt;S&gt;</b>", "<a href='https://a.example'>😀</a>", "<b><i>x</b></i>", "<", "</", "<b", "&#x1F600; <pre>/help</pre>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		text, all, err := params{values: map[string]string{"text": src, "parse_mode": "HTML"}}.markup("text", "entities")
		if err != nil || !utf8.ValidString(text) {
			return
		}
		for _, e := range all {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(text) {
				t.Errorf("%+v is outside of %q", e, text)
			}
		}
	})
}

func FuzzVideo(f *testing.F) {
	f.Add(film(1080, 1920, 12))
	f.Add([]byte("\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x18mvhd\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h, _ := probe(data); w < 0 || h < 0 || (w == 0) != (h == 0) {
			t.Errorf("%dx%d", w, h)
		}
	})
}
