package runway

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// filesPath is where results are; Runway's own are on a CDN.
const filesPath = taskstore.Files + provider + "/"

// callbackHeader asks the gateway for a callback. Runway has nothing of that kind.
const callbackHeader = "X-Callback-Url"

func (r *Runway) create(w http.ResponseWriter, req *http.Request) {
	body, err := taskstore.Object(w, req)
	if errors.Is(err, taskstore.ErrTooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, "Request Too Long")
		return
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "The request body is not a JSON object.")
		return
	}
	c, issues := validate(body)
	if len(issues) > 0 {
		reply(w, http.StatusBadRequest, refusal{"Validation of body failed", issues, docURL})
		return
	}
	if _, given := body["seed"]; !given {
		c.Seed = rand.Uint32()
	}
	callback := req.Header.Get(callbackHeader)
	if u, err := url.Parse(callback); callback != "" && (err != nil || u.Host == "") {
		refuse(w, http.StatusBadRequest, callbackHeader+" is not a URL.")
		return
	}
	photo, err := r.photo(req.Context(), c.URI)
	if err != nil {
		refuse(w, http.StatusBadRequest, "Invalid promptImage: "+err.Error())
		return
	}
	r.start(w, req, c, photo, callback)
}

func (r *Runway) start(w http.ResponseWriter, req *http.Request, c clip, photo []byte, callback string) {
	spec, err := json.Marshal(c)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	exchange := taskstore.ExchangeOf(req)
	t, err := r.queue.Start(taskstore.Task{
		Credits: c.price(), Callback: callback, Fault: exchange.Fault, Spec: spec, Base: r.store.Base(req),
	}, photo)
	switch {
	case errors.Is(err, taskstore.ErrNoCredits):
		refuse(w, http.StatusBadRequest, "You do not have enough credits to run this task.")
		return
	case errors.Is(err, taskstore.ErrClosed):
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
		return
	case err != nil:
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	exchange.Note(t)
	if exchange.Fault.Callback == standin.CallbackEarly {
		r.queue.Wait(req.Context(), t.ID)
	}
	reply(w, http.StatusOK, started{t.ID, credits{c.price()}})
}

func (r *Runway) task(w http.ResponseWriter, req *http.Request) {
	t, err := r.queue.Task(req.PathValue("id"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, "Could not find Task")
		return
	case err != nil:
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	taskstore.ExchangeOf(req).Note(t)
	reply(w, http.StatusOK, show(t, func() string {
		path := filesPath + t.File()
		return r.store.Base(req) + path + "?_jwt=" + r.store.Token(path)
	}))
}

// file serves a clip to every client that has a link that is still alive.
func (r *Runway) file(w http.ResponseWriter, req *http.Request) {
	if !r.store.Opens(req.URL.Query().Get("_jwt"), req.URL.Path) {
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	}
	r.queue.ServeResult(w, req)
}
