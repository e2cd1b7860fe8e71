package creatomate

import (
	"net/http"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Name is this provider's in the ledger, callback addresses, logs and metrics.
const Name = "creatomate"

// Name is part of pipeline.Provider.
func (c *Client) Name() string { return Name }

// CutTerms is part of pipeline.Renderer.
func (c *Client) CutTerms() pipeline.CutTerms { return c.terms }

// Labels are what people call it.
func (c *Client) Labels() bot.Labels {
	return bot.Labels{"ko": "크리에이토메이트", "en": "Creatomate"}
}

// ResultHosts are where its results lie, its own server among them ("the render object").
func (c *Client) ResultHosts() []string { return []string{".creatomate.com", c.api.Origin()} }

// CallbackHandler is for POST /webhooks/creatomate/{order}/{token}, which is called with the render.
func (c *Client) CallbackHandler(handle httpx.CallbackFunc) http.Handler {
	return httpx.CallbackHandler(handle)
}
