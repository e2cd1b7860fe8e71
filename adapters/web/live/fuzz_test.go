package live

import (
	"encoding/json"
	"log/slog"
	"testing"
)

// FuzzHub_WhatAnotherProcessSaysReachesOnlyItsShop holds that whatever another process, or whoever else writes on its
// channel, says reaches only pages of the shop that it names, and never as if it had been missed.
func FuzzHub_WhatAnotherProcessSaysReachesOnlyItsShop(f *testing.F) {
	for _, text := range []string{
		`{"s":3,"o":7}`, `{"s":3,"n":"다 됐어요"}`, `{"s":4,"o":7,"f":"x"}`, `{"s":-1}`, `{"s":3.5}`, `{"s":"3"}`, `{`,
		`null`, `[]`, `{"s":3,"missed":true}`, "\x00", `{"s":3}{"s":4}`, `{"s":99999999999999999999}`, "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := NewHub(slog.New(slog.DiscardHandler))
		mine, other := h.Open(3), h.Open(4)
		h.hear(text)
		var want Event
		ok := json.Unmarshal([]byte(text), &want) == nil
		for shop, p := range map[int64]*Page{3: mine, 4: other} {
			select {
			case e := <-p.Events:
				if !ok || e.Shop != shop || want.Shop != shop || e.missed || e.Order != want.Order ||
					e.Notice != want.Notice {
					t.Fatalf("%q came to shop %d as %+v", text, shop, e)
				}
			default:
				if ok && want.Shop == shop {
					t.Fatalf("%q didn't come to shop %d", text, shop)
				}
			}
		}
	})
}
