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
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// filming makes the world's shorts real ones, an eighth as large, from a clip that is there already.
func filming(w *apptest.World) {
	tool := apptest.Ffmpeg(w.T)
	clip, err := os.ReadFile("../../../../bot/testdata/short.mp4")
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

func TestAnOwnerGetsTheSameOrderInEverySize(t *testing.T) {
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

func TestWhatAnOwnerAnswersIsWhatChanges(t *testing.T) {
	k := apptest.Talking(t)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	film := k.Gets(1)
	k.Press(film, "다른 크기")
	k.Press(k.HearsText("어떤 크기로 만들까요?"), "사진 한 장")
	still := k.Sees(1)
	k.Process.Wait(func() bool { return k.Knows(still.ID) })

	k.Press(film, "다른 느낌")
	k.Press(k.HearsText("어떤 느낌으로 바꿀까요?"), "시장")
	k.Gets(2)
	k.SendText("가격 19,000원", people.ReplyTo(still.ID))
	if picture := k.Sees(2); !strings.HasPrefix(picture.Text, "새우 파스타 19,000원") {
		t.Errorf("the picture: %+v", picture)
	}
	k.SendText("다른 음악으로 바꿔주세요", people.ReplyTo(film.ID))
	k.Press(k.HearsText("어떤 음악으로 바꿀까요?"), "잔잔한 음악")
	if newest := k.Gets(3); !strings.HasPrefix(newest.Text, "새우 파스타 19,000원") {
		t.Errorf("the film: %+v", newest)
	}
	k.One(5)
}

func TestAPictureStandsInTheThreadOfItsPost(t *testing.T) {
	k := apptest.Posting(t)
	post := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	short := k.Gets(1, post)
	k.Presses(short, "다른 크기")
	k.Presses(k.Hears("어떤 크기로 만들까요?"), "사진 한 장")
	words := k.Gets(2, post)
	if _, silent := apptest.Button(words, "다른 음악"); silent || !strings.Contains(words.Shown, "새우 파스타 18,000원") {
		t.Errorf("below the picture: %+v", words)
	}
	var picture []byte
	for _, m := range post.Thread() {
		if m.Ours && len(m.Files) > 0 {
			picture = k.Slack.Bytes(m.Files[0].ID)
		}
	}
	if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	k.One(2)
}
