package bottest

import (
	"github.com/sajangpick/sajangpick/pipeline"
)

// Mine is a new order of the owner.
func (t *Talk) Mine() pipeline.Order {
	t.Helper()
	t.Sends("mine", "피자 20,000원")
	all := t.Orders()
	return all[len(all)-1]
}
