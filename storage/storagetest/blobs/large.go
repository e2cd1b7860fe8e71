package blobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func endsHalfWay(t *testing.T, b pipeline.Blobs) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	source := &noise{left: 12 << 20, every: func(read int64) {
		if read > 6<<20 {
			cancel()
		}
	}}
	if err := b.Put(ctx, "ended/half.mp4", "video/mp4", source); !errors.Is(err, context.Canceled) {
		t.Errorf("Put: %v, want context.Canceled", err)
	}
	wantMissing(t, b, "ended/half.mp4")
}

// large is over the size at which a store may change its way of writing.
func large(t *testing.T, b pipeline.Blobs) {
	const size, limit = 32 << 20, 20 << 20
	watch := newHeapWatch()
	source := &noise{left: size, every: watch.look, sum: sha256.New()}
	if err := b.Put(t.Context(), "large/short.mp4", "video/mp4", source); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, b, "large/short.mp4")
	defer f.Close()
	back := sha256.New()
	n, err := io.Copy(io.MultiWriter(back, watch), f)
	if err != nil || n != size || string(back.Sum(nil)) != string(source.sum.Sum(nil)) {
		t.Errorf("read %d bytes, %v; want the %d that were put", n, err, size)
	}
	if watch.peak > limit {
		t.Errorf("the heap grew by %d MB for a file of %d MB", watch.peak>>20, size>>20)
	}
}

// noise is a source that can't be sought, of bytes that can't be guessed. It calls every at each MB.
type noise struct {
	left, read int64
	every      func(read int64)
	sum        hash.Hash // may be nil
	random     *rand.ChaCha8
}

func (n *noise) Read(p []byte) (int, error) {
	if n.left == 0 {
		return 0, io.EOF
	}
	if n.random == nil {
		n.random = rand.NewChaCha8([32]byte{})
	}
	p = p[:min(int64(len(p)), n.left)]
	n.random.Read(p)
	if n.sum != nil {
		n.sum.Write(p)
	}
	before := n.read >> 20
	n.left -= int64(len(p))
	n.read += int64(len(p))
	if n.read>>20 != before {
		n.every(n.read)
	}
	return len(p), nil
}

// heapWatch knows the most that the heap has grown by, wherever it was told to look.
type heapWatch struct{ start, peak, seen int64 }

func newHeapWatch() *heapWatch { return &heapWatch{start: heap()} }

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func (w *heapWatch) look(int64) { w.peak = max(w.peak, heap()-w.start) }

func (w *heapWatch) Write(p []byte) (int, error) {
	before := w.seen >> 20
	w.seen += int64(len(p))
	if w.seen>>20 != before {
		w.look(w.seen)
	}
	return len(p), nil
}
