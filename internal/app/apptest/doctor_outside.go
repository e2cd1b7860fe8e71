package apptest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// Elsewhere stands in the paths of files that onAnotherDisk takes away from us.
const Elsewhere = "/elsewhere"

// OnAnotherDisk is a Bot API server whose files in such folders we have under no such path.
func OnAnotherDisk(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), Elsewhere, "/of/another/machine"))
	})
}
