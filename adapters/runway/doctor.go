package runway

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Account is how the organization stands that the key belongs to.
type Account struct {
	Credits pipeline.Credits // -1: unknown, as behind a gateway that passes only what it needs
	Model   bool             // our model is in its list, or it names none; Runway lists dead ones too
	Made    int              // clips of our model today
	Most    int              // of them a day; 0: no limit is named
}

// Account asks for the balance and the limits. It sends one GET /v1/organization, which costs nothing.
func (c *Client) Account(ctx context.Context) (Account, error) {
	a, err := c.api.Get(ctx, "/v1/organization")
	switch {
	case err != nil:
		return Account{}, err
	case a.Status == http.StatusNotFound:
		return Account{Credits: -1, Model: true}, nil
	case !a.OK():
		f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "account: %s", c.explain(a, readError(a.Body)))
		a.Passing(f, limitPause)
		return Account{}, f
	}
	return c.parseAccount(a.Body)
}

func (c *Client) parseAccount(body []byte) (Account, error) {
	var o struct {
		CreditBalance json.RawMessage
		Tier          struct {
			Models map[string]struct{ MaxDailyGenerations json.RawMessage }
		}
		Usage struct {
			Models map[string]struct{ DailyGenerations json.RawMessage }
		}
	}
	if json.Unmarshal(body, &o) != nil {
		return Account{}, fault(pipeline.Transient, pipeline.ReasonTrouble, "account: answer isn't an organization")
	}
	limits, offered := o.Tier.Models[c.model.name]
	return Account{
		Credits: httpx.Credits(httpx.Number(o.CreditBalance)),
		Model:   offered || len(o.Tier.Models) == 0,
		Made:    tally(o.Usage.Models[c.model.name].DailyGenerations),
		Most:    tally(limits.MaxDailyGenerations),
	}, nil
}

// tally is a number of clips, 0 if it is none. An absurd one doesn't overflow.
func tally(v json.RawMessage) int { return int(min(max(httpx.Number(v), 0), 1e9)) }
