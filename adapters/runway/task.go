package runway

import (
	"encoding/json"
	"errors"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// price is how Runway names an amount of credits.
type price struct {
	Credits json.RawMessage `json:"credits"`
}

// parseStarted reads the answer to a start. Without an id the start can't be found again, so an
// id of the wrong form is an error; the price may be missing.
func parseStarted(body []byte) (pipeline.Started, error) {
	var a struct {
		ID            json.RawMessage `json:"id"`
		EstimatedCost json.RawMessage `json:"estimatedCost"`
	}
	if json.Unmarshal(body, &a) != nil {
		return pipeline.Started{}, errors.New("answer isn't a JSON object")
	}
	id := httpx.Text(a.ID)
	if !httpx.IsID(id) {
		return pipeline.Started{}, errors.New("answer has no task id")
	}
	return pipeline.Started{Remote: id, Estimated: max(credits(a.EstimatedCost), 0)}, nil
}

func credits(v json.RawMessage) pipeline.Credits {
	var p price
	if json.Unmarshal(v, &p) != nil {
		return -1
	}
	return httpx.Credits(httpx.Number(p.Credits))
}

// parseTask reads one of the six shapes of a task. A status that isn't among them may be a new way
// of waiting, so it is Pending: the pipeline's own deadline ends it.
func (c *Client) parseTask(body []byte) (pipeline.Progress, error) {
	var t struct {
		Status, Progress, Output, Failure, FailureCode, Cost json.RawMessage
	}
	if json.Unmarshal(body, &t) != nil {
		return pipeline.Progress{}, fault(
			pipeline.Transient, pipeline.ReasonBusy, "check task: answer isn't a JSON object",
		)
	}
	p := pipeline.Progress{State: pipeline.Pending, Cost: credits(t.Cost)}
	switch httpx.Text(t.Status) {
	case "THROTTLED":
		p.Throttled = true
	case "RUNNING":
		p.State = pipeline.Running
		p.Fraction = min(max(httpx.Number(t.Progress), 0), 1)
	case "SUCCEEDED":
		p.State, p.URL = pipeline.Succeeded, firstText(t.Output)
		if p.URL == "" {
			return pipeline.Progress{}, fault(
				pipeline.Transient, pipeline.ReasonTrouble, "check task: succeeded, but no output is named",
			)
		}
	case "FAILED":
		p.State = pipeline.Broken
		p.Fault = c.taskFault(httpx.Text(t.FailureCode), httpx.Text(t.Failure))
	case "CANCELLED":
		p.State = pipeline.Broken
		p.Fault = fault(pipeline.Transient, pipeline.ReasonTrouble, "task was cancelled at Runway")
		p.Fault.MaxAttempts = 2
	}
	return p, nil
}

func firstText(v json.RawMessage) string {
	var all []json.RawMessage
	if json.Unmarshal(v, &all) != nil {
		return ""
	}
	for _, x := range all {
		if s := httpx.Text(x); s != "" {
			return s
		}
	}
	return ""
}
