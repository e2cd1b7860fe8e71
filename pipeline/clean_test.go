package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/cleaner"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
)

// archive is where the world's orders lie that are over. fail is asked before each call, with the order's number.
type archive struct {
	*world
	purged map[int64]bool
	fail   func(op string, id int64) error
	before time.Time // what Compact was asked for
	left   []int     // what its next calls take away
}

func (a *archive) Purgeable(_ context.Context, t time.Time, limit int) (all []pipeline.Order, err error) {
	if err := a.fail("Purgeable", 0); err != nil {
		return nil, err
	}
	err = a.store.View("Purgeable", func(tx pipelinetest.Tx) {
		all = slices.Collect(tx.Orders(func(o pipeline.Order) bool {
			return o.Status != pipeline.Open && o.Status != pipeline.Parked && o.Changed.Before(t) && !a.purged[o.ID]
		}))
	})
	return all[:min(len(all), limit)], err
}

func (a *archive) Parked(_ context.Context, skip, limit int) (all []pipeline.Order, err error) {
	if err := a.fail("Parked", 0); err != nil {
		return nil, err
	}
	err = a.store.View("Parked", func(tx pipelinetest.Tx) {
		all = slices.Collect(tx.Orders(func(o pipeline.Order) bool { return o.Status == pipeline.Parked }))
	})
	all = all[min(len(all), skip):]
	return all[:min(len(all), limit)], err
}

func (a *archive) Files(_ context.Context, order int64) ([]string, error) {
	time.Sleep(time.Second)
	return []string{fmt.Sprint("clips/", order)}, a.fail("Files", order)
}

func (a *archive) MarkPurged(_ context.Context, order int64) error {
	if err := a.fail("MarkPurged", order); err != nil {
		return err
	}
	a.purged[order] = true
	return nil
}

func (a *archive) Compact(_ context.Context, t time.Time) (n int, done bool, err error) {
	time.Sleep(time.Second)
	a.before = t
	n, a.left = a.left[0], a.left[1:]
	return n, len(a.left) == 0, a.fail("Compact", 0)
}

// keeper is a chat that keeps the pictures it gets.
type keeper struct{ *chat }

func (keeper) Original(o pipeline.Order) string {
	if o.Thread.Chat == "7" {
		return fmt.Sprint("originals/", o.ID)
	}
	return ""
}

// inArchive has 249 orders of two chats on two platforms: 240 are over for long, three just now, two are open and four
// parked, of these two for long. Each has a clip, a photo and an original.
func inArchive(t *testing.T, f func(t *testing.T, a *archive, long time.Time)) {
	t.Helper()
	inWorld(t, func(t *testing.T, w *world) {
		w.opts.Chats = map[string]pipeline.Chat{"telegram": keeper{w.chat}, "slack": w.chat}
		w.build()
		now, files := time.Now(), map[string]string{}
		for id := range int64(249) {
			o, _ := standing(pipeline.Delivered, deliver, begun)
			o.ID, o.Source, o.Changed = id+1, fmt.Sprint(id), now.Add(-48*time.Hour)
			o.Thread.Platform = []string{"telegram", "slack", "telegram"}[id%3]
			o.Thread.Chat = []string{"7", "7", "8"}[id%3]
			switch {
			case id%2 == 0 && id < 8: // 1 and 5 for long, 3 and 7 since now
				o.Status, o.Reason = pipeline.Parked, pipeline.ReasonBusy
				if id%4 == 2 {
					o.Changed = now
				}
			case id < 7:
				o.Changed = now
			case id > 246:
				o.Status = pipeline.Open
			}
			w.store.Put(o)
			files[fmt.Sprint("clips/", o.ID)], files[fmt.Sprint("originals/", o.ID)] = "video/mp4:c", "image/jpeg:o"
			files[pipeline.PhotoKey(w.opts.Signer, o.ID)] = "image/jpeg:p"
			files[pipeline.CheckpointKey(w.opts.Signer, o.ID)] = "application/json:{}"
		}
		w.blobs.files = files
		f(t, &archive{
			world: w, purged: map[int64]bool{}, fail: func(string, int64) error { return nil },
		}, now.Add(-24*time.Hour))
	})
}

func (a *archive) cleaner() *cleaner.Cleaner {
	return cleaner.New(cleaner.Options{
		Archive: a, Store: a.opts.Store, Blobs: a.opts.Blobs, Chats: a.opts.Chats, Signer: a.opts.Signer,
		Log: a.opts.Log,
	})
}

// filesLeft lists the orders that have a kind of file.
func (a *archive) filesLeft(kind string) (ids []int64) {
	for _, key := range a.blobs.keys() {
		var id int64
		if _, err := fmt.Sscanf(key, kind+"/%d", &id); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestClean_TakesWhatIsOverForLongAndNothingElse(t *testing.T) {
	inArchive(t, func(t *testing.T, a *archive, long time.Time) {
		done, err := a.cleaner().Clean(t.Context(), long, time.Hour)
		if !done || err != nil || len(a.purged) != 240 ||
			strings.Count(a.log.String(), "orders purged\" count=240") != 1 {
			t.Errorf("done %v, %v; %d purged; %s", done, err, len(a.purged), a.log.String())
		}
		kept := []int64{1, 2, 3, 4, 5, 6, 7, 248, 249} // 1 and 5 were given up just now
		for _, kind := range []string{"clips", "photos", "orders"} {
			if left := a.filesLeft(kind); !slices.Equal(left, kept) {
				t.Errorf("%s of %v are kept, want %v", kind, left, kept)
			}
		}
		originals := slices.DeleteFunc(a.filesLeft("originals"), func(id int64) bool { return !a.purged[id] })
		if len(originals) != 160 || slices.ContainsFunc(originals, func(id int64) bool { return id%3 == 1 }) {
			t.Errorf("originals of %v are kept", originals)
		}
		for id, want := range map[int64]pipeline.Status{
			1: pipeline.Cancelled, 3: pipeline.Parked, 5: pipeline.Cancelled, 7: pipeline.Parked, 248: pipeline.Open,
		} {
			if o := a.order(id); o.Status != want {
				t.Errorf("order %d is %s, want %s", id, o.Status, want)
			}
		}
		before := a.order(8)
		if err := a.cleaner().GiveUp(t.Context(), before); err != nil || a.order(8).Version != before.Version {
			t.Errorf("what is over is given up: %v", err)
		}
		for _, j := range a.store.Jobs() {
			if j.Kind == pipelinetest.Notify {
				t.Errorf("the person of order %d is told", j.ID)
			}
		}
	})
}

func TestClean_StopsWhereItMustAndSaysWhatFailed(t *testing.T) {
	refuse := func(op string, ids ...int64) func(string, int64) error {
		return func(o string, id int64) error {
			if o == op && (ids == nil || slices.Contains(ids, id)) {
				return errors.New("refused")
			}
			return nil
		}
	}
	for name, x := range map[string]struct {
		limit  time.Duration
		fail   func(string, int64) error
		change func(a *archive)
		done   bool
		purged int
		err    string // what it says, beside "refused"
	}{
		"no time":                {purged: 0},
		"ten seconds":            {limit: 10 * time.Second, purged: 10},
		"one order fails":        {fail: refuse("Files", 9), purged: 239, err: "order 9"},
		"two can't be marked":    {fail: refuse("MarkPurged", 9, 200), purged: 238, err: "order 9"},
		"all of a reading fail":  {fail: refuse("Files"), purged: 0, err: "order 8"},
		"they can't be listed":   {fail: refuse("Purgeable"), purged: 0, err: "clean"},
		"parked can't be listed": {fail: refuse("Parked"), purged: 0, err: "clean"},
		"one was taken up again": {done: true, purged: 239, fail: func(op string, id int64) error {
			if op == "MarkPurged" && id == 9 {
				return pipeline.ErrMoved
			}
			return nil
		}},
		"a parked one can't be given up": {purged: 0, err: "order 1", change: func(a *archive) {
			a.store.Before = func(op string) error { return map[string]error{"Move": errors.New("refused")}[op] }
		}},
		"a parked one goes on": {done: true, purged: 240, change: func(a *archive) {
			a.store.Before = func(op string) error { return map[string]error{"Move": pipeline.ErrMoved}[op] }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inArchive(t, func(t *testing.T, a *archive, long time.Time) {
				if x.fail != nil {
					a.fail = x.fail
				}
				if x.change != nil {
					x.change(a)
				}
				limit := x.limit
				if limit == 0 && name != "no time" {
					limit = time.Hour
				}
				done, err := a.cleaner().Clean(t.Context(), long, limit)
				if done != x.done || (err != nil) != (x.err != "") ||
					err != nil && !(strings.Contains(err.Error(), x.err) && strings.Contains(err.Error(), "refused")) {
					t.Errorf("done %v, %v", done, err)
				}
				logged := strings.Contains(a.log.String(), "orders purged")
				if len(a.purged) != x.purged || logged != (x.purged > 0) {
					t.Errorf("%d are purged, want %d: %s", len(a.purged), x.purged, a.log.String())
				}
			})
		})
	}
}

func TestCompact_TakesWhatIsOverForAWeekUntilThereIsNoMore(t *testing.T) {
	ones := slices.Repeat([]int{1}, 100)
	for name, x := range map[string]struct {
		age  time.Duration // of what it is asked for
		left []int
		err  error
		n    int
		done bool
	}{
		"all":           {24 * time.Hour, []int{3, 2, 0}, nil, 5, true},
		"older ones":    {30 * 24 * time.Hour, []int{0}, nil, 0, true},
		"time is up":    {24 * time.Hour, ones, nil, 10, false},
		"it is refused": {24 * time.Hour, []int{3, 2}, errors.New("refused"), 3, false},
	} {
		inWorld(t, func(t *testing.T, w *world) {
			a, now := &archive{world: w, left: x.left, fail: func(string, int64) error { return x.err }}, time.Now()
			n, done, err := a.cleaner().Compact(t.Context(), now.Add(-x.age), 10*time.Second)
			if n != x.n || done != x.done || (err != nil) != (x.err != nil) ||
				!a.before.Equal(now.Add(-max(x.age, 7*24*time.Hour))) {
				t.Errorf("%s: %d of before %v, done %v, %v", name, n, a.before, done, err)
			}
			if logged := strings.Contains(
				w.log.String(), fmt.Sprint("orders compacted\" count=", n),
			); logged != (n > 0) {
				t.Errorf("%s: %q", name, w.log.String())
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if n, done, err := a.cleaner().Compact(ended, now, time.Hour); n != 0 || done || err != nil {
				t.Errorf("%s: after the end of its context: %d, %v, %v", name, n, done, err)
			}
		})
	}
}
