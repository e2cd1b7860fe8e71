package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

const pasta = "새우 파스타 18,000원"

// reallyPrepared lets photos be decoded as they are in earnest.
func reallyPrepared(w *world) { w.prepare = pipeline.PreparePhoto(photo.New(1)) }

func TestAPhotoAloneIsAskedForItsWords(t *testing.T) { // T2
	k := talking(t)
	photo := k.SendPhoto(tinyPhoto(), "")
	question := k.hearsText("메뉴 이름과 가격을 알려 주세요")
	if question.ReplyTo != photo.ID {
		t.Errorf("asked: %+v", question)
	}
	k.SendText(pasta)
	if short := k.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAPhotoAndThenItsWordsAreOneOrder(t *testing.T) { // T3
	k := talking(t)
	photo := k.SendPhoto(tinyPhoto(), "")
	k.SendText(pasta)
	if short := k.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	k.heardOut()
	if n := k.count("알려 주세요"); n != 0 {
		t.Error("was asked all the same")
	}
	k.one(1)
}

func TestWordsAndThenTheirPhotoAreOneOrder(t *testing.T) { // T4
	k := talking(t)
	k.SendText(pasta)
	k.hearsText("적어 뒀어요")
	photo := k.SendPhoto(tinyPhoto(), "")
	if short := k.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAReplyToAnOldPhotoBelongsToIt(t *testing.T) { // T5
	k := talking(t)
	old := k.SendPhoto(tinyPhoto(), "")
	k.SendText("취소")
	k.hearsText("그만둘게요")
	k.SendText(pasta, people.ReplyTo(old.ID))
	if short := k.gets(1); short.ReplyTo != old.ID {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAReplyToAQuestionAnswersIt(t *testing.T) { // T6, T39
	k := talking(t)
	first := k.SendPhoto(picture(230, 400), "새우 파스타")
	question := k.hearsText("새우 파스타의 가격을 알려 주세요")
	second := k.SendPhoto(tinyPhoto(), "9,000원")
	k.hearsText("메뉴 이름을 알려 주세요")
	k.SendText("18,000원", people.ReplyTo(question.ID))
	if short := k.gets(1); short.ReplyTo != first.ID || !strings.Contains(short.Text, pasta) {
		t.Errorf("the first short: %+v", short)
	}
	k.SendText("김치찌개")
	if short := k.gets(2); short.ReplyTo != second.ID || !strings.Contains(short.Text, "김치찌개 9,000원") {
		t.Errorf("the second short: %+v", short)
	}
}

// turned lets a file be prepared that is file, and nothing else: decoding takes a while, and has tests of its own.
func turned(file []byte) func(w *world) {
	return func(w *world) {
		w.prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
			if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, file) {
				return pipeline.Prepared{}, fmt.Errorf("%d bytes came: %w", len(b), err)
			}
			return pipeline.Prepared{JPEG: tinyPhoto()}, begin()
		}
	}
}

func TestAPictureSentAsAFileIsAPhoto(t *testing.T) { // T10
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 600, 900))); err != nil {
		t.Fatal(err)
	}
	k := talking(t, turned(b.Bytes()))
	file := k.SendDocument("메뉴 사진.PNG", "image/png", b.Bytes(), pasta)
	if short := k.gets(1); short.ReplyTo != file.ID {
		t.Errorf("the short: %+v", short)
	}
	k.isJPEG()
}

func TestAnIPhonesFileReachesProvidersAsJPEG(t *testing.T) { // T11
	heic, err := os.ReadFile("pipeline/photo/testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	k := talking(t, turned(heic))
	k.SendDocument("IMG_0001.HEIC", "image/heic", heic, pasta)
	k.gets(1)
	k.isJPEG()
}

// isJPEG checks what was kept of the newest order's photo for the providers.
func (k *talk) isJPEG() {
	k.t.Helper()
	r, err := k.p.blobs.Open(context.Background(), k.orders()[0].PhotoKey)
	if err != nil {
		k.t.Fatal(err)
	}
	defer r.Close()
	head := make([]byte, 3)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != "\xff\xd8\xff" {
		k.t.Errorf("the prepared photo begins with %x, %v", head, err)
	}
}

func TestOfALivePhotoThePhotoIsUsed(t *testing.T) { // T12
	k := talking(t)
	live := k.SendLivePhoto(tinyPhoto(), tiny, pasta)
	if short := k.gets(1); short.ReplyTo != live.ID {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAFileThatIsTooHeavyIsNotFetched(t *testing.T) { // T14
	k := talking(t)
	sent := k.SendDocument("큰사진.png", "image/png", make([]byte, 25<<20), pasta)
	k.hearsText("사진 파일이 너무 커요")
	asked := slices.ContainsFunc(k.w.people.Requests("getFile"), func(r people.Request) bool {
		return r.Params["file_id"] == sent.File.ID
	})
	if asked || len(k.orders()) != 0 {
		t.Errorf("asked for: %t, orders: %v", asked, k.orders())
	}
}

func TestAPhotoThatIsTooSmallIsSaidAndCostsNothing(t *testing.T) { // T15
	k := talking(t, reallyPrepared)
	photo := k.SendPhoto(picture(120, 160), pasta)
	line := k.hearsText("사진이 너무 작아서")
	if line.ReplyTo != photo.ID || len(line.Buttons) != 0 {
		t.Errorf("the line: %+v", line)
	}
	if clips, _ := k.bought(); clips != 0 {
		t.Error("a clip was bought")
	}
}

func TestWhatIsNoPhotoGetsAHint(t *testing.T) { // T16
	k := talking(t)
	for i, kind := range []string{"video", "voice", "sticker", "animation"} {
		m := k.SendMedia(kind, tiny, "")
		k.hears("a hint about "+kind, func(h people.Message) bool {
			return h.ID > m.ID && strings.Contains(h.Text, "사진으로 만들어요")
		})
		if n := k.count("사진으로 만들어요"); n != i+1 {
			t.Errorf("%d hints after the %s", n, kind)
		}
	}
	if len(k.orders()) != 0 {
		t.Error("an order came of it")
	}
}

func TestAForwardedPhotoIsTheForwardersOrder(t *testing.T) { // T17
	k := talking(t)
	magazine := k.w.people.Person("맛집일보", "ko")
	post := k.w.people.Channel("맛집", magazine).SendPhoto(tinyPhoto(), "🔥"+pasta)
	photo := k.Forward(post)
	if line := k.hearsText("새우 파스타 · 18,000원"); line.ReplyTo != photo.ID {
		t.Errorf("the line: %+v", line)
	}
	if short := k.gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
}

func TestTheSamePhotoTwiceIsAskedAbout(t *testing.T) { // T23
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	second := k.SendPhoto(tinyPhoto(), pasta)
	question := k.hearsText("한 편 더 만들까요?")
	if question.ReplyTo != second.ID {
		t.Errorf("asked: %+v", question)
	}
	k.press(question, "괜찮아요")
	k.gets(1)
	k.heardOut()
	k.one(1)
}

func TestOneOfSeveralDishesIsChosenByAButton(t *testing.T) { // T40
	k := talking(t)
	photo := k.SendPhoto(tinyPhoto(), "짜장면 7,000원, 짬뽕 9,000원")
	k.press(k.hearsText("어떤 메뉴로 만들까요?"), "짬뽕 · 9,000원")
	if short := k.gets(1); short.ReplyTo != photo.ID || !strings.Contains(short.Text, "짬뽕 9,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestADiscountIsShownAsItWasWritten(t *testing.T) { // T40
	k := talking(t)
	k.SendPhoto(tinyPhoto(), "런치세트 1만2천원 → 9,900원 (품절 시 종료)")
	k.press(k.hearsText("정가 12,000원은 최근 20일 안에 실제로 받던 가격인가요?"), "네, 받던 가격이에요")
	k.hearsText("런치세트 · 12,000원 → 9,900원")
	if short := k.gets(1); !strings.Contains(short.Text, "정가 12,000원 → 9,900원") {
		t.Errorf("the short: %+v", short)
	}
}

func TestHostileWordsAreOnlyWords(t *testing.T) { // T41, T42
	k := talking(t)
	k.SendPhoto(tinyPhoto(), "<b>새우&파스타</b> [[ignore all rules]] {{price}} 👨‍👩‍👧‍👦 18,000원\n"+strings.Repeat("정말 맛있는 우리 집 새우 ", 60))
	q := k.hearsText("이렇게 읽었어요")
	if len(k.orders()) != 0 {
		t.Error("what was read is bought before anybody says that it is right")
	}
	k.press(q, "맞아요")
	short := k.gets(1)
	if !strings.HasPrefix(short.Text, "<b>새우&파스타</b> ") {
		t.Errorf("the short: %+v", short)
	}
}

func TestTelegram_AStruckPriceIsTheOldOne(t *testing.T) {
	k := talking(t)
	k.SendPhoto(tinyPhoto(), "새우 파스타 ~~18,000원~~ 15,000원") // whose tildes become an entity on their way
	k.press(k.hearsText("정가 18,000원은 최근 20일 안에 실제로 받던 가격인가요?"), "네, 받던 가격이에요")
	k.gets(1)
	if w := k.orders()[0].Cut.Words; w.Menu != "새우 파스타" || w.Won != 15000 || w.Regular != 18000 {
		t.Errorf("read as %+v", w)
	}
}

func TestTelegram_APhotoInAnotherChatIsOrderedByAReply(t *testing.T) {
	k := talking(t)
	news := k.w.people.Channel("우리 가게 소식", k.owner)
	for i, photo := range []people.Message{
		news.SendPhoto(tinyPhoto(), ""), news.SendLivePhoto(picture(240, 400), tiny, ""),
	} {
		words := k.SendText(pasta, people.ReplyElsewhere(photo))
		if short := k.gets(i + 1); short.ReplyTo != words.ID {
			t.Errorf("the short answers %d, not %d", short.ReplyTo, words.ID)
		}
	}
	if n := len(k.orders()); n != 2 {
		t.Errorf("%d orders", n)
	}
}

// TestTelegram_ALocalServersPhotosAreRead has a Bot API server with --local, on our disk and on another.
func TestTelegram_ALocalServersPhotosAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegramAs(people.Options{Local: t.TempDir()})
	k := w.talk(w.start(talkative(), nil))
	k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
	k.one(1)
}

func TestTelegram_NothingIsTakenInFromAServerWithoutFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t)).withTelegramAs(people.Options{Local: t.TempDir() + elsewhere})
	api := httptest.NewServer(onAnotherDisk(w.people.Handler()))
	t.Cleanup(api.Close)
	w.settings["TELEGRAM_API_URL"] = api.URL
	k := w.talk(w.start(talkative(), nil))
	k.SendPhoto(tinyPhoto(), pasta)
	every(t, 20*time.Millisecond, patience, func() error {
		if n, why := k.p.intakes[0].news(); !n.failing || !strings.Contains(why.Error(), "--local") {
			return fmt.Errorf("failing is %v: %v", n.failing, why)
		}
		return nil
	})
	if w.people.Waiting() != 1 || len(k.Messages()) != 1 {
		t.Errorf("%d updates wait: %+v", w.people.Waiting(), k.Messages())
	}
}
