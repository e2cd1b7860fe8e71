package creatomate

import (
	"encoding/json"
	"image/jpeg"
	"net/http"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/sandbox/stage"
)

// snapshotsPath is where the stills of films are: a task's id and snapshotEnd follow.
const (
	snapshotsPath = stage.Files + provider + "-snapshots/"
	snapshotEnd   = ".jpg"
)

// snapshot serves the picture at a film's snapshot_time, or its first one. It is taken when somebody
// asks: hardly anybody does.
func (c *Creatomate) snapshot(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutSuffix(r.PathValue("file"), snapshotEnd)
	t, err := c.works.Task(id)
	var s spec
	if !ok || err != nil || t.State != stage.Done || json.Unmarshal(t.Spec, &s) != nil || s.format() != video || c.opt.Still == nil {
		http.NotFound(w, r)
		return
	}
	im, err := c.opt.Still(r.Context(), c.works.Result(t), number(s.Source, "snapshot_time", 0))
	if err != nil {
		http.NotFound(w, r) // a time past the film's end has no picture
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	jpeg.Encode(w, im, nil)
}
