package httpx

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestLend_ABodyIsTheCallersAgainAfterAnEarlyAnswer lets a server answer before it has read anything; the race detector
// sees who still reads.
func TestLend_ABodyIsTheCallersAgainAfterAnEarlyAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer s.Close()
	file := bytes.NewReader(make([]byte, 8<<20))
	for range 20 {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		lent := Lend(file)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, io.NopCloser(lent))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = file.Size()
		res, err := s.Client().Do(req)
		if err == nil {
			res.Body.Close()
		}
		lent.End()
		if _, err := lent.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("what was taken back is read: %v", err)
		}
	}
}
