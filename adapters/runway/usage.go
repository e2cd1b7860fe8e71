package runway

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxCredits is more than an account spends on a day; beyond it a figure is none.
const maxCredits = 1e9

// Usage is what the organization was charged on the days in [from, to), by model: net, so that refunds count
// on the day on which they came. Days are those of UTC. It sends one POST /v1/organization/usage, which costs
// nothing. Nil without an error: unknown, as behind a gateway that passes only what it needs.
func (c *Client) Usage(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error) {
	a, err := c.api.Post(ctx, "/v1/organization/usage", nil, map[string]string{
		"startDate": from.UTC().Format(time.DateOnly), "beforeDate": to.UTC().Format(time.DateOnly),
	})
	switch {
	case err != nil:
		return nil, err
	case a.Status == http.StatusNotFound:
		return nil, nil
	case !a.OK():
		f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "usage: %s", c.explain(a, readError(a.Body)))
		a.Passing(f, limitPause)
		return nil, f
	}
	return parseUsage(a.Body, from, to)
}

// parseUsage sums up the days that were asked for.
func parseUsage(body []byte, from, to time.Time) (map[string]pipeline.Credits, error) {
	var u struct {
		Results []struct {
			Date        string
			UsedCredits []struct {
				Model  json.RawMessage
				Amount *float64 // below 0 on a day with more refunds than charges
			}
		}
	}
	if json.Unmarshal(body, &u) != nil || u.Results == nil {
		return nil, fault(pipeline.Transient, pipeline.ReasonTrouble, "usage: answer has no results")
	}
	sums := map[string]pipeline.Credits{}
	for _, r := range u.Results {
		day, err := time.Parse(time.DateOnly, r.Date)
		if err != nil || day.Before(from) || !day.Before(to) {
			continue
		}
		for _, x := range r.UsedCredits {
			if x.Amount == nil || math.Abs(*x.Amount) > maxCredits {
				return nil, fault(
					pipeline.Transient, pipeline.ReasonTrouble, "usage: an amount of %s isn't one", r.Date,
				)
			}
			sums[httpx.Text(x.Model)] += pipeline.Credits(math.Round(*x.Amount * 100))
		}
	}
	return sums, nil
}
