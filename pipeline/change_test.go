package pipeline

import "testing"

// ended are orders whose paid call came to its end, as the ledger has it, before they did.
func ended() map[string]Order {
	p := quiet()
	p.opts.Times.Setup = 0
	waiting := begun(Render)
	waiting.Phase, waiting.Remote = Waiting, "r1"
	orders := map[string]Order{}
	orders["no credits"], _ = p.driver.settler.settle(begun(Render), fault(Misconfigured, ReasonOutOfCredits))
	orders["refused at its start"], _ = p.driver.settler.settle(begun(Render), fault(Rejected, ReasonPhotoRefused))
	orders["refunded"], _ = p.driver.settler.broken(
		waiting, Progress{State: Broken, Fault: fault(Rejected, ReasonPhotoRefused)}, 1,
	)
	orders["broken too often"], _ = p.driver.settler.broken(
		waiting, Progress{State: Broken, Cost: 500, Fault: fault(Transient, ReasonBusy)}, maxReplaced,
	)
	return orders
}

func TestChange_DoesNotSettleACallThatHasEndedAgain(t *testing.T) {
	for name, o := range ended() {
		o.ClipKey = "clip"
		if o.Status == Open {
			t.Fatalf("%s: %+v", name, o)
		}
		_, m, err := Fix(o, Edit{Look: "market"})
		if err != nil || len(m.Calls) != 0 {
			t.Errorf("%s: a fix writes %+v over it, %v", name, m.Calls, err)
		}
		if _, m, _ := Cancel(o); len(m.Calls) != 0 {
			t.Errorf("%s: a cancel writes %+v over it", name, m.Calls)
		}
		if _, m, _ := Retry(o); len(m.Calls) != 0 {
			t.Errorf("%s: another try writes %+v over it", name, m.Calls)
		}
	}
}

// meanwhile is what people made of an order whose short was just being sent, or its render begun.
func meanwhile(t *testing.T, o Order, changes ...func(Order) (Order, Move, error)) Order {
	t.Helper()
	for _, change := range changes {
		var err error
		if o, _, err = change(o); err != nil {
			t.Fatal(err)
		}
		o.Version++
	}
	return o
}

func restyled(o Order) (Order, Move, error) { return Fix(o, Edit{Look: "market"}) }

func TestChange_APersonWhoHasAShortHasItWhateverElseWasDecided(t *testing.T) {
	sent := begun(Deliver)
	sent.ClipKey, sent.Cut.Look = "clip", "clean"
	done := sent
	done.Status, done.Call, done.Shown, done.Cut.Receipt = Delivered, "", 1, "7 file"
	second, dones := sent, done
	second.Cut.N, second.Shown, dones.Cut.N, dones.Shown = 2, 1, 2, 2
	for name, x := range map[string]struct {
		answer, now  Order
		status       Status
		cut, shown   int
		older, wrote bool // the receipt is written beside the order, or with it
	}{
		"nothing happened":             {done, meanwhile(t, sent), Delivered, 1, 1, false, true},
		"it was cancelled":             {done, meanwhile(t, sent, Cancel), Delivered, 1, 1, false, true},
		"a new cut is under way":       {done, meanwhile(t, sent, restyled), Open, 2, 1, true, false},
		"the new cut was cancelled":    {done, meanwhile(t, sent, restyled, Cancel), Delivered, 1, 1, false, true},
		"a second cut was cancelled":   {dones, meanwhile(t, second, Cancel), Delivered, 2, 2, false, true},
		"a third cut is under way":     {dones, meanwhile(t, second, restyled), Open, 3, 2, true, false},
		"another process sends it too": {done, again(sent), Delivered, 1, 1, false, true},
	} {
		o, m := mergeLateAnswer(x.answer, x.now, Move{Cut: true}, "call1")
		if o.Status != x.status || o.Cut.N != x.cut || o.Shown != x.shown || o.Version != x.now.Version {
			t.Errorf("%s: %s, cut %d, shown %d, version %d", name, o.Status, o.Cut.N, o.Shown, o.Version)
		}
		if older := m.Older != nil && m.Older.Receipt == "7 file"; older != x.older || m.Cut != x.wrote ||
			x.wrote && o.Cut.Receipt != "7 file" {
			t.Errorf("%s: the receipt is lost: %+v", name, m)
		}
		if x.wrote && o.Cut.Look != "clean" {
			t.Errorf("%s: cut %d has another's look", name, o.Cut.N)
		}
	}
}

// again is an order whose delivery was begun anew, since nobody had heard of the first.
func again(o Order) Order {
	o.Version, o.Attempt, o.Call = o.Version+2, o.Attempt+1, "call2"
	return o
}
