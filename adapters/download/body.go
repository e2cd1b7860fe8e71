package download

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

var (
	errSilent = errors.New("sent nothing for too long")
	errSlow   = errors.New("took too long")
)

// ErrLarge says that there are more bytes than may be fetched.
var ErrLarge = errors.New("more bytes than a result may have")

// watchdog ends a request that is silent for too long, or takes too long as a whole.
type watchdog struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	stall  time.Duration
	whole  *time.Timer
	quiet  *time.Timer
}

func watch(ctx context.Context, whole, stall time.Duration) *watchdog {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watchdog{ctx: ctx, cancel: cancel, stall: stall}
	w.whole = time.AfterFunc(whole, func() { cancel(errSlow) })
	w.quiet = time.AfterFunc(stall, func() { cancel(errSilent) })
	return w
}

// listen begins to wait for bytes, rest ends it: the time that the reader takes for itself is not silence.
func (w *watchdog) listen() { w.quiet.Reset(w.stall) }

func (w *watchdog) rest() { w.quiet.Stop() }

func (w *watchdog) end() {
	w.whole.Stop()
	w.quiet.Stop()
	w.cancel(nil)
}

// body reads a result up to its limit.
type body struct {
	from  io.ReadCloser
	host  string
	left  int64
	err   error // stays
	watch *watchdog
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	b.watch.listen()
	n, err := b.from.Read(p[:min(int64(len(p)), b.left+1)]) // one more shows that there is more
	b.watch.rest()
	if int64(n) > b.left {
		n, err = int(b.left), tooLarge(b.host)
	} else if err != nil && err != io.EOF {
		err = failure(b.watch, b.host, err)
	}
	b.left -= int64(n)
	b.err = err
	return n, err
}

func (b *body) Close() error {
	b.watch.end()
	b.from.Close() // its error says nothing about what was read
	return nil
}

func tooLarge(host string) *pipeline.Fault {
	return &pipeline.Fault{
		Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble,
		Err: fmt.Errorf("download: %s: %w", host, ErrLarge),
	}
}

func notAllowed(u *url.URL) *pipeline.Fault {
	return httpx.Unset(
		fmt.Errorf(
			"download: results may not come from %q over %q: RESULT_HOSTS lists the hosts that they may come from",
			u.Host, u.Scheme,
		),
	)
}

// failure says what went wrong on the way, in words that can't hold the address: texts of errors of
// unknown kinds are dropped, since some quote what the other side said.
func failure(w *watchdog, host string, err error) *pipeline.Fault {
	if cause := context.Cause(w.ctx); cause != nil {
		return transient(fmt.Errorf("download: %s: %w", host, cause))
	}
	if errors.Is(err, errPrivate) {
		return httpx.Unset(
			fmt.Errorf("download: %q %w: RESULT_HOSTS may name it as a whole origin", host, errPrivate),
		)
	}
	var (
		network     *net.OpError
		certificate *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &certificate):
		err = certificate
	case errors.As(err, &network):
		err = network
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = io.ErrUnexpectedEOF
	case errors.Is(err, io.EOF):
		err = errors.New("closed the connection without an answer")
	default:
		err = errors.New("gave no readable answer")
	}
	return transient(fmt.Errorf("download: %s: %w", host, err))
}
