package ops_test

import (
	"errors"
	"testing"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestAnnounce_AnIncidentThatEndsMeanwhileIsToldOfTwiceOrNotAtAll has a process find all well at each moment at which
// another one is about to tell that nothing comes in.
func TestAnnounce_AnIncidentThatEndsMeanwhileIsToldOfTwiceOrNotAtAll(t *testing.T) {
	for _, at := range []string{"Incidents", "Chat", "Commit"} {
		for _, ends := range []bool{true, false} { // the interrupted process is the one that tells of the end
			bottest.WithOpsChat(t, func(t *bottest.Talk, well *ops.Ops) {
				meanwhile := func() { t.Check(well.Intake(t.Context(), "slack", nil)) }
				if ends {
					_, err := t.Store.OpenIncident(t.Context(), "intake:slack", "📪")
					t.Check(err)
					meanwhile = func() { t.Check(well.Announce(t.Context())) }
				}
				done := false
				o := t.Ops(func(o *ops.Options) {
					o.Store = &storagetest.Failing{Engine: t.Store, Fails: func(method string) error {
						if method == at && !done {
							done = true
							meanwhile()
						}
						return nil
					}}
				})
				if ends {
					t.Check(o.Intake(t.Context(), "slack", nil))
				} else {
					t.Check(o.Intake(t.Context(), "slack", errors.New("socket refused")))
				}
				all, err := t.Store.Incidents(t.Context())
				t.Check(err)
				told := len(t.Told())
				if right := len(all) == 1 && told == 1 || len(all) == 0 && (told == 0 || told == 2); !done || !right {
					t.Errorf("%s, ends %v: ops were told %d times, %d go on", at, ends, told, len(all))
				}
			})
		}
	}
}
