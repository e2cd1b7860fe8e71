package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// Fault makes something go wrong in requests to come.
func (s *Server) Fault(f Fault) error { return s.store.Fault(f) }

// Faults lists what is still to go wrong.
func (s *Server) Faults() []Fault { return s.store.Faults() }

// ClearFaults takes back what hasn't gone wrong yet.
func (s *Server) ClearFaults() { s.store.ClearFaults() }

// Requests lists what was asked of both stand-ins, oldest first; at most the last 20,000.
func (s *Server) Requests() []Request { return s.store.Requests() }

// Tasks lists the paid starts that were accepted, Runway's before Creatomate's and each oldest
// first; callbacks are without the secret at their end.
func (s *Server) Tasks() ([]Task, error) {
	clips, err1 := s.runway.Queue().Tasks()
	cuts, err2 := s.creatomate.Queue().Tasks()
	all := make([]Task, 0, len(clips)+len(cuts))
	for _, t := range append(clips, cuts...) {
		all = append(all, t.Shown())
	}
	return all, errors.Join(err1, err2)
}

// controls adds what no provider has: the ways to look behind the scenes.
func (s *Server) controls() {
	s.mux.HandleFunc("POST /sandbox/faults", s.plant)
	s.mux.HandleFunc("GET /sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		standin.JSON(w, http.StatusOK, append([]Fault{}, s.Faults()...))
	})
	s.mux.HandleFunc("DELETE /sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("GET /sandbox/requests", func(w http.ResponseWriter, _ *http.Request) {
		standin.JSON(w, http.StatusOK, s.Requests())
	})
	s.mux.HandleFunc("GET /sandbox/tasks", func(w http.ResponseWriter, _ *http.Request) {
		tasks, err := s.Tasks()
		if err != nil {
			http.Error(w, "tasks can't be read", http.StatusInternalServerError)
			return
		}
		standin.JSON(w, http.StatusOK, tasks)
	})
}

// plant takes a fault as JSON. A misspelt field is an error: a test must not pass because nothing failed.
func (s *Server) plant(w http.ResponseWriter, r *http.Request) {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, taskstore.BodyLimit))
	d.DisallowUnknownFields()
	var f Fault
	err := d.Decode(&f)
	if err == nil {
		err = s.Fault(f)
	}
	if err != nil {
		standin.JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	standin.JSON(w, http.StatusCreated, f)
}
