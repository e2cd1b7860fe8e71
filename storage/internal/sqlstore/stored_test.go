package sqlstore

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/storedtest"
)

// TestStoredJSON_GoldenRowsAreReadWhole lists every kind of JSON that is kept, but the queue's: in columns, and in the
// checkpoints that lie beside an order's files. The first rows were written before any of these fields had a tag.
func TestStoredJSON_GoldenRowsAreReadWhole(t *testing.T) {
	storedtest.Hold(t, map[string]func() any{
		"answered":   func() any { return &[]bot.Answer{} },
		"checkpoint": func() any { return &pipeline.Order{} },
		"draft":      func() any { return &bot.Draft{} },
		"framing":    func() any { return &pipeline.Framing{} },
		"new_logo":   func() any { return &pipeline.Photo{} },
		"new_track":  func() any { return &bot.NewTrack{} },
		"places":     func() any { return &places{} },
		"say":        func() any { return &bot.OutgoingMessage{} },
		"window":     func() any { return &[]int64{} },
		"words":      func() any { return &pipeline.Words{} },
	})
}

// TestStoredJSON_WhatACompactedOrderSpentIsAListWithoutNames holds the writer; package ledger reads the same row.
func TestStoredJSON_WhatACompactedOrderSpentIsAListWithoutNames(t *testing.T) {
	golden, err := os.ReadFile("testdata/stored/spent.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal([]spent{
		{"runway", "animate", "settled", 2, 3, 4500}, {"creatomate", "render", "unknown", 5, 1, 300},
	})
	if err != nil || string(got) != strings.TrimSpace(string(golden)) {
		t.Errorf("%s, %v, want %s", got, err, golden)
	}
}
