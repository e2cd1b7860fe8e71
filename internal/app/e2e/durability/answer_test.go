package durability_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// restless is a database in which another change is first whenever an answer is to be written that isn't waited for.
type restless struct {
	storage.Engine
	first []func(pipeline.Order) (pipeline.Order, pipeline.Move, error)
}

func (e *restless) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	if strings.HasPrefix(m.Note, "an answer that isn't waited for") && len(e.first) > 0 {
		now, move, err := e.first[0](o)
		e.first = e.first[1:]
		if err == nil {
			_, err = e.Engine.Move(ctx, now, move)
		}
		if err != nil {
			return o, err
		}
	}
	return e.Engine.Move(ctx, o, m)
}

func TestAnswer_IsWrittenDownHoweverOftenItsOrderMoves(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	e := &restless{first: []func(pipeline.Order) (pipeline.Order, pipeline.Move, error){cheaper, pipeline.Cancel}}
	p := w.Start(patient(), func(next storage.Engine) storage.Engine { e.Engine = next; return e })
	t.Cleanup(p.Stop)
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(o.ID, apptest.Delivered)
	release := w.HoldRequest(apptest.To(apptest.StartCut))
	p.Change(o.ID, cheaper)
	p.Until(o.ID, at(pipeline.Render, pipeline.Begun))
	p.Change(o.ID, pipeline.Cancel)
	release()
	p.Until(o.ID, func(pipeline.Order) bool {
		calls, err := p.Engine.Calls(t.Context(), o.ID)
		return err == nil && len(calls) == 3 && calls[2].State == pipeline.CallSettled
	})
	p.Settled(o.ID, 3)
}

func TestAnswer_ACallThatAnotherProcessHasBegunIsNotMadeTwice(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	release := w.HoldRequest(apptest.To(apptest.StartCut))
	p := w.Start(patient(), nil)
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(o.ID, at(pipeline.Render, pipeline.Begun))
	p.Change(o.ID, cheaper)
	p.Change(o.ID, func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) { // there
		o.Phase, o.Call, o.Due = pipeline.Begun, "theirs", time.Now().Add(time.Hour)
		return o, pipeline.Move{
			Calls: []pipeline.Call{
				{
					ID: "theirs", Order: o.ID, Cut: 2, Step: o.Step, Provider: "creatomate", State: pipeline.CallBegun,
					Begun: time.Now(),
				},
			},
		}, nil
	})
	release()
	p.Until(o.ID, func(pipeline.Order) bool { // the first answer is here
		calls, err := p.Engine.Calls(t.Context(), o.ID)
		return err == nil && len(calls) == 3 && calls[1].State == pipeline.CallSettled
	})
	p.Stop()
	w.Bought(o.ID, 1, 1)
}

// TestProcesses_TwoBuyNothingTwiceWhateverPeopleChange lets people change and cancel their orders at random
// moments, through either of two processes. What the providers took is then what stands in the ledger.
func TestProcesses_TwoBuyNothingTwiceWhateverPeopleChange(t *testing.T) {
	t.Parallel()
	const orders, changes = 12, 6
	w := apptest.NewWorld(t, apptest.Databases()["postgres"](t))
	for _, on := range []string{apptest.StartClip, apptest.StartCut} {
		w.Faults(sandbox.Fault{On: on, DelayMS: 100, Times: 1000})
	}
	times := apptest.Hurried()
	times.Call = 10 * time.Second
	ps := []*apptest.Process{w.Start(times, nil), w.Start(times, nil)}
	for _, p := range ps {
		t.Cleanup(p.Stop)
	}
	var people sync.WaitGroup
	for n := range orders {
		random := rand.New(rand.NewPCG(uint64(n), 7))
		o, err := ps[n%2].Place(strconv.Itoa(n))
		if err != nil {
			t.Fatal(err)
		}
		people.Go(func() {
			for i := range changes {
				<-time.After(time.Duration(random.IntN(250)) * time.Millisecond) // the moment is the random part
				p := ps[random.IntN(2)]
				if i == changes-2 && n%3 == 0 {
					p.Attempt(o.ID, pipeline.Cancel)
					continue
				}
				p.Attempt(o.ID, func(o pipeline.Order) (pipeline.Order, pipeline.Move, error) {
					words := o.Cut.Words
					words.Won = 1000 * (i + 1)
					return pipeline.Fix(o, pipeline.Edit{Words: &words})
				})
			}
		})
	}
	people.Wait()
	rows := map[apptest.PaidStep]int{}
	for id := int64(1); id <= orders; id++ {
		var calls []pipeline.Call
		apptest.Every(t, 20*time.Millisecond, func() (err error) { // either process may be the one that ends it
			calls, err = ps[0].Closed(id)
			return err
		})
		for _, c := range calls {
			if c.State != pipeline.CallVoid {
				rows[apptest.PaidStep{Order: id, Provider: c.Provider}]++
			}
		}
	}
	if starts := w.Starts(); !maps.Equal(starts, rows) {
		t.Errorf("the providers took %v, and the ledger has %v", starts, rows)
	}
}

func dearer(o pipeline.Order) bool { return o.Cut.Words.Won == 19000 }

func TestFix_WhileThePhotoIsFetchedDelaysNothing(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegram()
	fetches := 0
	release := w.HoldRequest(func(r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/file/") {
			fetches++
		}
		return fetches == 2 // the first one tries whether files can be had at all
	})
	times := apptest.Talkative()
	times.PickUp = time.Hour
	k := w.Talk(w.Start(times, nil))
	photo := k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Process.Wait(func() bool { return len(k.Orders()) == 1 })
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.Process.Until(k.Orders()[0].ID, dearer)
	release()
	if short := k.Gets(1); !strings.Contains(short.Text, "19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.One(1)
}

func TestFix_WhileAShortIsBeingSentLosesNeither(t *testing.T) {
	k := apptest.Talking(t)
	release := k.World.HoldRequest(apptest.Method("sendVideo"))
	photo := k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Process.Wait(func() bool { return len(k.Orders()) == 1 })
	k.Process.Until(k.Orders()[0].ID, at(pipeline.Deliver, pipeline.Begun))
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.Process.Until(k.Orders()[0].ID, dearer)
	release()
	k.Gets(2)
	for _, m := range k.Messages() {
		if m.Kind == "video" && !k.Knows(m.ID) {
			t.Errorf("to answer %q is to answer nothing", m.Text)
		}
	}
	if o := k.Orders()[0]; o.Shown != 2 || o.Cut.Words.Won != 19000 {
		t.Errorf("shown %d, %+v", o.Shown, o.Cut)
	}
	k.One(2)
}
