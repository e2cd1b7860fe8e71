package pipeline

import "context"

// PhotoAddress is how the clip provider gets a photo.
func (p *Pipeline) PhotoAddress(ctx context.Context, key string) (string, error) {
	return p.driver.requester.photoAddress(ctx, key)
}

// CallbackToken is what stands in an order's callback addresses.
func CallbackToken(p *Pipeline, provider string, order int64) string {
	return p.callbacks.Token(provider, order)
}
