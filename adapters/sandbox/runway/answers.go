package runway

import (
	"bytes"
	"crypto/sha1" // of Express's ETags
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// refusal is the body of an error.
type refusal struct {
	Error  string  `json:"error"`
	Issues []issue `json:"issues,omitempty"`
	DocURL string  `json:"docUrl,omitempty"`
}

// reply answers with v and the headers that come with every answer.
func reply(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // our own shapes, which can be encoded
	sum := sha1.Sum(b.Bytes())
	h := w.Header()
	mark(h)
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("ETag", fmt.Sprintf(`W/"%x-%s"`, b.Len(), base64.RawStdEncoding.EncodeToString(sum[:])))
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// mark adds what Runway's gateway and server tell about themselves.
func mark(h http.Header) {
	h.Set("Apigw-Requestid", taskstore.NewID())
	h.Set("X-Powered-By", "Express")
}

func refuse(w http.ResponseWriter, status int, why string) {
	doc := ""
	if status == http.StatusBadRequest {
		doc = docURL
	}
	reply(w, status, refusal{Error: why, DocURL: doc})
}

// refuse words planted statuses. Of 429 two bodies are documented; they take turns.
func (r *Runway) refuse() func(w http.ResponseWriter, status int) {
	var met atomic.Int64
	return func(w http.ResponseWriter, status int) {
		if status == http.StatusTooManyRequests && met.Add(1)%2 == 0 {
			reply(w, status, map[string]string{"message": "Too Many Requests"})
			return
		}
		refuse(w, status, http.StatusText(status))
	}
}

type credits struct {
	Credits float64 `json:"credits"`
}

// started is the answer to a paid request.
type started struct {
	ID            string  `json:"id"`
	EstimatedCost credits `json:"estimatedCost"`
}

// view is a task as GET /v1/tasks/{id} shows it: one of six shapes.
type view struct {
	ID            string   `json:"id"`
	CreatedAt     string   `json:"createdAt"`
	Status        string   `json:"status"`
	Progress      *float64 `json:"progress,omitempty"`
	Output        []string `json:"output,omitempty"`
	Failure       string   `json:"failure,omitempty"`
	FailureCode   string   `json:"failureCode,omitempty"`
	EstimatedCost *credits `json:"estimatedCost,omitempty"`
	Cost          *credits `json:"cost,omitempty"`
}

// status is Runway's word for a state.
func status(s taskstore.State) string {
	switch s {
	case taskstore.Held:
		return "THROTTLED"
	case taskstore.Waiting:
		return "PENDING"
	case taskstore.Rendering:
		return "RUNNING"
	case taskstore.Done:
		return "SUCCEEDED"
	case taskstore.Failed:
		return "FAILED"
	}
	return "CANCELLED"
}

// show words a task; link makes the address of its result.
func show(t taskstore.Task, link func() string) view {
	v := view{
		ID: t.ID, Status: status(t.State),
		CreatedAt: t.Made.UTC().Format("2006-01-02T15:04:05.000Z"),
	}
	price := &credits{t.Credits}
	if t.State.Ended() {
		v.Cost = price
	} else {
		v.EstimatedCost = price
	}
	switch t.State {
	case taskstore.Rendering:
		v.Progress = &t.Progress
	case taskstore.Done:
		v.Output = []string{link()}
	case taskstore.Failed:
		v.Failure, v.FailureCode = failureText(t.Code), t.Code
	}
	return v
}

// failureText is what comes with a failureCode; the real wording is open-ended.
func failureText(code string) string {
	switch {
	case strings.HasPrefix(code, "SAFETY."), strings.HasPrefix(code, "INPUT_PREPROCESSING.SAFETY."):
		return "Your submission was flagged by our content moderation system."
	case strings.HasPrefix(code, "ASSET."):
		return "The input asset is invalid."
	}
	return "An unexpected error occurred while generating the video."
}

// settle is the price of a task that came to nothing: refunded, except for an input that moderation
// refused, which Runway charges for.
func settle(t taskstore.Task) float64 {
	if t.State == taskstore.Failed && strings.HasPrefix(t.Code, "SAFETY.INPUT") {
		return t.Credits
	}
	return 0
}

// callbackBody is what a gateway in front of Runway tells; Runway itself calls no address.
func callbackBody(t taskstore.Task) any {
	return map[string]string{"id": t.ID, "status": status(t.State)}
}

// daily tells how many tasks of each model were made in the last 24 hours.
func daily(tasks []taskstore.Task, modelOf func(taskstore.Task) string) map[string]int {
	n := map[string]int{}
	for _, t := range tasks {
		if time.Since(t.Made) < 24*time.Hour {
			n[modelOf(t)]++
		}
	}
	return n
}
