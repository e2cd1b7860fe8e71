package film

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
)

const maxStill = 8 << 20 // bytes of a picture

// checkStill decodes a picture to its end.
func checkStill(file io.ReadSeeker, size int64, w Want) error {
	if size > maxStill {
		return fmt.Errorf("a picture of %d bytes", size)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c, err := jpeg.DecodeConfig(file)
	if err != nil {
		return fmt.Errorf("the picture can't be read: %w", err)
	}
	if c.Width != w.W || c.Height != w.H {
		return fmt.Errorf("the picture is of %d × %d pixels and not of %d × %d", c.Width, c.Height, w.W, w.H)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := jpeg.Decode(file); err != nil {
		return fmt.Errorf("the picture can't be read to its end: %w", err)
	}
	return nil
}

// titled is a JPEG that says what it shows.
func titled(file io.ReadSeeker, size int64, title string) (io.Reader, error) {
	segment, err := described(title)
	if err != nil {
		return nil, err
	}
	const start = 2 // bytes of a JPEG before its first segment
	return io.MultiReader(&section{file, span{0, start}}, bytes.NewReader(segment), &section{
		file, span{start, size},
	}), nil
}

// described is a JPEG segment that says what is shown (XMP, part 3: "Embedding XMP metadata in JPEG").
func described(title string) ([]byte, error) {
	if title == "" {
		return nil, nil
	}
	var text bytes.Buffer
	if err := xml.EscapeText(&text, []byte(title)); err != nil {
		return nil, err
	}
	body := "http://ns.adobe.com/xap/1.0/\x00" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>` +
		`<rdf:li xml:lang="x-default">` + text.String() +
		`</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`
	if len(body) > 1<<15 {
		return nil, errors.New("a title of too many bytes")
	}
	return append([]byte{0xff, 0xe1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...), nil
}
