package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func BenchmarkOrders(b *testing.B) {
	for _, atOnce := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d_at_once", atOnce), func(b *testing.B) {
			e := open(b, storagetest.SQLite(b), storage.Options{Workers: 128})
			defer e.Close()
			if err := e.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			storagetest.Throughput(b, e, atOnce)
		})
	}
}
