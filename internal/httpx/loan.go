package httpx

import (
	"io"
	"sync"
)

// Loan is a reader that can be taken back. The transport that sends it may go on reading when the answer is there
// already: a server may answer before it has all of a request's body, and a program may leave behind what read for it.
type Loan struct {
	mu sync.Mutex
	r  io.Reader
}

// Lend lends r, which is the lender's own again after End.
func Lend(r io.Reader) *Loan { return &Loan{r: r} }

func (l *Loan) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.r == nil {
		return 0, io.ErrClosedPipe
	}
	return l.r.Read(p)
}

// End waits for a read that is under way, and lets no other begin. It may be called again.
func (l *Loan) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.r = nil
}
