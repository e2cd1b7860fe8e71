package telegram_test

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/film/filmtest"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestFilmCheck_ARenderThatIsNotAsOrderedWaitsForAnAdmin(t *testing.T) {
	var mended atomic.Bool
	owner, admin := governed(t, func(w *apptest.World) {
		w.Cut = func(_ context.Context, j sandbox.CutJob) error {
			if mended.Load() {
				return os.WriteFile(j.Out, apptest.Canned(j, 0), 0o600)
			}
			return os.WriteFile(j.Out, filmtest.Short(1920, 1080, j.Source["duration"].(float64), 0), 0o600)
		}
	})
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := owner.Process.Ended(1)[0]
	if o.Status != pipeline.Parked || o.Reason != pipeline.ReasonUnfit || o.Cut.ShortKey != "" {
		t.Fatalf("%+v", o)
	}
	owner.HearsText("만든 영상에 문제가 있어서 보내지 않았어요")
	number := strconv.FormatInt(o.ID, 10)
	admin.Asks("막힌 주문", "결과 파일이 주문과 다름")
	card := admin.Asks("상태 "+number, "1920 × 1080 pixels")

	mended.Store(true)
	admin.Press(card, "재시도")
	owner.Gets(1)
	o = owner.Process.Until(o.ID, apptest.Delivered)
	short := owner.World.Kept(owner.Process, o.Cut.ShortKey)
	if moov := bytes.Index(short, []byte("moov")); moov < 0 || moov > bytes.Index(short, []byte("mdat")) {
		t.Error("the short's index isn't at its front")
	}
	if said := string(short); !strings.Contains(said, "새우 파스타") || !strings.Contains(said, app.AiLabel) {
		t.Error("the short doesn't say what it shows, or that AI has made it")
	}
	calls, err := owner.Process.Engine.Calls(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	renders := 0
	for _, c := range calls {
		if c.Step == pipeline.Render {
			renders++
			if c.State != pipeline.CallSettled || c.Settled <= 0 {
				t.Errorf("a render in the ledger: %+v", c)
			}
		}
	}
	if renders != 2 || len(calls) != 3 {
		t.Errorf("%d renders among %d calls", renders, len(calls))
	}
}

// TestAIMark_AShortOfThePhotoBearsNone: the mark stands where AI has made anything of what is shown.
func TestAIMark_AShortOfThePhotoBearsNone(t *testing.T) {
	k := apptest.Talking(
		t, apptest.Fallback("always"),
		apptest.Faulty(sandbox.Fault{On: apptest.StartClip, Fail: "SAFETY.INPUT.IMAGE"}),
	)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	o := k.Process.Until(k.Orders()[0].ID, apptest.Delivered)
	if short := string(k.World.Kept(k.Process, o.Cut.ShortKey)); o.Fallback == "" ||
		!strings.Contains(short, "새우 파스타") || strings.Contains(short, app.AiLabel) {
		t.Errorf("plain: %q; of %d bytes", o.Fallback, len(short))
	}
}
