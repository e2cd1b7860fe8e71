package pipeline

import (
	"bufio"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAResultIsTakenForWhatItIs(t *testing.T) {
	short, still := Call{ID: "k1", Order: 12, Cut: 1, Step: Render}, Call{ID: "k2", Order: 12, Cut: 2, Step: Render}
	keys := map[string]string{
		"a film": ResultKey(short, Tall), "a square film": ResultKey(short, Square),
		"a still": ResultKey(still, Still), "a clip": ResultKey(Call{Step: Animate}, Still),
	}
	for head, fits := range map[string]string{
		"\x00\x00\x00\x18ftypmp42":           "a film, a square film, a clip",
		"\xff\xd8\xff\xe0\x00\x10JFIF":       "a still",
		"\x89PNG\r\n\x1a\n\x00\x00":          "",
		"<html><body>502 Bad Gateway</body>": "",
		"ftyp":                               "",
		"":                                   "",
	} {
		kind, err := kindOf(bufio.NewReader(strings.NewReader(head)))
		if err != nil {
			t.Errorf("%q: %v", head, err)
		}
		for name, key := range keys {
			if taken := kind == resultType(key); taken != strings.Contains(fits, name) {
				t.Errorf("%q is taken for %s: %v", head, name, taken)
			}
		}
	}
}

// TestNotTaken_AnUnfitResultIsFetchedAgainAndThenSetAside: it may not be whole yet; if it stays so, it was paid for and
// the next try buys another.
func TestNotTaken_AnUnfitResultIsFetchedAgainAndThenSetAside(t *testing.T) {
	p, pr := quiet(), Progress{State: Succeeded, Cost: 500}
	o := Order{ID: 12, Status: Open, Step: Render, Phase: Waiting, Call: "k1", Remote: "r1", Since: time.Now()}
	unfit := &Fault{Kind: Transient, Reason: ReasonUnfit, Err: errors.New("no sound")}
	for try := 1; try < unfitTries; try++ {
		var m *Move
		if o, m = p.notTaken(o, pr, unfit); o.Status != Open || o.Phase != Waiting || o.Remote != "r1" ||
			len(m.Calls) > 0 {
			t.Fatalf("try %d: %+v, %+v", try, o, m)
		}
	}
	passing := &Fault{Kind: Transient, Reason: ReasonTrouble, Err: errors.New("no answer")}
	if o, _ := p.notTaken(o, pr, passing); o.Status != Open || o.Remote != "r1" {
		t.Errorf("a passing failure: %+v", o)
	}
	o, m := p.notTaken(o, pr, unfit)
	if o.Status != Parked || o.Reason != ReasonUnfit || !strings.Contains(o.Detail, "no sound") || len(m.Calls) != 1 ||
		m.Calls[0].State != CallSettled || m.Calls[0].Settled != 500 {
		t.Errorf("%+v, %+v", o, m)
	}
	if o, m, err := Retry(o); err != nil || o.Phase != Ready || o.Step != Render || o.Remote != "" || len(m.Calls) > 0 {
		t.Errorf("taken up again: %+v, %+v, %v", o, m, err)
	}
}
