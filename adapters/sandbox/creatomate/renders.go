package creatomate

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// object is a render as the API shows it (creatomate.com/docs/api, "The render object").
type object struct {
	ID            string         `json:"id"`
	Status        string         `json:"status"`
	ErrorMessage  string         `json:"error_message,omitempty"`
	URL           string         `json:"url"`          // from the start, though nothing is there until the end
	SnapshotURL   *string        `json:"snapshot_url"` // none here
	TemplateID    *string        `json:"template_id"`
	TemplateName  *string        `json:"template_name"`
	TemplateTags  []string       `json:"template_tags"`
	OutputFormat  string         `json:"output_format"`
	RenderScale   float64        `json:"render_scale"`
	Width         int            `json:"width"`
	Height        int            `json:"height"`
	FrameRate     *float64       `json:"frame_rate"` // of a film; a picture has none, and no duration
	Duration      *float64       `json:"duration"`
	FileSize      *int64         `json:"file_size"`
	Modifications map[string]any `json:"modifications"`
	WebhookURL    *string        `json:"webhook_url"`
	Metadata      *string        `json:"metadata"`
}

// answer is what a v2 request gets: the render, and advice where there is any.
type answer struct {
	object
	Errors   []string `json:"errors,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// verdict answers a dry run.
type verdict struct {
	Valid    bool           `json:"valid"`
	Errors   []string       `json:"errors"`
	Warnings []string       `json:"warnings"`
	Source   map[string]any `json:"source"`
}

// status is Creatomate's word for a state.
func status(s taskstore.State) string {
	switch s {
	case taskstore.Held, taskstore.Waiting:
		return "planned"
	case taskstore.Rendering:
		return "rendering"
	case taskstore.Done:
		return "succeeded"
	case taskstore.Failed:
		return "failed"
	}
	return "cancelled"
}

func (c *Creatomate) show(t taskstore.Task) object {
	var s spec
	json.Unmarshal(t.Spec, &s) // our own writing; a broken one shows as an empty render
	o := object{
		ID: t.ID, Status: status(t.State), URL: t.Base + filesPath + t.File(),
		TemplateID: some(s.TemplateID), TemplateName: some(s.TemplateName), TemplateTags: s.TemplateTags,
		OutputFormat: s.format(), RenderScale: s.Scale,
		Modifications: s.Modifications, WebhookURL: some(s.Webhook), Metadata: some(t.Metadata),
	}
	o.Width, o.Height = s.size()
	if s.format() == video {
		rate := number(s.Source, "frame_rate", 30)
		o.FrameRate = &rate
		if d, ok := s.Source["duration"].(float64); ok {
			o.Duration = &d
		}
	}
	switch t.State {
	case taskstore.Done:
		o.FileSize = &t.Size
	case taskstore.Failed:
		o.ErrorMessage = t.Failure
	}
	return o
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (c *Creatomate) create(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	doc, t, ok := c.document(w, body)
	if !ok {
		return
	}
	q, err := c.read(body, doc, t)
	q.warnings = append(q.warnings, ignored(body)...)
	switch {
	case err != nil:
		hint(w, http.StatusBadRequest, "%s", err)
	case q.dryRun:
		standin.JSON(w, http.StatusOK, verdict{len(q.errors) == 0, list(q.errors), list(q.warnings), q.Source})
	default:
		if o, ok := c.start(w, r, q); ok {
			standin.JSON(w, http.StatusAccepted, answer{o, q.errors, q.warnings})
		}
	}
}

// createOld is version 1, which the npm client speaks: the document is under source, and the answer is a list without
// advice.
func (c *Creatomate) createOld(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	doc, t, ok := c.documentOld(w, body)
	if !ok {
		return
	}
	q, err := c.read(body, doc, t)
	if err != nil {
		hint(w, http.StatusBadRequest, "%s", err)
		return
	}
	if o, ok := c.start(w, r, q); ok {
		standin.JSON(w, http.StatusAccepted, []object{o})
	}
}

// start writes a render down. The object is as of then, even when it is rendered or a planted callback
// came meanwhile.
func (c *Creatomate) start(w http.ResponseWriter, r *http.Request, q request) (object, bool) {
	raw, err := json.Marshal(q.spec)
	if err != nil {
		hint(w, http.StatusInternalServerError, "not written down")
		return object{}, false
	}
	exchange := taskstore.ExchangeOf(r)
	t, err := c.queue.Start(taskstore.Task{
		Credits: q.price(), Metadata: q.metadata, Callback: q.Webhook, Fault: exchange.Fault,
		Spec: raw, Base: c.store.Base(r), Kind: q.format(),
	}, nil)
	switch {
	case errors.Is(err, taskstore.ErrNoCredits):
		hint(w, http.StatusPaymentRequired, "There are not enough credits left in your subscription.")
	case errors.Is(err, taskstore.ErrClosed):
		hint(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		hint(w, http.StatusInternalServerError, "not written down")
	}
	if err != nil {
		return object{}, false
	}
	exchange.Note(t)
	if exchange.Fault.Callback == standin.CallbackEarly {
		c.queue.Wait(r.Context(), t.ID)
	}
	t.State = taskstore.Waiting
	return c.show(t), true
}

func (c *Creatomate) render(w http.ResponseWriter, r *http.Request) {
	t, err := c.queue.Task(r.PathValue("id"))
	if errors.Is(err, fs.ErrNotExist) {
		hint(w, http.StatusNotFound, "The render does not exist.")
		return
	}
	if err != nil {
		hint(w, http.StatusInternalServerError, "not readable")
		return
	}
	taskstore.ExchangeOf(r).Note(t)
	t.Base = c.store.Base(r) // the one that created it may have had another address
	standin.JSON(w, http.StatusOK, c.show(t))
}

// list makes an empty JSON array of nothing.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// readBody reads the body of a request, or answers why not.
func readBody(w http.ResponseWriter, r *http.Request) (map[string]any, bool) {
	body, err := taskstore.Object(w, r)
	switch {
	case errors.Is(err, taskstore.ErrTooLarge):
		hint(w, http.StatusRequestEntityTooLarge, "The request is too large.")
	case err != nil:
		hint(w, http.StatusBadRequest, "The request body is not a JSON object.")
	}
	return body, err == nil
}
