package creatomate

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// template is a stored document.
type template struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Tags    []string       `json:"tags"`
	Source  map[string]any `json:"source,omitempty"`
	Created time.Time      `json:"created_at"`
	Updated time.Time      `json:"updated_at"`
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

// documentOld finds what a body of version 1 wants rendered: a template, or RenderScript under source.
func (c *Creatomate) documentOld(w http.ResponseWriter, body map[string]any) (map[string]any, template, bool) {
	if id, ok := body["template_id"]; ok {
		t, ok := c.find(w, id)
		return t.Source, t, ok
	}
	v, ok := body["source"]
	if !ok {
		hint(w, http.StatusBadRequest, "Provide template_id or source.")
		return nil, template{}, false
	}
	doc, err := parseSource(v)
	if err != nil {
		hint(w, http.StatusBadRequest, "%s", err)
	}
	return doc, template{}, err == nil
}

func (c *Creatomate) find(w http.ResponseWriter, id any) (t template, ok bool) {
	name, ok := id.(string)
	if !ok {
		hint(w, http.StatusBadRequest, "template_id must be of type string")
		return t, false
	}
	b, err := c.templates.Get(name)
	if err == nil {
		err = json.Unmarshal(b, &t)
	}
	if err != nil {
		hint(w, http.StatusNotFound, "The template does not exist.")
	}
	return t, err == nil
}

// addTemplate keeps a template. It is how one gets into the stand-in, as a person makes one in Creatomate's dashboard.
func (c *Creatomate) addTemplate(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	now := time.Now().UTC()
	t := template{ID: taskstore.NewID(), Tags: []string{}, Created: now, Updated: now}
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
	b, err := json.Marshal(t)
	if err == nil {
		err = c.templates.Put(t.ID, b)
	}
	if err != nil {
		hint(w, http.StatusInternalServerError, "not written down")
		return
	}
	standin.JSON(w, http.StatusCreated, t)
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
