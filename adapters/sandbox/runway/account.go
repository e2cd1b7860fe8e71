package runway

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox/stage"
)

// Rules for uploads (docs.dev.runwayml.com, "Ephemeral uploads"); the most that the stand-in takes is
// its own body limit, not Runway's 200 MB.
const (
	uploadLife    = 24 * time.Hour
	uploadMin     = 512
	uploadHost    = "sandbox/"
	uploadFileMax = 255
)

// upload promises a place for a file.
func (r *Runway) upload(w http.ResponseWriter, req *http.Request) {
	body, err := stage.Object(w, req)
	if err != nil {
		refuse(w, http.StatusBadRequest, "The request body is not a JSON object.")
		return
	}
	f := &form{body: body}
	name, ok := body["filename"].(string)
	if !ok {
		f.wrongType("string", body["filename"], "filename")
	} else if f.length(name, 3, uploadFileMax, "filename"); len(f.issues) == 0 && len(path.Ext(name)) < 2 {
		f.add(issue{Code: "custom", Message: "The filename must have an extension"}, "filename")
	}
	if body["type"] != "ephemeral" {
		f.add(issue{Code: "invalid_value", Values: []string{"ephemeral"}, Message: `Invalid input: expected "ephemeral"`}, "type")
	}
	if len(f.issues) > 0 {
		reply(w, http.StatusBadRequest, refusal{"Validation of body failed", f.issues, docURL})
		return
	}
	id := stage.NewID()
	if err := r.uploads.Put(id, nil); err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	target := "/sandbox/uploads/" + id
	reply(w, http.StatusOK, map[string]any{
		"uploadUrl": r.stage.Base(req) + target,
		"fields":    map[string]string{"key": id, "policy": r.stage.Token(target)},
		"runwayUri": uploadScheme + uploadHost + id,
	})
}

// receive takes the file of an upload: every field first, the file last, no other authorization.
func (r *Runway) receive(w http.ResponseWriter, req *http.Request) {
	id := req.PathValue("id")
	req.Body = http.MaxBytesReader(w, req.Body, stage.BodyLimit)
	parts, err := req.MultipartReader()
	if err != nil {
		http.Error(w, "multipart form expected", http.StatusBadRequest)
		return
	}
	fields, data, err := readForm(parts)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case fields["key"] != id || !r.stage.Opens(fields["policy"], req.URL.Path):
		http.Error(w, "invalid policy", http.StatusForbidden)
	case len(data) < uploadMin:
		http.Error(w, "the file is too small", http.StatusBadRequest)
	case r.uploads.Put(id, data) != nil:
		http.Error(w, "not stored", http.StatusInternalServerError)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func readForm(parts *multipart.Reader) (map[string]string, []byte, error) {
	fields := map[string]string{}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return nil, nil, errors.New("the part named file is missing")
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, errors.New("the form ends too early or is too large")
		}
		if p.FormName() == "file" {
			return fields, data, nil
		}
		fields[p.FormName()] = string(data)
	}
}

// uploaded reads what was uploaded under a runway:// address.
func (r *Runway) uploaded(uri string) ([]byte, error) {
	data, at, err := r.uploads.Get(strings.TrimPrefix(uri, uploadScheme+uploadHost))
	if err != nil || len(data) == 0 || time.Since(at) > uploadLife {
		return nil, errors.New("the upload does not exist, is empty or has expired")
	}
	if !slices.Contains(photoTypes, http.DetectContentType(data)) {
		return nil, errors.New("unsupported asset type in the upload")
	}
	return data, nil
}

// organization tells the balance and the limits.
func (r *Runway) organization(w http.ResponseWriter, req *http.Request) {
	tasks, err := r.works.Tasks()
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	made := daily(tasks, func(t stage.Task) string {
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
		"creditBalance": r.works.Balance(),
		"tier":          map[string]any{"maxMonthlyCreditSpend": r.opt.Credits, "models": limits},
		"usage":         map[string]any{"models": usage},
	})
}
