package telegram

import (
	"context"
	"crypto/subtle"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
)

// maxUpdate is what one update may weigh; Telegram's own limit is far lower.
const maxUpdate = 1 << 20

// Handle takes an update in: nil means that all it leads to is kept, and Telegram may forget it.
type Handle func(context.Context, bot.Update) error

// receiver takes updates in, by a webhook or by polling. It sends nothing into chats.
type receiver struct {
	*identity
	ready  func(context.Context) error // see downloader
	secret string                      // Options.Secret
	asks   *httpx.RecordingTransport   // for getUpdates, which the library would confirm too early
	polls  atomic.Bool                 // whether this process has ended the webhook
}

// Webhook is for POST /webhooks/telegram. Its answers are empty, since Telegram would do what a body
// says. Without a secret it takes nothing in.
func (rcv *receiver) Webhook(handle Handle) http.Handler {
	bodies := httpx.NewIntake(maxUpdate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			httpx.Refuse(w, http.StatusMethodNotAllowed)
			return
		}
		said := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		if rcv.secret == "" || subtle.ConstantTimeCompare([]byte(said), []byte(rcv.secret)) != 1 {
			httpx.Refuse(w, http.StatusUnauthorized)
			return
		}
		raw, release, no := bodies.Read(w, r)
		if no != 0 {
			httpx.Refuse(w, no)
			return
		}
		defer release()
		if rcv.self.Load() == nil {
			go rcv.learn()
		}
		if err := rcv.take(r.Context(), raw, handle); err != nil {
			rcv.log.Warn("update not handled", "platform", Platform, "err", err)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

// take decodes an update and hands it on. One that can't be read, or that is too much for us, is logged and
// let go: it would come again and again, and nothing behind it.
func (rcv *receiver) take(ctx context.Context, raw []byte, handle Handle) (err error) {
	defer bot.RecoverUpdate(rcv.log, Platform, &err)
	u, means, err := decode(raw, rcv.known())
	if err != nil {
		rcv.log.Error("update can't be read", "platform", Platform, "err", err)
		return nil
	}
	if !means {
		return nil
	}
	if u.At.IsZero() {
		u.At = time.Now()
	}
	return handle(ctx, u)
}
