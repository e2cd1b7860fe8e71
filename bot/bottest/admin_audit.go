package bottest

import (
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Audited lists what admins did, oldest first.
func (t *Talk) Audited(want ...string) {
	t.Helper()
	all, err := t.Store.ListAudit(t.Context(), 0, 100)
	t.Check(err)
	var got []string
	for _, x := range slices.Backward(all) {
		got = append(got, x.Who+" "+x.What+": "+x.Then)
		if time.Since(x.At) > time.Hour {
			t.Errorf("%+v was done long ago", x)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the audit has %q, want %q", got, want)
	}
}

func (t *Talk) Now(o pipeline.Order) pipeline.Order {
	t.Helper()
	o, err := t.Store.Order(t.Context(), o.ID)
	t.Check(err)
	return o
}
