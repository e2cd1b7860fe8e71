package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

func TestOrder_OneKeyIsOneOrderHoweverOftenItIsSent(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	var presses sync.WaitGroup
	paths := make([]string, 6)
	for i := range paths {
		presses.Go(func() {
			_, said := b.send(
				sample.Photo, "key", orderKey, "menu", "새우 파스타", "price", "1.8만", "look", "fine", "music", "calm",
			)
			paths[i] = said.Location
		})
	}
	presses.Wait()
	for _, p := range paths {
		if p == "" || p != paths[0] {
			t.Errorf("orders %v", paths)
		}
	}
	o := h.newest("7")
	if w := o.Cut.Words; w.Menu != "새우 파스타" || w.Price != "18,000원" || w.Won != 18000 || o.Cut.Look != "fine" ||
		o.Cut.Music != "calm" {
		t.Errorf("the order %+v", o.Cut)
	}
	if o.Thread.Platform != web.Platform || o.Thread.User != "telegram:7" || o.Shop == 0 {
		t.Errorf("the order is of %+v, shop %d", o.Thread, o.Shop)
	}
	blob, err := h.blobs.Open(t.Context(), o.Photo.Ref)
	if err != nil {
		t.Fatal(err)
	}
	_ = blob.Close()
	if got := b.get("/web/orders"); strings.Count(got.body, `id="card-`) != 1 {
		t.Errorf("the list: %s", got.body)
	}
}

// newest is the newest order of the shop of a private chat of Telegram.
func (h *house) newest(chat string) pipeline.Order {
	h.t.Helper()
	c, err := h.store.Chat(h.t.Context(), "telegram", chat)
	if err != nil {
		h.t.Fatal(err)
	}
	all, err := h.store.OrdersOf(h.t.Context(), c.Shop, 0, 1)
	if err != nil || len(all) != 1 {
		h.t.Fatalf("%d orders, %v", len(all), err)
	}
	return all[0]
}

func TestOrder_PastItsKeepingTimeIsSaidToBeGone(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	path := b.orders("새우 파스타")
	b.post(path+"/cancel", nil)
	o := h.newest("7")
	if err := h.store.MarkPurged(t.Context(), o.ID); err != nil {
		t.Fatal(err)
	}
	for _, compacted := range []bool{false, true} {
		if compacted {
			if n, _, err := h.store.Compact(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
				t.Fatalf("%d were compacted, %v", n, err)
			}
		}
		for _, at := range []string{path, path + "/photo"} {
			if got := b.get(at); got.status != http.StatusGone || !strings.Contains(got.body, "보관 기한이 지나서") {
				t.Errorf("compacted %v, %s: %d %s", compacted, at, got.status, got.body)
			}
		}
		if got := b.post(path+"/again", nil); got.status != http.StatusGone {
			t.Errorf("compacted %v, made again: %d %s", compacted, got.status, got.body)
		}
		if got := b.get("/web/orders"); got.status != http.StatusOK || strings.Contains(got.body, "card-") {
			t.Errorf("compacted %v, the list: %d %s", compacted, got.status, got.body)
		}
	}
}

func TestOrder_WhatIsWrongStandsBesideItsField(t *testing.T) {
	h := open(t, func(o *session.Options, _ *web.Options) { o.Limit = 1 })
	b := h.owner("7")
	for name, c := range map[string]struct {
		fields      []string
		photo       []byte
		field, text string
	}{
		"no price": {[]string{"menu", "새우 파스타"}, sample.Photo, "price", "가격을 알려 주세요"},
		"a typo":   {[]string{"menu", "새우 파스타", "price", "18원"}, sample.Photo, "price", "‘18원’으로 읽었어요"},
		"no menu":  {[]string{"price", "18000"}, sample.Photo, "menu", "메뉴 이름을 알려 주세요"},
		"no photo": {[]string{"menu", "새우 파스타", "price", "18000"}, nil, "photo", "사진을 골라 주세요"},
		"a lower price": {
			[]string{"menu", "새우 파스타", "price", "18000", "regular", "15000"}, sample.Photo, "regular", "높아야 해요",
		},
		"was it charged?": {
			[]string{"menu", "새우 파스타", "price", "18000", "regular", "22000"}, sample.Photo, "real", "22,000원을 최근 20일",
		},
		"no picture": {
			[]string{"menu", "새우 파스타", "price", "18000"}, []byte("<html><script>alert(1)</script>"), "photo",
			"사진이 아닌 것 같아요",
		},
		"an empty file": {[]string{"menu", "새우 파스타", "price", "18000"}, []byte{}, "photo", "빈 파일"},
	} {
		got, said := b.send(c.photo, append([]string{"key", "key-of-" + strings.Map(letters, name)}, c.fields...)...)
		if got.status != http.StatusUnprocessableEntity || len(said.Problems) != 1 ||
			said.Problems[0].Field != c.field || !strings.Contains(said.Problems[0].Text, c.text) {
			t.Errorf("%s: %d %+v", name, got.status, said)
		}
	}
	got, said := b.send(
		sample.Photo, "key", orderKey, "menu", "새우 파스타", "price", "18000", "regular", "22000", "real", "yes",
	)
	if got.status != http.StatusOK {
		t.Fatalf("%d %+v", got.status, said)
	}
	if o := h.newest("7"); o.Cut.Words.Regular != 22000 {
		t.Errorf("%+v", o.Cut.Words)
	}
	got, said = b.send(sample.Photo, "key", "another-key", "menu", "새우 파스타", "price", "18000")
	if got.status != http.StatusUnprocessableEntity || said.Problems[0].Field != "order" ||
		!strings.Contains(said.Problems[0].Text, "이번 달 1편") {
		t.Errorf("over the limit: %d %+v", got.status, said)
	}
}

func TestUploads_OfFormsThatWereRefusedAreSwept(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	b.orders("새우 파스타")
	taken := h.newest("7").Photo.Ref
	if got, _ := b.send(sample.Photo, "key", orderKey, "menu", "김치전"); got.status != http.StatusUnprocessableEntity {
		t.Fatalf("without a price: %d", got.status)
	}
	refused := intake.Reader{Signer: sign.New([]byte(pageSecret), nil)}.Ref(h.newest("7").Shop, orderKey)
	there := func(ref string) bool {
		f, err := h.blobs.Open(t.Context(), ref)
		if err == nil {
			_ = f.Close() // it is only read
		}
		return err == nil
	}
	for _, sweep := range []struct {
		after time.Duration
		left  bool
	}{{time.Hour, true}, {4 * 24 * time.Hour, false}} {
		if err := intake.Sweep(t.Context(), h.store, h.blobs, time.Now().Add(sweep.after)); err != nil {
			t.Fatal(err)
		}
		if there(refused) != sweep.left || !there(taken) {
			t.Errorf(
				"after %s: the refused photo is there: %t, the order's: %t", sweep.after, there(refused), there(taken),
			)
		}
	}
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}

func TestOrder_ALineInTheMenuFieldIsUnderstoodAndADoubtIsShownFirst(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	if got, said := b.send(sample.Photo, "key", orderKey, "menu", "새우 파스타 18,000원"); got.status != http.StatusOK {
		t.Errorf("one line: %d %+v", got.status, said)
	}
	doubtful := []string{"key", "doubtful-1", "menu", "새우 파스타 1,800원"}
	got, said := b.send(sample.Photo, doubtful...)
	if got.status != http.StatusUnprocessableEntity || said.Shown == "" || said.Problems[0].Field != "price" ||
		!strings.Contains(said.Problems[0].Text, "이렇게 읽었어요") {
		t.Fatalf("a doubtful line: %d %+v", got.status, said)
	}
	if got, said = b.send(sample.Photo, append(doubtful, "seen", said.Shown)...); got.status != http.StatusOK {
		t.Errorf("confirmed: %d %+v", got.status, said)
	}
}

func TestOrder_WithoutScriptsTheFormComesBackAsItWasFilledIn(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	body, kind := multi(t, sample.Photo, "key", orderKey, "menu", `새우 "파스타"`, "price", "18원")
	got := b.do(b.request(http.MethodPost, "/web/orders", body, "Content-Type", kind))
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="새우 &#34;파스타&#34;"`) ||
		!strings.Contains(got.body, "‘18원’으로 읽었어요") || !strings.Contains(got.body, `name="kept" value="`+orderKey+`"`) {
		t.Fatalf("%d %s", got.status, got.body)
	}
	body, kind = multi(t, []byte{}, "key", orderKey, "menu", "새우 파스타", "price", "18,000원")
	got = b.do(b.request(http.MethodPost, "/web/orders", body, "Content-Type", kind))
	_ = got
	got = b.post("/web/orders", url.Values{"key": {orderKey}, "menu": {"새우 파스타"}, "price": {"18,000원"}})
	if got.status != http.StatusOK || !strings.HasPrefix(got.path, "/web/orders/") {
		t.Errorf("with the kept photo: %d at %s", got.status, got.path)
	}
}

func TestOneShop_ItsChatsAndItsPageShowTheSameOrders(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	picture := bot.Image{Photo: pipeline.Photo{Ref: "ref", Bytes: 9}, Message: "9", Text: "김치전 7,000원"}
	h.says(bot.Update{
		Key: "p", Chat: "7", User: bot.User{ID: "7"}, Message: "9", Text: picture.Text, Pictures: []bot.Image{picture},
	})
	o := h.newest("7")
	if o.Thread.Platform != "telegram" {
		t.Fatalf("the order is of %s", o.Thread.Platform)
	}
	if got := b.get("/web/orders"); !strings.Contains(got.body, "김치전") {
		t.Errorf("the list: %s", got.body)
	}
	h.deliver(o.ID, "0123456789")
	path := "/web/orders/" + strconv.FormatInt(o.ID, 10)
	if got := b.get(path); !strings.Contains(got.body, "<video") || !strings.Contains(got.body, `download="김치전.mp4"`) {
		t.Errorf("its page: %s", got.body)
	}
	if got := b.get(path+"/short?cut=1", "Range", "bytes=2-4"); got.status != http.StatusPartialContent ||
		got.body != "234" || got.header.Get("Content-Type") != "video/mp4" {
		t.Errorf("a part of the film: %d %q", got.status, got.body)
	}
	got := b.get(path + "/short?cut=1&save")
	if name, _ := url.PathUnescape(got.header.Get("Content-Disposition")); got.body != "0123456789" ||
		!strings.HasSuffix(name, "''김치전.mp4") {
		t.Errorf("saving: %q %q", got.body, name)
	}
	if got := b.get("/web/shop/export"); got.status != http.StatusOK || !strings.HasPrefix(got.body, "PK") ||
		!strings.Contains(got.body, "0123456789") {
		t.Errorf("everything: %d, %d bytes", got.status, len(got.body))
	}
}

func TestChange_ANewCutIsWhatTheButtonsOfAChatMake(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	path := b.orders("새우 파스타")
	o := h.newest("7")
	h.deliver(o.ID, "film")
	if got := b.post(path+"/look", url.Values{"to": {"market"}}); got.path != path ||
		!strings.Contains(got.body, "‘시장’ 느낌으로 바꿔서 다시 만들게요") {
		t.Errorf("another look: %s %s", got.path, got.body)
	}
	if o = h.newest("7"); o.Cut.N != 2 || o.Cut.Look != "market" || o.Status != pipeline.Open ||
		o.Step != pipeline.Render {
		t.Errorf("after another look: cut %d %s, %s %s", o.Cut.N, o.Cut.Look, o.Status, o.Step)
	}
	h.deliver(o.ID, "film")
	if got := b.post(path+"/words", url.Values{
		"menu": {"새우 로제 파스타"}, "price": {"만구천원"},
	}); !strings.Contains(got.body, "19,000원으로 고쳐서 다시 만들게요") {
		t.Errorf("other words: %s", got.body)
	}
	if w := h.newest("7").Cut.Words; w.Menu != "새우 로제 파스타" || w.Won != 19000 {
		t.Errorf("other words: %+v", w)
	}
	h.deliver(o.ID, "film")
	got := b.post(path+"/again", nil)
	if got.path == path || !strings.Contains(got.body, "새로 만들기 시작했어요") {
		t.Errorf("again: at %s %s", got.path, got.body)
	}
	if got := b.post(path+"/again", nil); !strings.Contains(got.body, "이미 새로 만들었어요") {
		t.Errorf("again, twice: %s", got.body)
	}
	if got := b.post(got.path+"/cancel", nil); !strings.Contains(got.body, "취소했어요") {
		t.Errorf("cancelled: %s", got.body)
	}
	if got := b.post(path+"/size", url.Values{"to": {"round"}}); !strings.Contains(got.body, "찾을 수 없어요") {
		t.Errorf("a size that isn't: %s", got.body)
	}
	if got := b.post(path+"/resend", nil); got.status != http.StatusNotFound {
		t.Errorf("a verb that isn't: %d", got.status)
	}
}

func TestShare_APhotoFromTheGalleryWaitsForItsWords(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	body, kind := multi(t, sample.Photo)
	got := b.do(b.request(http.MethodPost, "/web/share", body, "Content-Type", kind))
	_, key, ok := strings.Cut(got.body, `name="kept" value="`)
	key, _, _ = strings.Cut(key, `"`)
	if got.status != http.StatusOK || !ok {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.post("/web/orders", url.Values{
		"key": {key}, "menu": {"새우 파스타"}, "price": {"18,000원"},
	}); !strings.HasPrefix(got.path, "/web/orders/") {
		t.Errorf("with its words: %d at %s", got.status, got.path)
	}
	other := h.owner("8")
	if got := other.get("/?kept=" + key); strings.Contains(got.body, `name="kept"`) {
		t.Error("another shop has the photo")
	}
}
