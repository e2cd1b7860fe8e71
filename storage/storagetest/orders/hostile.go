package orders

import (
	"fmt"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func hostileText(t *testing.T, e storagetest.OrderStore) {
	for i, text := range []string{
		`'; DROP TABLE orders; --`, `"$1" \ %s {{.}}`, "🍝👩‍🍳\u202e냉면", "줄\r\n바꿈\t", "한글 (조합형)",
	} {
		o := storagetest.NewOrder(fmt.Sprint(text, i), storagetest.Later())
		o.Thread.Chat, o.Photo.Name, o.Cut.Words.Menu, o.Cut.Words.Options[0].Name = text, text, text, text
		placed := storagetest.Place(t, e, o)
		placed.Detail = text
		moved := storagetest.Move(t, e, placed, pipeline.Move{Note: text})
		got := storagetest.ReadOrder(t, e, placed.ID)
		storagetest.Same(t, got, moved)
		for _, s := range []string{
			got.Thread.Chat, got.Photo.Name, got.Cut.Words.Menu, got.Cut.Words.Options[0].Name, got.Detail,
		} {
			if s != text {
				t.Errorf("%q became %q", text, s)
			}
		}
	}
	// What no database keeps is replaced, the same each time.
	o := storagetest.NewOrder("nul \x00 \xff", storagetest.Later())
	o.Cut.Words.Menu = "a\x00b\xffc"
	placed := storagetest.Place(t, e, o)
	if placed.Cut.Words.Menu != "a\uFFFDb\uFFFDc" {
		t.Errorf("got %q", placed.Cut.Words.Menu)
	}
	storagetest.Same(t, storagetest.ReadOrder(t, e, placed.ID), placed)
	if again, fresh, err := e.Place(t.Context(), o); err != nil || fresh || again.ID != placed.ID {
		t.Errorf("the same message again: order %d, fresh %v, %v", again.ID, fresh, err)
	}
}
