package storagetest

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage"
)

// Screens asks what admins and the monitor shift ask, of a database that has Grown.
func Screens(b *testing.B, e storage.Engine, now time.Time) {
	month, day := now.Add(-22*24*time.Hour), now.Add(-24*time.Hour)
	for _, x := range []struct {
		name string
		ask  func() error
	}{
		{"Overview", func() error { _, err := e.Overview(b.Context(), day, month); return err }},
		{"Spend", func() error { _, err := e.SpendByShop(b.Context(), month, now); return err }},
		{"Spending", func() error { _, err := e.SpendByProvider(b.Context(), day); return err }},
		{"Shops", func() error { _, err := e.Shops(b.Context(), month, 0, 10); return err }},
		{"Spenders", func() error { _, err := e.Spenders(b.Context(), month, 0, 10); return err }},
		{"Tally", func() error { _, err := e.Tally(b.Context(), day, now); return err }},
		{"Check", func() error { _, err := e.AuditLedger(b.Context()); return err }},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				if err := x.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
