package photo

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"slices"
)

// What a worker may be asked to make of a file: the first byte of its job.
const (
	toPrepare = 'p' // in the ratio that suits it; in the n-th of ratios: '0' + n
	toLogo    = 'l'
)

// answer is what a worker says to a job. The file that it has made stands behind the rest.
type answer struct {
	Fault    int // 1 + place in faults; 0: none
	Detail   string
	Prepared Prepared
	Logo     []byte `json:"-"`
}

// faults are the errors that tell a person what is wrong with a file.
var faults = [...]error{ErrEmpty, ErrNotPicture, ErrKind, ErrBroken, ErrHeavy, ErrLarge, ErrSmall, ErrCostly}

// Work is what a worker does: see worker.Serve.
func Work(job []byte) []byte {
	a, err := work(job)
	if err != nil {
		a = answer{Fault: faultOf(err), Detail: err.Error()}
	}
	return a.bytes()
}

// bytes are what readAnswer reads: how long the head is, the head, the file.
func (a answer) bytes() []byte {
	head, err := json.Marshal(a)
	if err != nil {
		panic(err) // of a type that can't be encoded
	}
	reply := binary.BigEndian.AppendUint32(
		make([]byte, 0, 4+len(head)+len(a.Prepared.JPEG)+len(a.Logo)), uint32(len(head)),
	)
	return append(append(append(reply, head...), a.Prepared.JPEG...), a.Logo...)
}

func work(job []byte) (a answer, err error) {
	defer survive(&err)
	what, file := job[0], job[1:]
	if what == toLogo {
		a.Logo, err = logo(file)
		return a, err
	}
	a.Prepared, err = prepare(file, asked(what))
	return a, err
}

// ratios are those that may be asked for.
var ratios = [...]Ratio{Full, Portrait, Square, Landscape, Wide}

// job is what a worker is asked for a picture of a ratio.
func (r Ratio) job() byte {
	if i := slices.Index(ratios[:], r); i >= 0 {
		return '0' + byte(i)
	}
	return toPrepare
}

// asked is the ratio that a job asks for.
func asked(what byte) Ratio {
	if i := int(what) - '0'; i >= 0 && i < len(ratios) {
		return ratios[i]
	}
	return ""
}

// faultOf is the number of an error's fault. One that has none is damage that a decoder met.
func faultOf(err error) int {
	for i, f := range faults {
		if errors.Is(err, f) {
			return i + 1
		}
	}
	return faultOf(ErrBroken)
}

func readAnswer(reply []byte) (answer, error) {
	var a answer
	if len(reply) < 4 || uint64(binary.BigEndian.Uint32(reply)) > uint64(len(reply)-4) {
		return answer{}, fmt.Errorf("photo: a worker's answer of %d bytes is cut off", len(reply))
	}
	n := 4 + int(binary.BigEndian.Uint32(reply))
	if err := json.Unmarshal(reply[4:n], &a); err != nil {
		return answer{}, fmt.Errorf("photo: a worker's answer: %w", err)
	}
	if a.Prepared.W > 0 {
		a.Prepared.JPEG = reply[n:]
	} else {
		a.Logo = reply[n:]
	}
	if a.Fault < 0 || a.Fault > len(faults) {
		return answer{}, fmt.Errorf("photo: a worker's answer has fault %d", a.Fault)
	}
	if a.Fault > 0 {
		return answer{}, fmt.Errorf("photo: %w (%s)", faults[a.Fault-1], a.Detail)
	}
	return a, nil
}

// open decodes a picture, turns it upright and reduces it to about the size that is needed: reduced of its pixels
// across and down are one. short is the file's short side in pixels.
func open(b []byte, src source) (im image.Image, reduced int, short int, err error) {
	file, err := src.decode(b)
	if err != nil {
		return nil, 0, 0, err
	}
	w, h := file.Bounds().Dx(), file.Bounds().Dy()
	if err := checkSize(w, h, minSide, 1); err != nil { // a HEIC may be another size than its headers say
		return nil, 0, 0, err
	}
	turn := src.orientation()
	if turn >= 5 {
		w, h = h, w
	}
	reduced = spare(w, h)
	return src.upright(file, reduced, turn), reduced, min(w, h), nil
}

// survive is deferred: a panic of a decoder, which only a hostile file can cause, is ErrBroken.
func survive(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%w: the decoder panicked: %v", ErrBroken, v)
	}
}
