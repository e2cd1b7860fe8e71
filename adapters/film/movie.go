package film

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/abema/go-mp4"
)

// Bounds of what is read of a file. A minute at 60 frames a second has an index of some 60 kB.
const (
	maxIndex  = 1 << 20 // bytes of a moov
	maxBoxes  = 200     // of a file's top level
	maxMedia  = 16      // mdat boxes
	maxTracks = 8
)

// span is a part of a file or of its index.
type span struct{ from, to int64 }

func (s span) size() int64 { return s.to - s.from }

// movie is what an MP4's top level and its index say (ISO/IEC 14496-12).
type movie struct {
	kind    span   // the ftyp box
	media   []span // the mdat boxes
	inner   []int64
	index   []byte // the moov box without its head
	tracks  []*track
	offsets []table
	mute    bool // only pictures are copied
}

// table is where an index lists a track's chunks.
type table struct {
	at, n int // of the first entry, and how many there are
	wide  bool
}

// track is what an index says of a track.
type track struct {
	handler string // vide, soun
	codecs  []string
	w, h    int // as encoded
	shownW  int
	shownH  int
	turned  bool // it is shown with its sides swapped
	avc     []*mp4.AVCDecoderConfiguration
	aac     bool
	scale   uint32
	length  uint64 // in scale
	samples uint64
	bytes   uint64
	largest uint32   // bytes of a sample, the first two left aside
	chunks  []uint64 // where they begin
}

func (t *track) seconds() float64 {
	if t.scale == 0 {
		return 0
	}
	return float64(t.length) / float64(t.scale)
}

// readMovie goes over the top level of a file and reads its index.
func readMovie(file io.ReadSeeker, size int64) (*movie, error) {
	m := &movie{}
	at := int64(0)
	for n := 0; at < size; n++ {
		if n == maxBoxes {
			return nil, errors.New("the file has too many boxes")
		}
		if _, err := file.Seek(at, io.SeekStart); err != nil {
			return nil, err
		}
		box, err := mp4.ReadBoxInfo(file)
		if err != nil {
			return nil, fmt.Errorf("the file is cut off, or no MP4: %w", err)
		}
		if box.Size < box.HeaderSize || box.Size > uint64(size-at) {
			return nil, fmt.Errorf(
				"the file is cut off, or no MP4: a box %s of %d bytes, of which %d are there", box.Type, box.Size,
				size-at,
			)
		}
		here := span{at, at + int64(box.Size)}
		if err := m.take(file, box, here); err != nil {
			return nil, err
		}
		at = here.to
	}
	switch {
	case m.index == nil:
		return nil, errors.New("the file has no index (moov)")
	case len(m.media) == 0:
		return nil, errors.New("the file has no media (mdat)")
	}
	return m, m.read()
}

// take notes one box of the top level.
func (m *movie) take(file io.Reader, box *mp4.BoxInfo, here span) error {
	switch box.Type {
	case mp4.BoxTypeFtyp():
		if here.from != 0 || here.size() > 1<<10 {
			return errors.New("the file's type (ftyp) isn't at its front")
		}
		m.kind = here
	case mp4.BoxTypeMdat():
		if m.media, m.inner = append(m.media, here), append(m.inner, int64(box.HeaderSize)); len(m.media) > maxMedia {
			return errors.New("the file has too many parts")
		}
	case mp4.BoxTypeMoof():
		return errors.New("the file is fragmented (moof)")
	case mp4.BoxTypeMoov():
		if m.index != nil {
			return errors.New("the file has two indices (moov)")
		}
		if here.size() > maxIndex {
			return fmt.Errorf("the file's index has %d bytes", here.size())
		}
		m.index = make([]byte, here.size()-int64(box.HeaderSize))
		if _, err := io.ReadFull(file, m.index); err != nil {
			return fmt.Errorf("the file's index is cut off: %w", err)
		}
	}
	if m.kind.size() == 0 {
		return errors.New("the file is no MP4: it doesn't begin with its type (ftyp)")
	}
	return nil
}

// read goes over the index, whose boxes are read where they are expected and nowhere else.
func (m *movie) read() error {
	visit := func(h *mp4.ReadHandle) (any, error) {
		path := make([]string, len(h.Path))
		for i, p := range h.Path {
			path[i] = p.String()
		}
		return nil, m.visit(h, strings.Join(path, "/"))
	}
	if _, err := mp4.ReadBoxStructure(bytes.NewReader(m.index), visit); err != nil {
		return fmt.Errorf("the file's index can't be read: %w", err)
	}
	return nil
}

func (m *movie) visit(h *mp4.ReadHandle, path string) error {
	switch at := h.BoxInfo; {
	case at.ExtendToEOF:
		return errors.New("a box without an end")
	case at.Size < at.HeaderSize || at.Size > uint64(len(m.index))-at.Offset: // the library would go round in circles
		return fmt.Errorf("a box %s of %d bytes", at.Type, at.Size)
	}
	const samples = "trak/mdia/minf/stbl/"
	switch path {
	case "mvex":
		return errors.New("the file is fragmented (mvex)")
	case "trak":
		if len(m.tracks) == maxTracks {
			return errors.New("too many tracks")
		}
		m.tracks = append(m.tracks, &track{})
		fallthrough
	case "trak/mdia", "trak/mdia/minf", "trak/mdia/minf/stbl", samples + "stsd", samples + "stsd/avc1",
		samples + "stsd/mp4a":
		if err := m.entry(h, path); err != nil {
			return err
		}
		_, err := h.Expand()
		return err
	case "trak/tkhd", "trak/mdia/mdhd", "trak/mdia/hdlr", samples + "stsd/avc1/avcC", samples + "stsd/mp4a/esds",
		samples + "stts", samples + "stsz", samples + "stco", samples + "co64":
		box, _, err := h.ReadPayload()
		if err != nil {
			return err
		}
		return m.tracks[len(m.tracks)-1].note(box, m, h)
	}
	if strings.HasPrefix(path, samples+"stsd/") && strings.Count(path, "/") == strings.Count(samples+"stsd/", "/") {
		return m.entry(h, path)
	}
	return nil
}

// entry notes how a track is encoded.
func (m *movie) entry(h *mp4.ReadHandle, path string) error {
	const entries = "trak/mdia/minf/stbl/stsd/"
	name, ok := strings.CutPrefix(path, entries)
	if !ok {
		return nil
	}
	t := m.tracks[len(m.tracks)-1]
	t.codecs = append(t.codecs, name)
	if len(t.codecs) > maxTracks {
		return errors.New("a track of too many codecs")
	}
	if name != "avc1" {
		return nil
	}
	box, _, err := h.ReadPayload()
	if v, ok := box.(*mp4.VisualSampleEntry); ok && err == nil {
		t.w, t.h = int(v.Width), int(v.Height)
	}
	return err
}

// note takes in one box of a track.
func (t *track) note(box mp4.IBox, m *movie, h *mp4.ReadHandle) error {
	switch b := box.(type) {
	case *mp4.Tkhd:
		t.shownW, t.shownH = int(b.Width>>16), int(b.Height>>16)
		t.turned = b.Matrix[0] == 0 && b.Matrix[1] != 0
	case *mp4.Mdhd:
		t.scale = b.Timescale
	case *mp4.Hdlr:
		t.handler = string(b.HandlerType[:])
	case *mp4.AVCDecoderConfiguration:
		t.avc = append(t.avc, b)
	case *mp4.Esds:
		for _, d := range b.Descriptors {
			if c := d.DecoderConfigDescriptor; c != nil && c.ObjectTypeIndication == aacObject {
				t.aac = true
			}
		}
	case *mp4.Stts:
		for _, e := range b.Entries {
			t.length += uint64(e.SampleCount) * uint64(e.SampleDelta)
		}
	case *mp4.Stsz:
		t.sizes(b)
	case *mp4.Stco:
		for _, c := range b.ChunkOffset {
			t.chunks = append(t.chunks, uint64(c))
		}
		m.table(h, len(b.ChunkOffset), false)
	case *mp4.Co64:
		t.chunks = append(t.chunks, b.ChunkOffset...)
		m.table(h, len(b.ChunkOffset), true)
	}
	return nil
}

func (t *track) sizes(b *mp4.Stsz) {
	t.samples += uint64(b.SampleCount)
	if b.SampleSize > 0 {
		t.bytes, t.largest = t.bytes+uint64(b.SampleSize)*uint64(b.SampleCount), b.SampleSize
		return
	}
	for i, n := range b.EntrySize {
		t.bytes += uint64(n)
		if i > 1 { // an encoder's first packets hold what it begins with
			t.largest = max(t.largest, n)
		}
	}
}

// table notes where chunk offsets stand: behind a box's head, its version and their number.
func (m *movie) table(h *mp4.ReadHandle, n int, wide bool) {
	m.offsets = append(m.offsets, table{int(h.BoxInfo.Offset+h.BoxInfo.HeaderSize) + 8, n, wide})
}
