package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// row is a Store that has one order and nothing else.
type row struct {
	Store
	mu    sync.Mutex // of what others see
	o     Order
	notes []string
}

func (r *row) Order(context.Context, int64) (Order, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.o, nil
}

func (r *row) Move(_ context.Context, o Order, m Move) (Order, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o.Version != r.o.Version {
		return Order{}, ErrMoved
	}
	o.Version++
	r.o, r.notes = o, append(r.notes, m.Note)
	return o, nil
}

// refusedFor is what Prepare returns for a picture that can't be used.
func refusedFor(why Reason) error {
	return &Fault{Kind: Rejected, Reason: why, Err: errors.New("this picture can't be used")}
}

// over ends the order's pause.
func (r *row) over() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.o.Due = time.Now()
}

// photoChat is a Chat that has the photo.
type photoChat struct{ Chat }

func (photoChat) Photo(context.Context, Order) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader([]byte("\xff\xd8\xff"))), nil
}

// opens is a pipeline whose photos come out as prepare has it, and its one order.
func opens(prepare Prepare) (*Pipeline, *row) {
	p := quiet()
	r := &row{
		o: Order{
			ID: 12, Status: Open, Step: Fetch, Phase: Ready, Version: 1, Since: time.Now(),
			Thread: Thread{Platform: "x"}, Cut: Cut{N: 1},
		},
	}
	p.opts.Prepare = func(ctx context.Context, r io.Reader, begin func() error) (Prepared, error) {
		b, err := prepare(ctx, r, begin)
		return Prepared{JPEG: b, Framing: Framing{Ratio: "3:4"}}, err
	}
	p.opts.Store, p.opts.Chats = r, map[string]Chat{"x": photoChat{}}
	return p, r
}

func TestFetch_AnAttemptIsOnDiskBeforeAPhotoIsOpened(t *testing.T) {
	var r *row
	p, r := opens(func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) {
		if r.o.Version != 1 {
			t.Error("written down before its turn")
		}
		if err := begin(); err != nil {
			return nil, err
		}
		if r.o.Phase != Begun || r.o.Photo.Opened != 1 || r.o.Call == "" {
			t.Errorf("while it is opened: %+v", r.o)
		}
		return nil, refusedFor(ReasonPhotoBroken)
	})
	o, err := p.driver.advance(t.Context(), 12, nil)
	if err != nil || o.Status != Failed || o.Reason != ReasonPhotoBroken || o.Photo.Opened != 0 || o.Call != "" {
		t.Errorf("%v %+v", err, o)
	}
}

// TestFetch_TheFirstAttemptIsWrittenWithTheOrder lets a photo be opened by the process that has placed its order, at
// once and late, and by another while that one lives and after it is gone.
func TestFetch_TheFirstAttemptIsWrittenWithTheOrder(t *testing.T) {
	for name, x := range map[string]struct {
		by      string
		late    bool
		written bool
		want    int
	}{
		"at once": {by: "me", want: 1},
		"late":    {by: "me", late: true, written: true, want: 1},
		"other":   {by: "other", written: true, want: 1},
		"gone":    {by: "", written: true, want: 2},
	} {
		var r *row
		p, r := opens(func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) {
			if err := begin(); err != nil {
				return nil, err
			}
			if written := r.o.Version > 1; written != x.written || r.o.Photo.Opened != x.want {
				t.Errorf("%s: while it is opened: %+v", name, r.o)
			}
			return nil, refusedFor(ReasonPhotoBroken)
		})
		p.opts.Process = "me"
		placed := p.Accept(r.o)
		if x.late {
			placed.Placed = placed.Placed.Add(-p.opts.Times.PickUp)
		}
		placed.PlacedBy = x.by
		r.o = placed
		if o, err := p.driver.advance(t.Context(), 12, nil); err != nil || o.Status != Failed || o.Photo.Opened != 0 {
			t.Errorf("%s: %v %+v", name, err, o)
		}
	}
}

func TestFetch_TheThirdDeathOverAPhotoRefusesIt(t *testing.T) {
	died := false
	var r *row
	p, r := opens(func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) {
		if err := begin(); err != nil {
			return nil, err
		}
		died = true
		return nil, fmt.Errorf("photo: %w", worker.ErrDied) // as if somebody had killed the worker
	})
	for n := 1; n <= MaxDeaths; n++ {
		died = false
		r.over()
		o, err := p.driver.advance(t.Context(), 12, nil)
		if err != nil || o.Status != Open || !died || o.Photo.Opened != n {
			t.Fatalf("death %d: %v %+v", n, err, o)
		}
	}
	r.over()
	died = false
	o, err := p.driver.advance(t.Context(), 12, nil)
	if err != nil || o.Status != Failed || o.Reason != ReasonPhotoUnopened || died {
		t.Errorf("after the third: %v %+v", err, o)
	}
}

func TestFetch_ADeathOfTheProcessCounts(t *testing.T) {
	p, r := opens(nil)
	for _, q := range []struct {
		opened int
		status Status
		reason Reason
	}{{MaxDeaths - 1, Open, ReasonNone}, {MaxDeaths, Failed, ReasonPhotoUnopened}} {
		o := r.o
		o.Phase, o.Call, o.Photo.Opened = Begun, "call", q.opened // and nobody ever heard of it again
		next, m := p.driver.settler.markUnknown(o)
		if next.Status != q.status || next.Photo.Opened != q.opened ||
			q.status == Failed && (next.Reason != q.reason || !m.Notify) {
			t.Errorf("%d: %+v %+v", q.opened, next, m)
		}
	}
	failed := r.o
	failed.Status, failed.Reason, failed.Photo.Opened = Failed, ReasonPhotoUnopened, MaxDeaths
	if o, _, err := Retry(failed); err != nil || o.Photo.Opened != 0 {
		t.Errorf("an admin's retry: %v %+v", err, o)
	}
}

func TestFetch_WaitingForATurnIsNoFailedTry(t *testing.T) {
	p, r := opens(func(_ context.Context, _ io.Reader, _ func() error) ([]byte, error) {
		return nil, &Fault{Kind: Transient, RateLimited: true, Err: worker.ErrNoTurn}
	})
	for range 20 {
		r.over()
		o, err := p.driver.advance(t.Context(), 12, nil)
		if err != nil || o.Status != Open || o.Attempt != 0 || o.Photo.Opened != 0 {
			t.Fatalf("%v %+v", err, o)
		}
	}
}

func TestFetch_AnEditWhileThePhotoIsOpenedIsKept(t *testing.T) {
	var r *row
	p, r := opens(func(_ context.Context, _ io.Reader, begin func() error) ([]byte, error) {
		err := begin()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.o.Cut.Words.Menu = "새우 파스타"
		r.o.Version++
		return nil, errors.Join(err, refusedFor(ReasonPhotoSmall))
	})
	o, err := p.driver.advance(t.Context(), 12, nil)
	if err != nil || o.Status != Failed || o.Cut.Words.Menu != "새우 파스타" || !strings.HasPrefix(r.notes[1], "failed") {
		t.Errorf("%v %+v %q", err, o, r.notes)
	}
}
