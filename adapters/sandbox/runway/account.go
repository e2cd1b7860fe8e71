package runway

import (
	"encoding/json"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// organization tells the balance and the limits.
func (r *Runway) organization(w http.ResponseWriter, req *http.Request) {
	tasks, err := r.queue.Tasks()
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	made := daily(tasks, func(t taskstore.Task) string {
		var c clip
		json.Unmarshal(t.Spec, &c) // a task without a readable spec counts for no model
		return c.Model
	})
	limits, usage := map[string]any{}, map[string]any{}
	for name := range models {
		limits[name] = map[string]any{"maxConcurrentGenerations": r.opt.Concurrency, "maxDailyGenerations": nil}
		usage[name] = map[string]any{"dailyGenerations": made[name]}
	}
	reply(w, http.StatusOK, map[string]any{
		"creditBalance": r.queue.Balance(),
		"tier":          map[string]any{"maxMonthlyCreditSpend": r.opt.Credits, "models": limits},
		"usage":         map[string]any{"models": usage},
	})
}
