package web_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestMessenger_WhatIsSaidToAChatIsSaidToItsShopsPages holds for chats that aren't named after their shop too: those of
// an invite, and the sandbox's.
func TestMessenger_WhatIsSaidToAChatIsSaidToItsShopsPages(t *testing.T) {
	h := open(t)
	_, err := h.store.Commit(t.Context(), bot.Change{
		Chat: bot.Chat{Platform: web.Platform, ID: "sample", Lang: "ko"}, Shop: &bot.Shop{Name: "연희식당"},
	})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := h.store.Chat(t.Context(), web.Platform, "sample")
	if err != nil {
		t.Fatal(err)
	}
	mine, other := h.hub.Open(chat.Shop), h.hub.Open(chat.Shop+1)
	m := &web.Messenger{Blobs: h.blobs, Hub: h.hub, Chats: h.store}
	if _, err := m.Send(t.Context(), bot.Message{
		Thread: pipeline.Thread{Platform: web.Platform, Chat: "sample"}, Text: "가게 음악으로 바꿨어요.",
	}); err != nil {
		t.Fatal(err)
	}
	if e := <-mine.Events; e.Notice != "가게 음악으로 바꿨어요." {
		t.Errorf("its page hears %+v", e)
	}
	select {
	case e := <-other.Events:
		t.Errorf("another shop's page hears %+v", e)
	default:
	}
}
