package bot

import (
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Provider is how one who makes clips or shorts for us is.
type Provider struct {
	Name    string           // as in pipeline.Provider
	Failing time.Time        // most of its calls have come to nothing since; zero: it is well
	Credits pipeline.Credits // what is left; below 0: unknown
}

// Vendor is a provider as people know it.
type Vendor struct {
	Name   string // as in pipeline.Provider
	Labels Labels
}
