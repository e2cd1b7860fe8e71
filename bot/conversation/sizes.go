package conversation

import (
	"github.com/sajangpick/sajangpick/pipeline"
)

// sizeOf is the size of the order's short that the session is about: when none was named, of its newest.
func sizeOf(v *Session, o pipeline.Order) pipeline.Size {
	if v.size != nil {
		return *v.size
	}
	return o.Cut.Size
}
