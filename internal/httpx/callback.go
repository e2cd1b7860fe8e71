package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// CallbackFunc tells the pipeline that a provider has called back about an order. remote is the id in the
// callback's body, a hint that every client can forge; it is "" when there was none. The token is
// compared by HandleCallback: pipeline.ErrBadToken when it isn't the order's.
type CallbackFunc func(ctx context.Context, order int64, token, remote string) error

// What a caller of a callback may send, and how long handling it may take.
const (
	maxCallback   = 64 << 10
	callbackLimit = 5 * time.Second
)

// CallbackHandler answers POST …/{order}/{token}: 200 and nothing more when the callback was taken, 404 when
// there is no such callback, 503 when it should come again. Of the body only an id is taken.
func CallbackHandler(handle CallbackFunc) http.Handler {
	bodies := NewIntake(maxCallback)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		order, err := strconv.ParseInt(r.PathValue("order"), 10, 64)
		token := r.PathValue("token")
		if err != nil || order <= 0 || token == "" || len(token) > 200 {
			Refuse(w, http.StatusNotFound)
			return
		}
		hint := ""
		switch body, release, no := bodies.Read(w, r); no {
		case 0:
			hint = readHint(body)
			release()
		default: // long, slow or one too many: it is a callback all the same
			closeUnread(w)
		}
		// A caller that hangs up at once has called back all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), callbackLimit)
		defer cancel()
		switch err := handle(ctx, order, token, hint); {
		case err == nil:
			w.WriteHeader(http.StatusOK)
		case errors.Is(err, pipeline.ErrBadToken):
			http.NotFound(w, r)
		default:
			w.Header().Set("Retry-After", "10")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

// readHint takes the id out of a callback's body: an object, or the first of an array of them.
func readHint(body []byte) string {
	var one struct {
		ID json.RawMessage `json:"id"`
	}
	id := ""
	if json.Unmarshal(Object(body), &one) == nil {
		id = Text(one.ID)
	}
	if !IsID(id) {
		return ""
	}
	return id
}
