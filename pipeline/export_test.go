package pipeline

import "context"

// PhotoAddress is how the clip provider gets a photo.
func (p *Pipeline) PhotoAddress(ctx context.Context, key string) (string, error) {
	return p.photoAddress(ctx, key)
}
