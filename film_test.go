package main

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/film/filmtest"
)

func TestARenderThatIsntAsOrderedWaitsForAnAdmin(t *testing.T) {
	var mended atomic.Bool
	owner, admin := governed(t, func(w *world) {
		w.cut = func(_ context.Context, j sandbox.CutJob) error {
			if mended.Load() {
				return os.WriteFile(j.Out, canned(j, 0), 0o600)
			}
			return os.WriteFile(j.Out, filmtest.Short(1920, 1080, j.Source["duration"].(float64), 0), 0o600)
		}
	})
	owner.SendPhoto(tinyPhoto(), pasta)
	o := owner.p.ended(1, patience)[0]
	if o.Status != pipeline.Parked || o.Reason != pipeline.ReasonUnfit || o.Cut.ShortKey != "" {
		t.Fatalf("%+v", o)
	}
	owner.hearsText("만든 영상에 문제가 있어서 보내지 않았어요")
	number := strconv.FormatInt(o.ID, 10)
	admin.asks("막힌 주문", "결과 파일이 주문과 다름")
	card := admin.asks("상태 "+number, "1920 × 1080 pixels")

	mended.Store(true)
	admin.press(card, "재시도")
	owner.gets(1)
	o = owner.p.until(o.ID, delivered)
	short := owner.w.kept(owner.p, o.Cut.ShortKey)
	if moov := bytes.Index(short, []byte("moov")); moov < 0 || moov > bytes.Index(short, []byte("mdat")) {
		t.Error("the short's index isn't at its front")
	}
	if said := string(short); !strings.Contains(said, "새우 파스타") || !strings.Contains(said, aiLabel) {
		t.Error("the short doesn't say what it shows, or that AI has made it")
	}
	calls, err := owner.p.engine.Calls(t.Context(), o.ID)
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

// TestAShortOfThePhotoBearsNoMarkOfAI: the mark stands where AI has made anything of what is shown.
func TestAShortOfThePhotoBearsNoMarkOfAI(t *testing.T) {
	k := talking(t, fallback("always"), faulty(sandbox.Fault{On: startClip, Fail: "SAFETY.INPUT.IMAGE"}))
	k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
	o := k.p.until(k.orders()[0].ID, delivered)
	if short := string(k.w.kept(k.p, o.Cut.ShortKey)); o.Fallback == "" || !strings.Contains(short, "새우 파스타") || strings.Contains(short, aiLabel) {
		t.Errorf("plain: %q; of %d bytes", o.Fallback, len(short))
	}
}
