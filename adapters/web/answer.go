package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// trouble is said instead of an order.
type trouble struct {
	Error string `json:"error"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the browser is gone: nobody is left to tell
}

// refuse answers a message that can't be read; the connection may be at its end.
func (p *Page) refuse(w http.ResponseWriter, lang string, err error) {
	var tooLong *http.MaxBytesError
	switch {
	case errors.Is(err, errLong):
		answer(w, http.StatusRequestEntityTooLarge, trouble{p.texts[lang].TooLong})
	case errors.As(err, &tooLong):
		answer(w, http.StatusRequestEntityTooLarge, trouble{present.Reason(lang, pipeline.ReasonPhotoHeavy)})
	default:
		answer(w, http.StatusBadRequest, trouble{present.Reason(lang, pipeline.ReasonTrouble)})
	}
}

// failed answers a message that was understood and could not be kept. The page may send it again.
func (p *Page) failed(w http.ResponseWriter, lang string, err error) {
	switch {
	case errors.Is(err, errTooBig):
		answer(w, http.StatusRequestEntityTooLarge, trouble{present.Reason(lang, pipeline.ReasonPhotoHeavy)})
	case errors.Is(err, errNoPhoto):
		answer(w, http.StatusUnprocessableEntity, trouble{present.Reason(lang, pipeline.ReasonPhotoEmpty)})
	default:
		p.Log.Warn("message not handled", "platform", Platform, "err", err)
		w.Header().Set("Retry-After", "2")
		answer(w, http.StatusServiceUnavailable, trouble{present.Reason(lang, pipeline.ReasonBusy)})
	}
}
