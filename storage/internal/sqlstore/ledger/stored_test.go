package ledger

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestStoredJSON_WhatACompactedOrderSpentIsRead reads the row that package sqlstore writes.
func TestStoredJSON_WhatACompactedOrderSpentIsRead(t *testing.T) {
	golden, err := os.ReadFile("../testdata/stored/spent.json")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	if err := addSpent(got, string(golden)); err != nil {
		t.Fatal(err)
	}
	month := fmt.Sprint(MonthOf(time.UnixMilli(0)))
	if diff := cmp.Diff(map[string]int64{
		month + " runway calls": 3, month + " runway settled": 4500,
		month + " creatomate calls": 1, month + " creatomate unknown": 1, month + " creatomate estimated": 300,
	}, got); diff != "" {
		t.Error(diff)
	}
}
