package film

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// part finds the media that an offset of the file lies in.
func (m *movie) part(offset uint64) (i int, ok bool) {
	for i, s := range m.media {
		if offset <= math.MaxInt64 && int64(offset) >= s.from+m.inner[i] && int64(offset) < s.to {
			return i, true
		}
	}
	return 0, false
}

// head is the index of our own copy: without what the renderer has said in it about the film, with what we say, and
// with the places that the media have there.
func (m *movie) head(title, comment string) []byte {
	index := bytes.Clone(m.index)
	said := about(title, comment)
	size := int64(8 + len(said))
	for box := range m.kept(index) {
		size += int64(len(box))
	}
	moved := make([]int64, len(m.media)) // by how much
	at := m.kind.size() + size
	for i, s := range m.media {
		moved[i] = at - s.from
		at += s.size()
	}
	for _, t := range m.offsets {
		for i := range t.n {
			if t.wide {
				b := index[t.at+8*i:]
				old := binary.BigEndian.Uint64(b)
				part, _ := m.part(old)
				binary.BigEndian.PutUint64(b, uint64(int64(old)+moved[part]))
			} else {
				b := index[t.at+4*i:]
				old := binary.BigEndian.Uint32(b)
				part, _ := m.part(uint64(old))
				binary.BigEndian.PutUint32(b, uint32(int64(old)+moved[part]))
			}
		}
	}
	out := make([]byte, 0, size)
	out = append(binary.BigEndian.AppendUint32(out, uint32(size)), "moov"...)
	for box := range m.kept(index) {
		out = append(out, box...)
	}
	return append(out, said...)
}

// kept goes over the parts of an index that come along: what players need.
func (m *movie) kept(index []byte) func(func(box []byte) bool) {
	return func(yield func([]byte) bool) {
		n := 0
		for kind, box := range children(index) {
			keep := kind == "mvhd" || kind == "iods"
			if kind == "trak" {
				keep = !m.mute || n < len(m.tracks) && m.tracks[n].handler == "vide"
				n++
			}
			if keep && !yield(box) {
				return
			}
		}
	}
}

// children goes over the boxes of an index that was read to its end.
func children(b []byte) func(func(kind string, box []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			size := uint64(binary.BigEndian.Uint32(b))
			switch {
			case size == 0:
				size = uint64(len(b))
			case size == 1 && len(b) >= 16:
				size = binary.BigEndian.Uint64(b[8:])
			}
			if size < 8 || size > uint64(len(b)) || !yield(string(b[4:8]), b[:size]) {
				return
			}
			b = b[size:]
		}
	}
}

// copy is the film as it is delivered: what kind of file it is, its index, its media.
func (m *movie) copy(file io.ReadSeeker, head []byte) io.Reader {
	parts := []io.Reader{&section{file, m.kind}, bytes.NewReader(head)}
	for _, s := range m.media {
		parts = append(parts, &section{file, s})
	}
	return io.MultiReader(parts...)
}

// section reads a part of a file, which others may read in turn.
type section struct {
	file io.ReadSeeker
	left span
}

func (s *section) Read(p []byte) (int, error) {
	if s.left.size() == 0 {
		return 0, io.EOF
	}
	if _, err := s.file.Seek(s.left.from, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := s.file.Read(p[:min(int64(len(p)), s.left.size())])
	if s.left.from += int64(n); err == io.EOF {
		err = nil
		if n == 0 {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// about is what players and file managers show of a film, in the form that they read (udta/meta/ilst).
func about(title, comment string) []byte {
	var list []byte
	for _, x := range [2]struct{ kind, text string }{{"\xa9nam", title}, {"\xa9cmt", comment}} {
		if x.text != "" { // of type 1, which is UTF-8
			list = append(list, box(x.kind, box("data", []byte{0, 0, 0, 1, 0, 0, 0, 0}, []byte(x.text)))...)
		}
	}
	handler := box("hdlr", make([]byte, 8), []byte("mdirappl"), make([]byte, 9))
	return box("udta", box("meta", make([]byte, 4), handler, box("ilst", list)))
}

func box(kind string, inside ...[]byte) []byte {
	body := bytes.Join(inside, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}
