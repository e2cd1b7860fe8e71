package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Problem is why something wasn't done, as RFC 9457 says, in the shop's language.
type Problem struct {
	Type   string            `json:"type"` // stays what it is, whatever the language
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Detail string            `json:"detail"`
	Errors []present.Problem `json:"errors,omitempty"` // by field
	Shown  string            `json:"shown,omitempty"`  // what was read; as confirmed it is taken so

	after time.Duration // Retry-After; 0: none
}

func (p *Problem) Error() string { return p.Type }

// problem words a code with its phrases.
func problem(lang string, status int, code string, args present.Args) *Problem {
	return &Problem{
		Type: "urn:sajangpick:problem:" + code, Status: status,
		Title: present.Fill(lang, "api."+code, nil), Detail: present.Fill(lang, "api."+code+".how", args),
	}
}

// wrong says which fields can't be taken, and why.
func wrong(lang string, status int, read present.Reading, all ...present.Problem) *Problem {
	p := problem(lang, status, "fields", nil)
	p.Shown = read.Shown
	for _, x := range all {
		if x.Field == "real" {
			x.Field = "regular_charged"
		}
		p.Errors = append(p.Errors, x)
	}
	if len(p.Errors) > 0 {
		p.Detail = p.Errors[0].Text
	}
	return p
}

// impossible says why the conversation won't do it to an order that stands so.
func impossible(lang, text string) *Problem {
	p := problem(lang, http.StatusConflict, "state", nil)
	if text != "" {
		p.Detail = text
	}
	return p
}

func tooOften(lang string, wait time.Duration) *Problem {
	p := problem(lang, http.StatusTooManyRequests, "often", present.Args{"time": present.Duration(lang, wait)})
	p.after = wait
	return p
}

// failed answers with what went wrong.
func (a *API) failed(w http.ResponseWriter, r *http.Request, c *Caller, err error) {
	lang := intake.Language(r)
	if c != nil {
		lang = c.Lang
	}
	var p *Problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, pipeline.ErrPurged):
		p = problem(lang, http.StatusNotFound, "order", nil)
		p.Detail = present.Fill(lang, "order.gone", nil)
	case errors.Is(err, pipeline.ErrNotFound):
		p = problem(lang, http.StatusNotFound, "order", nil)
	default:
		if r.Context().Err() == nil {
			a.opts.Log.Error("API request failed", "platform", "web", "err", err)
		}
		p = problem(lang, http.StatusServiceUnavailable, "trouble", nil)
		p.after = 5 * time.Second
	}
	if p.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.after.Seconds()))))
	}
	drain(r)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", lang)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller is gone, so the error can't be told
}

// drain takes a little of what is left of a body: who is cut off while it sends may not read the answer.
func drain(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, 256<<10) }

// What a request costs. A shop has three hundred at once, and ten more each second.
const (
	costRead  = 1
	costCut   = 3
	costOrder = 5

	every = time.Second / 10
	burst = 300

	wrongPause = time.Minute // for who shows no token
)

// wait is how long a shop has to wait before it may ask for something; 0: it was counted.
func (a *API) wait(ctx context.Context, shop int64, cost int) (time.Duration, error) {
	limit := pace.Limit{
		Name: "api " + strconv.FormatInt(shop, 10), Rate: pace.Rate{Every: every, Burst: burst},
	}
	first, err := a.opts.Booker.Book(ctx, limit, cost, 0)
	if err != nil || first <= 0 {
		return 0, err
	}
	return time.Duration(math.Ceil(first.Seconds())) * time.Second, nil
}
