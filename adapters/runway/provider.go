package runway

import (
	"context"
	"net/http"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Name is this provider's in the ledger, callback addresses, logs and metrics.
const Name = "runway"

// maxInline is how many characters a picture may have that goes along as a data URI ("API Input Parameters").
const maxInline = 5_242_880

// Name is part of pipeline.Provider.
func (c *Client) Name() string { return Name }

// ClipTerms is part of pipeline.Animator. Runway itself doesn't call back; a gateway may.
func (c *Client) ClipTerms() pipeline.ClipTerms {
	return pipeline.ClipTerms{
		Seconds: c.seconds, Ratio: c.model.onlyShape(), Price: c.model.price(c.seconds), Callbacks: c.gateway,
		Inline: maxInline, AtOnce: c.atOnce,
	}
}

// Balance is part of pipeline.Account.
func (c *Client) Balance(ctx context.Context) (pipeline.Credits, error) {
	a, err := c.Account(ctx)
	return a.Credits, err
}

// Labels are what people call it.
func (c *Client) Labels() bot.Labels { return bot.Labels{"ko": "런웨이", "en": "Runway"} }

// ResultHosts are where its results lie, its own server among them ("API Output Formats").
func (c *Client) ResultHosts() []string { return []string{".cloudfront.net", c.api.Origin()} }

// CallbackHandler is for POST /webhooks/runway/{order}/{token}, which a gateway calls with {"id", "status"}.
func (c *Client) CallbackHandler(handle httpx.CallbackFunc) http.Handler {
	return httpx.CallbackHandler(handle)
}
