package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
)

func TestTrack_AFileIsLeftWithTheShopAsAnAddressOfAChatIs(t *testing.T) {
	h := open(t)
	b, other := h.owner("7"), h.owner("8")
	upload := func(key, piece string) answer {
		body, kind := files(t, "track", "song.mp3", piece, "key", key)
		return b.do(b.request(http.MethodPost, "/web/shop/track", body, "Content-Type", kind))
	}
	h.store.take()
	if got := upload("formkey-0001", "ID3 and so on"); got.status != http.StatusOK ||
		!strings.Contains(got.body, "음악을 받았어요") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	says := h.store.take()
	shop := h.shopOf("7")
	ref, ok := bot.UploadOf(shop.NewTrack.Address)
	if !ok || !slices.Contains(shop.NewTrack.Old, ref) || len(says) != 1 || says[0].Track != shop.ID {
		t.Fatalf("the shop waits for %q and then deletes %q; said %+v", shop.NewTrack.Address, shop.NewTrack.Old, says)
	}
	if blob, err := h.blobs.Open(t.Context(), ref); err != nil {
		t.Error(err)
	} else {
		_ = blob.Close()
	}
	if s := h.shopOf("8"); s.NewTrack.Address != "" || strings.Contains(other.get("/web/shop").body, "uploads/") {
		t.Errorf("another shop has %q", s.NewTrack.Address)
	}
	for name, c := range map[string]struct {
		got  answer
		want int
	}{
		"nothing": {upload("formkey-0002", ""), http.StatusUnprocessableEntity},
		"16 MB":   {upload("formkey-0003", strings.Repeat("a", intake.MaxTrack+1)), http.StatusRequestEntityTooLarge},
		"no key":  {upload("", "ID3"), http.StatusBadRequest},
		"no file": {b.post("/web/shop/track", nil), http.StatusUnprocessableEntity},
	} {
		if c.got.status != c.want || c.got.body == "" {
			t.Errorf("%s: %d %s", name, c.got.status, c.got.body)
		}
	}
	// What is in a chat's words is never taken for an upload.
	h.says(bot.Update{
		Key: "m", Chat: "8", User: bot.User{ID: "8"}, Message: "1", Text: "/music " + bot.UploadAddress(ref),
	})
	if s := h.shopOf("8"); s.NewTrack.Address != "" {
		t.Errorf("a chat got %q", s.NewTrack.Address)
	}
}

// shopOf is the shop of a private chat of Telegram.
func (h *house) shopOf(chat string) bot.Shop {
	h.t.Helper()
	c, err := h.store.Chat(h.t.Context(), "telegram", chat)
	if err != nil {
		h.t.Fatal(err)
	}
	shop, err := h.store.Shop(h.t.Context(), c.Shop)
	if err != nil {
		h.t.Fatal(err)
	}
	return shop
}
