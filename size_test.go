package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	office "github.com/sajangpick/sajangpick/adapters/sandbox/slack"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// eighth is how large shorts are rendered in these tests.
const eighth = .125

// filming makes the world's shorts real ones, an eighth as large, from a clip that is there already.
func filming(w *world) {
	tool := ffmpeg(w.t)
	clip, err := os.ReadFile("bot/testdata/short.mp4")
	if err != nil {
		w.t.Fatal(err)
	}
	w.scale, w.tool = eighth, tool
	w.clip = func(_ context.Context, j sandbox.ClipJob) error { return os.WriteFile(j.Out, clip, 0o600) }
	_, cut := films(tool, nil)
	w.cut = func(ctx context.Context, j sandbox.CutJob) error {
		j.Scale = eighth
		return cut(ctx, j)
	}
}

// sees waits for the n-th picture.
func (k *talk) sees(n int) people.Message {
	k.t.Helper()
	var still people.Message
	_, err := k.Wait(patience, func(all []people.Message) bool {
		i := 0
		for _, m := range all {
			if m.Ours && m.Kind == "photo" {
				i++
				still = m
			}
		}
		return i >= n
	})
	if err != nil {
		k.t.Fatalf("picture %d doesn't come: %v", n, err)
	}
	return still
}

// isA checks the shape of what came, rendered from so many pixels.
func (k *talk) isA(m people.Message, w, h float64) {
	k.t.Helper()
	if want := image.Pt(int(math.Round(w*eighth/2))*2, int(math.Round(h*eighth/2))*2); image.Pt(m.File.W, m.File.H) != want {
		k.t.Errorf("a %s of %d×%d, want %v", m.Kind, m.File.W, m.File.H, want)
	}
}

func TestAnOwnerGetsTheSameOrderInEverySize(t *testing.T) {
	k := talking(t, filming, prepared)
	photo := k.SendPhoto(sample.Photo, pasta)
	short := k.gets(1)
	k.isA(short, 1080, 1920)

	k.press(short, "다른 크기")
	if a := k.press(k.hearsText("어떤 크기로 만들까요?"), "사진 한 장"); !strings.Contains(a.Text, "사진 한 장으로 만들고 있어요") {
		t.Errorf("of the picture was said %+v", a)
	}
	still := k.sees(1)
	k.p.wait(func() bool { return k.knows(still.ID) })
	k.isA(still, 1080, 1350)
	if still.ReplyTo != photo.ID || !strings.HasPrefix(still.Text, "새우 파스타 18,000원") {
		t.Errorf("the picture: %+v", still)
	}
	if _, err := jpeg.Decode(bytes.NewReader(k.w.people.Bytes(still.File.ID))); err != nil {
		t.Error(err)
	}
	k.hearsText("사진이 완성됐어요")

	k.SendText("정사각형으로도 주세요", people.ReplyTo(still.ID))
	square := k.gets(2)
	k.isA(square, 1080, 1080)
	if th := square.File.Thumb; th == nil || th.W != th.H {
		t.Errorf("its thumbnail is %+v", th)
	}
	k.SendText("사진으로 한 장", people.ReplyTo(square.ID))
	k.sees(2)
	k.p.until(k.orders()[0].ID, func(o pipeline.Order) bool { return delivered(o) && o.Cut.N == 4 })
	k.SendText("/videos")
	k.press(k.hearsText("최근에 만들어 드린 것들이에요"), "🖼 1. 새우 파스타")
	k.sees(3)
	k.one(4)
}

func TestWhatAnOwnerAnswersIsWhatChanges(t *testing.T) {
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	film := k.gets(1)
	k.press(film, "다른 크기")
	k.press(k.hearsText("어떤 크기로 만들까요?"), "사진 한 장")
	still := k.sees(1)
	k.p.wait(func() bool { return k.knows(still.ID) })

	k.press(film, "다른 느낌")
	k.press(k.hearsText("어떤 느낌으로 바꿀까요?"), "시장")
	k.gets(2)
	k.SendText("가격 19,000원", people.ReplyTo(still.ID))
	if picture := k.sees(2); !strings.HasPrefix(picture.Text, "새우 파스타 19,000원") {
		t.Errorf("the picture: %+v", picture)
	}
	k.SendText("다른 음악으로 바꿔주세요", people.ReplyTo(film.ID))
	k.press(k.hearsText("어떤 음악으로 바꿀까요?"), "잔잔한 음악")
	if newest := k.gets(3); !strings.HasPrefix(newest.Text, "새우 파스타 19,000원") {
		t.Errorf("the film: %+v", newest)
	}
	k.one(5)
}

func TestAPictureStandsInTheThreadOfItsPost(t *testing.T) {
	k := posting(t)
	post := k.Post(pasta, office.Photo(tinyPhoto()))
	short := k.gets(1, post)
	k.presses(short, "다른 크기")
	k.presses(k.hears("어떤 크기로 만들까요?"), "사진 한 장")
	words := k.gets(2, post)
	if _, silent := button(words, "다른 음악"); silent || !strings.Contains(words.Shown, "새우 파스타 18,000원") {
		t.Errorf("below the picture: %+v", words)
	}
	var picture []byte
	for _, m := range post.Thread() {
		if m.Ours && len(m.Files) > 0 {
			picture = k.sl.Bytes(m.Files[0].ID)
		}
	}
	if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	k.one(2)
}
