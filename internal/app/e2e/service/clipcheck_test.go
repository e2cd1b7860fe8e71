package service_test

import (
	"context"
	_ "embed"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

const (
	dishChanged = "만들어진 영상에서 음식이 달라 보여서, 사장님 사진을 그대로 살려 천천히 확대했어요."
	noClips     = "지금은 사진을 움직이게 만들기 어려워서, 사장님 사진을 그대로 살려 천천히 확대했어요."
)

var (
	anotherDish = sandbox.Fault{On: apptest.StartClip, Swap: true}
	noCredits   = sandbox.Fault{
		On: apptest.StartClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`,
		Times: -1,
	}
)

// guarded lets clips be small but real ones, and somebody compare them with the photo.
func guarded(w *apptest.World) {
	tool := apptest.Ffmpeg(w.T)
	w.ClipChecker = clipcheck.New(tool)
	apptest.Prepared(w)
	w.Clip = func(ctx context.Context, j sandbox.ClipJob) error {
		return clip.Render(ctx, tool, clip.Request{
			Photo: j.Photo, Prompt: j.Prompt, W: 108, H: 192, Seconds: 2, FPS: 4, Seed: j.Seed, Out: j.Out,
			Preset: "ultrafast",
		})
	}
}

// decided lets the first clip be one that another dish is seen in beyond doubt.
func decided(w *apptest.World) {
	var n atomic.Int64
	w.CheckClip = func(context.Context, string, string) (pipeline.ClipVerdict, error) {
		if n.Add(1) > 1 {
			return pipeline.ClipVerdict{}, nil
		}
		return pipeline.ClipVerdict{Changed: "the dish alike by 0.01", Decides: true}, nil
	}
}

func TestClipCheck_AClipThatMayShowAnotherDishIsUsedAndOpsAreTold(t *testing.T) {
	owner, ops := apptest.OnDuty(t, guarded, apptest.Faulty(anotherDish))
	owner.SendPhoto(sample.Photo, apptest.Pasta)
	owner.Gets(1)
	if told := ops.HearsText(
		"🍽️ 1번 주문의 영상에서 음식이 사진과 달라졌을 수 있어요.",
	); !strings.Contains(told.Text, "the dish alike by 0.") {
		t.Errorf("%q", told.Text)
	}
	o := owner.Orders()[0]
	if o.Fallback != "" || !strings.HasPrefix(o.Framing.Suspect, "the dish alike by 0.") ||
		owner.World.Rendered(app.AiLabel) != 1 || owner.Count("확대했어요") != 0 {
		t.Errorf("%+v", o)
	}
	if c := owner.ClipOf(o.ID); c.State != pipeline.CallSettled ||
		!strings.HasPrefix(c.Note, "used, though the dish may have changed: the dish alike by 0.") {
		t.Errorf("in the ledger as %+v", c)
	}
}

func TestClipCheck_AClipOfAnotherDishIsNotShown(t *testing.T) {
	k := apptest.Talking(t, apptest.Prepared, decided)
	k.SendPhoto(sample.Photo, apptest.Pasta)
	k.Gets(1)
	k.HearsText("영상이 완성됐어요.\n" + dishChanged)
	o := k.Orders()[0]
	if o.Fallback != pipeline.ReasonDishChanged || o.ClipKey == "" || k.World.Rendered(app.AiLabel) != 0 {
		t.Errorf("%+v, rendered as made by AI %d times", o, k.World.Rendered(app.AiLabel))
	}
	if c := k.ClipOf(o.ID); c.State != pipeline.CallSettled || c.Settled != 1500 ||
		!strings.HasPrefix(c.Note, "not used: the dish changed, the dish alike by 0.") {
		t.Errorf("in the ledger as %+v", c)
	}
	if b, err := k.Process.Engine.AuditLedger(t.Context()); err != nil || len(b.Inconsistencies) > 0 {
		t.Errorf("the ledger doesn't add up: %v, %v", b.Inconsistencies, err)
	}
	if clips, cuts := k.Bought(); clips != 1 || cuts != 1 {
		t.Errorf("%d clips and %d cuts were bought", clips, cuts)
	}
}

func TestClipCheck_AClipOfTheDishIsShown(t *testing.T) {
	k := apptest.Talking(t, guarded)
	k.SendPhoto(sample.Photo, apptest.Pasta)
	k.Gets(1)
	if o := k.Orders()[0]; o.Fallback != "" || o.Framing.Suspect != "" || k.World.Rendered(app.AiLabel) != 1 ||
		k.Count("확대했어요") != 0 {
		t.Errorf("%+v: %s", o, k.ClipOf(o.ID).Note)
	}
}

func TestFallback_AShortAlwaysComesIfTheSettingsAllowIt(t *testing.T) {
	owner, ops := apptest.OnDuty(t, apptest.Fallback("always"), apptest.Faulty(noCredits))
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	owner.Gets(1)
	owner.HearsText("영상이 완성됐어요.\n" + noClips)
	bell := ops.HearsText("🖼️ 1번 주문부터 움직이는 영상 없이")
	for _, part := range []string{"크레딧이 없음", "not have enough credits", "충전하면"} {
		if !strings.Contains(bell.Text, part) {
			t.Errorf("nothing of %q in %q", part, bell.Text)
		}
	}
	o := owner.Orders()[0]
	if c := owner.ClipOf(o.ID); o.Fallback != pipeline.ReasonOutOfCredits || c.State != pipeline.CallVoid ||
		!strings.Contains(c.Note, "enough credits") {
		t.Errorf("%+v %+v", o, c)
	}
	owner.SendPhoto(apptest.TinyPhoto(), "김치찌개 9,000원")
	owner.Gets(2)
	if values, _ := scrape(t, owner.Process); values[`sajangpick_order_fallback_total{reason="out_of_credits"}`] != 2 {
		t.Errorf("counted as %v", values)
	}
	if n := ops.Count("움직이는 영상 없이"); n != 1 {
		t.Errorf("ops were told %d times: %+v", n, ops.Messages())
	}
}

func TestFallback_OffShowsAnyClipAndMakesNoShortWithoutOne(t *testing.T) {
	var built pipeline.Options
	k := apptest.Talking(t, apptest.Fallback("off"), apptest.Faulty(noCredits), func(w *apptest.World) {
		w.Wire = func(parts *app.Parts) { parts.Pipeline = func(o *pipeline.Options) { built = *o } }
	})
	if built.CheckClip != nil || built.AlwaysFallback {
		t.Error("it compares or goes on plainly")
	}
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.HearsText("지금은 새 영상을 만들 수 없어요.")
	if o := k.Orders()[0]; o.Status != pipeline.Parked || o.Fallback != "" {
		t.Errorf("%+v", o)
	}
}

// TestClipCheck_AKillDuringTheComparisonBuysNothingTwice ends the process while it compares.
func TestClipCheck_AKillDuringTheComparisonBuysNothingTwice(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	compares := make(chan struct{}, 100)
	w.CheckClip = func(ctx context.Context, _, _ string) (pipeline.ClipVerdict, error) {
		compares <- struct{}{}
		<-ctx.Done()
		return pipeline.ClipVerdict{}, ctx.Err()
	}
	p := w.Start(apptest.Hurried(), nil)
	o, err := p.Place("one")
	if err != nil {
		t.Fatal(err)
	}
	<-compares
	p.Kill()
	w.CheckClip = func(context.Context, string, string) (pipeline.ClipVerdict, error) {
		return pipeline.ClipVerdict{Changed: "another dish", Decides: true}, nil
	}
	p = w.Start(apptest.Hurried(), nil)
	defer p.Stop()
	if o := p.Until(o.ID, apptest.Delivered); o.Fallback != pipeline.ReasonDishChanged {
		t.Errorf("%+v", o)
	}
	w.Bought(o.ID, 1, 1)
}
