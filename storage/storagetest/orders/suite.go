// Package orders is the contract of pipeline.Store: orders, their calls in the ledger, limits and turns.
package orders

import (
	"testing"

	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// Run is the contract of pipeline.Store, as far as it needs no queue that runs. fresh makes an empty one.
func Run(t *testing.T, fresh func(t *testing.T) storagetest.OrderStore) {
	for name, tests := range map[string]orderSuite{
		"orders": orderPromises, "ledger": ledgerPromises, "limits": limitPromises,
	} {
		t.Run(name, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, fresh(t))
				})
			}
		})
	}
}

// orderSuite is the tests of a part of it, by name.
type orderSuite map[string]func(t *testing.T, e storagetest.OrderStore)
