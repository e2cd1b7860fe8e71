package chats

import (
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// strayUploads leaves some uploads behind of which one becomes an order's.
func strayUploads(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	begun := time.Now().UTC().Truncate(time.Millisecond)
	chat := bot.Chat{Platform: "web", ID: "new", Lang: "ko"}
	_, err := e.Commit(t.Context(), bot.Change{Chat: chat, Shop: &bot.Shop{Name: "사장네"}})
	storagetest.Check(t, err)
	chat, err = e.Chat(t.Context(), "web", "new")
	storagetest.Check(t, err)
	for i, ref := range []string{"uploads/a", "uploads/b", "uploads/c", "uploads/new"} {
		storagetest.Check(t, e.NoteUpload(t.Context(), ref, chat.Shop, begun.Add(time.Duration(i)*time.Minute)))
	}
	storagetest.Check(t, e.NoteUpload(t.Context(), "uploads/of another shop", chat.Shop+1, begun))
	o := storagetest.NewOrder("upload", storagetest.Later())
	o.Shop, o.Photo.Ref = chat.Shop, "uploads/b"
	storagetest.Place(t, e, o)
	strays := func(before time.Time, limit int, want ...string) {
		t.Helper()
		got, err := e.StrayUploads(t.Context(), before, limit)
		storagetest.Check(t, err)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("strays before %s: %v, want %v", before.Sub(begun), got, want)
		}
	}
	since := func(ref string, at time.Time, want bool) {
		t.Helper()
		if got, err := e.UploadedSince(t.Context(), ref, at); err != nil || got != want {
			t.Errorf("%s since %s: %t, %v", ref, at.Sub(begun), got, err)
		}
	}
	later := begun.Add(3 * time.Minute)
	since("uploads/b", begun, true)
	since("uploads/b", later, false)
	since("uploads/never", begun, false)
	strays(begun, 10)
	strays(later, 10, "uploads/a", "uploads/c", "uploads/of another shop")
	since("uploads/b", begun, false) // it goes with its order
	storagetest.Check(t, e.NoteUpload(t.Context(), "uploads/a", chat.Shop, later))
	storagetest.Check(t, e.DropUpload(t.Context(), "uploads/a", later)) // it came again meanwhile
	storagetest.Check(t, e.DropUpload(t.Context(), "uploads/c", later))
	strays(later, 10, "uploads/of another shop")
	strays(later.Add(time.Hour), 1, "uploads/of another shop")
	_, err = e.ForgetShop(t.Context(), chat.Shop)
	storagetest.Check(t, err)
	strays(begun, 10, "uploads/a", "uploads/new") // at once
}
