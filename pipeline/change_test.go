package pipeline

import "testing"

// ended are orders whose paid call came to its end, as the ledger has it, before they did.
func ended() map[string]Order {
	p := quiet()
	waiting := begun(Render)
	waiting.Phase, waiting.Remote = Waiting, "r1"
	orders := map[string]Order{}
	orders["no credits"], _ = p.settle(begun(Render), fault(Misconfigured, ReasonOutOfCredits))
	orders["refused at its start"], _ = p.settle(begun(Render), fault(Rejected, ReasonPhotoRefused))
	orders["refunded"], _ = p.broken(waiting, Progress{State: Broken, Fault: fault(Rejected, ReasonPhotoRefused)}, 1)
	orders["broken too often"], _ = p.broken(waiting, Progress{State: Broken, Cost: 500, Fault: fault(Transient, ReasonBusy)}, mostReplaced)
	return orders
}

func TestACallThatHasEndedIsNotSettledAgainByAChange(t *testing.T) {
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
