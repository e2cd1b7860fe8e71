package creatomate

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox/stage"
)

// template is a stored document.
type template struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Tags    []string       `json:"tags"`
	Source  map[string]any `json:"source,omitempty"`
	Created time.Time      `json:"created_at"`
	Updated time.Time      `json:"updated_at"`
	Deleted time.Time      `json:"deleted_at,omitzero"` // never shown: a deleted one isn't found
}

// job is one render of a v1 request.
type job struct {
	doc      map[string]any
	template template
}

// document finds what a v2 body wants rendered: a template, or RenderScript at the top level.
func (c *Creatomate) document(w http.ResponseWriter, body map[string]any) (map[string]any, template, bool) {
	id, asked := body["template_id"]
	if !asked {
		if _, ok := body["elements"]; !ok {
			hint(w, http.StatusBadRequest, "Provide template_id or RenderScript with elements.")
			return nil, template{}, false
		}
		return document(body), template{}, true
	}
	if _, both := body["elements"]; both {
		hint(w, http.StatusBadRequest, "Provide either template_id or RenderScript, not both.")
		return nil, template{}, false
	}
	t, ok := c.find(w, id)
	return t.Source, t, ok
}

func (c *Creatomate) documentsOld(w http.ResponseWriter, body map[string]any) ([]job, bool) {
	if v, ok := body["source"]; ok {
		doc, err := parseSource(v)
		if err != nil {
			hint(w, http.StatusBadRequest, "%s", err)
			return nil, false
		}
		return []job{{doc: doc}}, true
	}
	if id, ok := body["template_id"]; ok {
		t, ok := c.find(w, id)
		return []job{{t.Source, t}}, ok
	}
	tags, ok := words(body["tags"])
	if !ok || len(tags) == 0 {
		hint(w, http.StatusBadRequest, "Provide template_id, tags or source.")
		return nil, false
	}
	all, err := c.tagged(tags)
	if err != nil || len(all) == 0 {
		hint(w, http.StatusNotFound, "There is no template with these tags.")
		return nil, false
	}
	var jobs []job
	for _, t := range all {
		jobs = append(jobs, job{t.Source, t})
	}
	return jobs, true
}

func (c *Creatomate) find(w http.ResponseWriter, id any) (template, bool) {
	name, ok := id.(string)
	if !ok {
		hint(w, http.StatusBadRequest, "template_id must be of type string")
		return template{}, false
	}
	t, err := c.load(name)
	if err != nil {
		hint(w, http.StatusNotFound, "The template does not exist.")
		return t, false
	}
	return t, true
}

// load reads a template. fs.ErrNotExist, also of one that was deleted.
func (c *Creatomate) load(id string) (template, error) {
	t, err := c.loadAny(id)
	if err == nil && !t.Deleted.IsZero() {
		return t, fs.ErrNotExist
	}
	return t, err
}

func (c *Creatomate) loadAny(id string) (t template, err error) {
	b, _, err := c.templates.Get(id)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(b, &t)
}

// tagged lists the templates that carry all the tags, oldest first.
func (c *Creatomate) tagged(tags []string) ([]template, error) {
	keys, err := c.templates.Keys()
	if err != nil {
		return nil, err
	}
	var all []template
	for _, k := range keys {
		t, err := c.load(k)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(tags, func(tag string) bool { return !slices.Contains(t.Tags, tag) }) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b template) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

func (c *Creatomate) addTemplate(w http.ResponseWriter, r *http.Request) {
	now := time.Now().UTC()
	c.write(w, r, template{ID: stage.NewID(), Tags: []string{}, Created: now}, http.StatusCreated)
}

func (c *Creatomate) changeTemplate(w http.ResponseWriter, r *http.Request) {
	if t, ok := c.find(w, r.PathValue("id")); ok {
		c.write(w, r, t, http.StatusOK)
	}
}

// write puts the fields of the body into t and keeps it.
func (c *Creatomate) write(w http.ResponseWriter, r *http.Request, t template, done int) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	err := field(body, "name", &t.Name)
	if v, ok := body["source"]; ok && err == nil {
		t.Source, err = parseSource(v)
	}
	if v, ok := body["tags"]; ok && err == nil {
		if t.Tags, ok = words(v); !ok {
			err = errors.New("tags must be an array of strings")
		}
	}
	if err == nil && (t.Name == "" || t.Source == nil) {
		err = errors.New("name and source are required")
	}
	if err != nil {
		hint(w, http.StatusBadRequest, "%s", err)
		return
	}
	t.Updated = time.Now().UTC()
	if c.keep(w, t) {
		stage.JSON(w, done, t)
	}
}

func (c *Creatomate) keep(w http.ResponseWriter, t template) bool {
	b, err := json.Marshal(t)
	if err == nil {
		err = c.templates.Put(t.ID, b)
	}
	if err != nil {
		hint(w, http.StatusInternalServerError, "not written down")
	}
	return err == nil
}

func (c *Creatomate) listTemplates(w http.ResponseWriter, r *http.Request) {
	var tags []string
	if q := r.URL.Query().Get("tags"); q != "" {
		tags = strings.Split(q, ",")
	}
	all, err := c.tagged(tags)
	if err != nil {
		hint(w, http.StatusInternalServerError, "not readable")
		return
	}
	for i := range all {
		all[i].Source = nil
	}
	if all == nil {
		all = []template{}
	}
	stage.JSON(w, http.StatusOK, all)
}

func (c *Creatomate) template(w http.ResponseWriter, r *http.Request) {
	if t, ok := c.find(w, r.PathValue("id")); ok {
		stage.JSON(w, http.StatusOK, t)
	}
}

// recoverable is how long a deleted template can be had back.
const recoverable = 30 * 24 * time.Hour

func (c *Creatomate) deleteTemplate(w http.ResponseWriter, r *http.Request) {
	t, ok := c.find(w, r.PathValue("id"))
	if !ok {
		return
	}
	t.Deleted = time.Now().UTC()
	if c.keep(w, t) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// recoverTemplate does what the real dashboard does for 30 days.
func (c *Creatomate) recoverTemplate(w http.ResponseWriter, r *http.Request) {
	t, err := c.loadAny(r.PathValue("id"))
	if err != nil || t.Deleted.IsZero() || time.Since(t.Deleted) > recoverable {
		hint(w, http.StatusNotFound, "There is no deleted template to recover.")
		return
	}
	t.Deleted = time.Time{}
	if c.keep(w, t) {
		stage.JSON(w, http.StatusOK, t)
	}
}

// sweep forgets templates that can't be had back any more.
func (c *Creatomate) sweep() {
	keys, _ := c.templates.Keys() // whoever asks for templates is told when they can't be read
	for _, k := range keys {
		if t, err := c.loadAny(k); err == nil && !t.Deleted.IsZero() && time.Since(t.Deleted) > recoverable {
			c.templates.Remove(k)
		}
	}
}

func words(v any) ([]string, bool) {
	items, ok := v.([]any)
	if !ok {
		return nil, false
	}
	all := []string{}
	for _, x := range items {
		s, ok := x.(string)
		if !ok {
			return nil, false
		}
		all = append(all, s)
	}
	return all, true
}
