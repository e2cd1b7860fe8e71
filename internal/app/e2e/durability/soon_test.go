package durability_test

import (
	"context"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/storage"
)

// asleep is a database whose queue never brings a wakeup.
type asleep struct{ storage.Engine }

func (a asleep) Start(ctx context.Context, h storage.Handlers) error {
	h.Advance = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	return a.Engine.Start(ctx, h)
}

func TestRetry_ThatIsNearDoesNotWaitForTheQueue(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	apptest.Faulty(sandbox.Fault{On: apptest.StartClip, Status: 503, Times: 2})(w)
	p := w.Start(apptest.Hurried(), func(e storage.Engine) storage.Engine { return asleep{e} })
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(o.ID, apptest.Delivered)
}
