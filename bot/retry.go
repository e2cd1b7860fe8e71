package bot

import (
	"errors"

	"github.com/sajangpick/sajangpick/pipeline"
)

// maxRetries is how often a decision is made again because something else changed meanwhile.
const maxRetries = 20

// Retry does f again for as long as its error says that something else changed meanwhile (pipeline.ErrMoved),
// 20 times in all. Then, as after any other error, it returns what f returned last.
func Retry(f func() error) error {
	var err error
	for range maxRetries {
		if err = f(); !errors.Is(err, pipeline.ErrMoved) {
			return err
		}
	}
	return err
}
