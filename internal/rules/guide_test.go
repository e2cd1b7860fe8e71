package rules

import (
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/caption"
)

// TestGuide_WhatOwnersMayWriteIsReadSo has the parser read each line that the owners' page shows.
func TestGuide_WhatOwnersMayWriteIsReadSo(t *testing.T) {
	text, err := os.ReadFile("docs/guide.ko.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "<!-- captions -->\n")
	table, _, _ = strings.Cut(table, "<!-- /captions -->")
	read := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		written, is := strings.CutPrefix(strings.TrimSpace(cells[0]), "`")
		if !is || len(cells) != 3 {
			continue
		}
		read++
		written = strings.TrimSuffix(written, "`")
		menu, price := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		if r := caption.Parse(written); r.Menu != menu || r.PriceText != price || !r.Sure(nil) {
			t.Errorf("%q is read as %q, %q, sure %t", written, r.Menu, r.PriceText, r.Sure(nil))
		}
	}
	if read < 8 {
		t.Errorf("only %d lines were read", read)
	}
}
