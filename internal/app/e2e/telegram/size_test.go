package telegram_test

import (
	"bytes"
	"context"
	"image/jpeg"
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// filming makes the world's shorts real ones, an eighth as large, from a clip that is there already.
func filming(w *apptest.World) {
	tool := apptest.Ffmpeg(w.T)
	clip, err := os.ReadFile("../../../../bot/outbox/testdata/short.mp4")
	if err != nil {
		w.T.Fatal(err)
	}
	w.Scale, w.Tool = apptest.Eighth, tool
	w.Clip = func(_ context.Context, j sandbox.ClipJob) error { return os.WriteFile(j.Out, clip, 0o600) }
	_, cut := app.Films(tool, nil)
	w.Cut = func(ctx context.Context, j sandbox.CutJob) error {
		j.Scale = apptest.Eighth
		return cut(ctx, j)
	}
}

func TestSize_AnOwnerGetsTheSameOrderInEach(t *testing.T) {
	k := apptest.Talking(t, filming, apptest.Prepared)
	photo := k.SendPhoto(sample.Photo, apptest.Pasta)
	short := k.Gets(1)
	k.IsA(short, 1080, 1920)

	k.Press(short, "다른 크기")
	if a := k.Press(k.HearsText("어떤 크기로 만들까요?"), "사진 한 장"); !strings.Contains(a.Text, "사진 한 장으로 만들고 있어요") {
		t.Errorf("of the picture was said %+v", a)
	}
	still := k.Sees(1)
	k.Process.Wait(func() bool { return k.Knows(still.ID) })
	k.IsA(still, 1080, 1350)
	if still.ReplyTo != photo.ID || !strings.HasPrefix(still.Text, "새우 파스타 18,000원") {
		t.Errorf("the picture: %+v", still)
	}
	if _, err := jpeg.Decode(bytes.NewReader(k.World.People.Bytes(still.File.ID))); err != nil {
		t.Error(err)
	}
	k.HearsText("사진이 완성됐어요")

	k.SendText("정사각형으로도 주세요", people.ReplyTo(still.ID))
	square := k.Gets(2)
	k.IsA(square, 1080, 1080)
	if th := square.File.Thumb; th == nil || th.W != th.H {
		t.Errorf("its thumbnail is %+v", th)
	}
	k.SendText("사진으로 한 장", people.ReplyTo(square.ID))
	k.Sees(2)
	k.Process.Until(k.Orders()[0].ID, func(o pipeline.Order) bool { return apptest.Delivered(o) && o.Cut.N == 4 })
	k.SendText("/videos")
	k.Press(k.HearsText("최근에 만들어 드린 것들이에요"), "🖼 1. 새우 파스타")
	k.Sees(3)
	k.One(4)
}
