package bot

import (
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Provider is how one who makes clips or shorts for us is.
type Provider struct {
	Name    string           // runway, creatomate
	Failing time.Time        // most of its calls have come to nothing since; zero: it is well
	Credits pipeline.Credits // what is left; below 0: unknown
}
