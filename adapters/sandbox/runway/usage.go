package runway

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// How many days of usage may be asked for, and how many are meant where the request names none.
const (
	maxUsageDays   = 90
	usageDaysUsual = 30
)

type usedCredit struct {
	Amount float64 `json:"amount"`
	Model  string  `json:"model"`
}

type usageDay struct {
	Date        string       `json:"date"`
	UsedCredits []usedCredit `json:"usedCredits"`
}

// usage tells what was spent, by day (of UTC) and model. A refund counts on the day of its task.
func (r *Runway) usage(w http.ResponseWriter, req *http.Request) {
	from, to, issues := usageTime(req, w)
	if len(issues) > 0 {
		reply(w, http.StatusBadRequest, refusal{"Validation of body failed", issues, docURL})
		return
	}
	tasks, err := r.queue.Tasks()
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	days, names := map[string]map[string]float64{}, map[string]bool{}
	for _, t := range tasks {
		var c clip
		if json.Unmarshal(t.Spec, &c) != nil || t.Made.Before(from) || !t.Made.Before(to) {
			continue
		}
		day := t.Made.UTC().Format(time.DateOnly)
		if days[day] == nil {
			days[day] = map[string]float64{}
		}
		days[day][c.Model] += t.Credits
		names[c.Model] = true
	}
	all := []usageDay{}
	for _, date := range slices.Sorted(maps.Keys(days)) {
		d := usageDay{Date: date}
		for _, name := range slices.Sorted(maps.Keys(days[date])) {
			d.UsedCredits = append(d.UsedCredits, usedCredit{days[date][name], name})
		}
		all = append(all, d)
	}
	reply(w, http.StatusOK, map[string]any{
		"models": append([]string{}, slices.Sorted(maps.Keys(names))...), "results": all,
	})
}

// usageTime reads the days that are asked for.
func usageTime(req *http.Request, w http.ResponseWriter) (from, to time.Time, _ []issue) {
	f := &form{}
	if req.ContentLength != 0 { // both may be left out
		body, err := taskstore.Object(w, req)
		if err != nil {
			f.add(
				issue{Code: "invalid_type", Expected: "object", Message: "Invalid input: expected object"}, []any{}...,
			)
			return from, to, f.issues
		}
		f.body = body
	}
	date := func(name string) (t time.Time) {
		v, given := f.body[name]
		if !given {
			return t
		}
		text, ok := v.(string)
		t, err := time.Parse(time.DateOnly, text)
		if !ok || err != nil {
			f.add(issue{Code: "invalid_format", Message: "Invalid ISO date"}, name)
		}
		return t
	}
	from, to = date("startDate"), date("beforeDate")
	if from.IsZero() {
		from = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -usageDaysUsual)
	}
	to = cmp.Or(to, from.AddDate(0, 0, usageDaysUsual))
	if len(f.issues) == 0 && to.After(from.AddDate(0, 0, maxUsageDays)) {
		f.add(
			issue{Code: "custom", Message: fmt.Sprintf("The date range must not exceed %d days", maxUsageDays)},
			"beforeDate",
		)
	}
	return from, to, f.issues
}
