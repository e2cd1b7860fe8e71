package main

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/truth"
)

const (
	dishChanged = "만들어진 영상에서 음식이 달라 보여서, 사장님 사진을 그대로 살려 천천히 확대했어요."
	noClips     = "지금은 사진을 움직이게 만들기 어려워서, 사장님 사진을 그대로 살려 천천히 확대했어요."
)

var (
	anotherDish = sandbox.Fault{On: startClip, Swap: true}
	noCredits   = sandbox.Fault{On: startClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`, Times: -1}
)

// preparedPhoto is sample.Photo as it is prepared in earnest, a quarter as large: doing it takes seconds under the
// race detector.
//
//go:embed testdata/prepared.jpg
var preparedPhoto []byte

func prepared(w *world) {
	w.prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
		_, err := io.Copy(io.Discard, r)
		return pipeline.Prepared{JPEG: preparedPhoto}, errors.Join(err, begin())
	}
}

// guarded lets clips be small but real ones, and somebody compare them with the photo.
func guarded(w *world) {
	tool := ffmpeg(w.t)
	w.guard = truth.New(tool)
	prepared(w)
	w.clip = func(ctx context.Context, j sandbox.ClipJob) error {
		return clip.Render(ctx, tool, clip.Request{
			Photo: j.Photo, Prompt: j.Prompt, W: 108, H: 192, Seconds: 2, FPS: 4, Seed: j.Seed, Out: j.Out, Preset: "ultrafast",
		})
	}
}

// fallback sets CLIP_FALLBACK.
func fallback(value string) func(w *world) {
	return func(w *world) { w.settings["CLIP_FALLBACK"] = value }
}

// clip is the ledger's row of an order's only clip.
func (k *talk) clipOf(order int64) (clip pipeline.Call) {
	k.t.Helper()
	calls, err := k.p.engine.Calls(k.t.Context(), order)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, c := range calls {
		if c.Step == pipeline.Animate {
			clip = c
		}
	}
	return clip
}

func TestAClipOfAnotherDishIsNotShown(t *testing.T) {
	k := talking(t, guarded, faulty(anotherDish))
	k.SendPhoto(sample.Photo, pasta)
	k.gets(1)
	k.hearsText("영상이 완성됐어요.\n" + dishChanged)
	o := k.orders()[0]
	if o.Fallback != pipeline.ReasonDishChanged || o.ClipKey == "" || k.w.rendered(aiLabel) != 0 {
		t.Errorf("%+v, rendered as made by AI %d times", o, k.w.rendered(aiLabel))
	}
	if c := k.clipOf(o.ID); c.State != pipeline.CallSettled || c.Settled != 1500 || !strings.HasPrefix(c.Note, "not used: the dish changed, first frame 0.") {
		t.Errorf("in the ledger as %+v", c)
	}
	if b, err := k.p.engine.AuditLedger(t.Context()); err != nil || len(b.Inconsistencies) > 0 {
		t.Errorf("the ledger doesn't add up: %v, %v", b.Inconsistencies, err)
	}
	if clips, cuts := k.bought(); clips != 1 || cuts != 1 {
		t.Errorf("%d clips and %d cuts were bought", clips, cuts)
	}
}

func TestAClipOfTheDishIsShown(t *testing.T) {
	k := talking(t, guarded)
	k.SendPhoto(sample.Photo, pasta)
	k.gets(1)
	if o := k.orders()[0]; o.Fallback != "" || k.w.rendered(aiLabel) != 1 || k.count("확대했어요") != 0 {
		t.Errorf("%+v: %s", o, k.clipOf(o.ID).Note)
	}
}

// TestAMadeAgainShortHasAClip: another order, another try.
func TestAMadeAgainShortHasAClip(t *testing.T) {
	k := talking(t, guarded, faulty(anotherDish))
	k.SendPhoto(sample.Photo, pasta)
	short := k.gets(1)
	k.press(short, "다시 만들기")
	k.press(k.hearsText("새로 만들까요?"), "새로 만들기")
	k.gets(2)
	if o := k.orders()[0]; o.Fallback != "" || o.ClipKey == "" {
		t.Errorf("%+v", o)
	}
}

func TestAShortWithoutAClipMayBeChanged(t *testing.T) {
	k := talking(t, guarded, faulty(anotherDish))
	k.SendPhoto(sample.Photo, pasta)
	k.SendText("가격 19,000원", people.ReplyTo(k.gets(1).ID))
	k.gets(2)
	if clips, cuts := k.bought(); clips != 1 || cuts != 2 || k.w.rendered(aiLabel) != 0 {
		t.Errorf("%d clips and %d cuts were bought", clips, cuts)
	}
}

func TestAShortAlwaysComesIfTheSettingsAllowIt(t *testing.T) {
	owner, ops := onDuty(t, fallback("always"), faulty(noCredits))
	owner.SendPhoto(tinyPhoto(), pasta)
	owner.gets(1)
	owner.hearsText("영상이 완성됐어요.\n" + noClips)
	bell := ops.hearsText("🖼️ 1번 주문부터 움직이는 영상 없이")
	for _, part := range []string{"크레딧이 없음", "not have enough credits", "충전하면"} {
		if !strings.Contains(bell.Text, part) {
			t.Errorf("nothing of %q in %q", part, bell.Text)
		}
	}
	o := owner.orders()[0]
	if c := owner.clipOf(o.ID); o.Fallback != pipeline.ReasonOutOfCredits || c.State != pipeline.CallVoid || !strings.Contains(c.Note, "enough credits") {
		t.Errorf("%+v %+v", o, c)
	}
	owner.SendPhoto(tinyPhoto(), "김치찌개 9,000원")
	owner.gets(2)
	if values, _ := scrape(t, owner.p); values[`sajangpick_order_fallback_total{reason="out_of_credits"}`] != 2 {
		t.Errorf("counted as %v", values)
	}
	if n := ops.count("움직이는 영상 없이"); n != 1 {
		t.Errorf("ops were told %d times", n)
	}
}

func TestWithTheFallbackOffAnyClipIsShownAndNoneIsWaitedFor(t *testing.T) {
	k := talking(t, fallback("off"), faulty(noCredits))
	if k.p.pipe.CheckClip != nil || k.p.pipe.AlwaysFallback {
		t.Error("it compares or goes on plainly")
	}
	k.SendPhoto(tinyPhoto(), pasta)
	k.hearsText("지금은 새 영상을 만들 수 없어요.")
	if o := k.orders()[0]; o.Status != pipeline.Parked || o.Fallback != "" {
		t.Errorf("%+v", o)
	}
}

// TestAKillDuringTheComparisonBuysNothingTwice ends the process while it compares.
func TestAKillDuringTheComparisonBuysNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	p := w.start(hurried(), nil)
	compares := make(chan struct{}, 100)
	p.pipe.CheckClip = func(ctx context.Context, _, _ string) (string, error) {
		compares <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	}
	o, err := p.place("one")
	if err != nil {
		t.Fatal(err)
	}
	<-compares
	p.kill()
	p = w.start(hurried(), nil)
	defer p.stop()
	p.pipe.CheckClip = func(context.Context, string, string) (string, error) { return "another dish", nil }
	if o := p.until(o.ID, delivered); o.Fallback != pipeline.ReasonDishChanged {
		t.Errorf("%+v", o)
	}
	w.bought(o.ID, 1, 1)
}
