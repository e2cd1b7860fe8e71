package stage

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// ringTimeout is how long the one who is rung has to answer.
const ringTimeout = 10 * time.Second

func newBell() *http.Client {
	return &http.Client{
		Timeout:       ringTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ring calls the callback of an ended task once, whatever comes back: neither a gateway nor
// Creatomate documents a second try. A server that goes down leaves it to the next one.
func (w *Works) ring(j *job) {
	t := w.update(j, func(*Task) {})
	if t.settled() || t.State == Deleted {
		return
	}
	wait := time.NewTimer(time.Until(t.Ended.Add(ms(t.Fault.RingDelayMS))))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-j.ctx.Done():
		return
	}
	told := t
	if t.Fault.Ring == RingForge {
		told.ID = NewID()
	}
	var rings sync.WaitGroup
	for range times(t.Fault.Ring) {
		rings.Go(func() { w.call(j, told) })
	}
	rings.Wait()
	if w.stage.ctx.Err() == nil {
		t = w.update(j, func(t *Task) { t.Rung = true })
		w.save(t, true)
	}
}

func times(ring string) int {
	switch ring {
	case RingDrop:
		return 0
	case RingDouble:
		return 2
	}
	return 1
}

func (w *Works) call(j *job, t Task) {
	log := w.stage.log.With("provider", w.play.Name, "remote", t.ID)
	body, err := json.Marshal(w.play.Body(t))
	if err != nil {
		log.Error("sandbox: ring has no body", "err", err)
		return
	}
	req, err := http.NewRequestWithContext(j.ctx, http.MethodPost, t.Callback, bytes.NewReader(body))
	if err != nil {
		log.Warn("sandbox: callback address can't be rung")
		return
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := w.stage.bell.Do(req)
	if err != nil {
		log.Warn("sandbox: nobody answered the ring", "err", Bare(err))
		return
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	log.Debug("sandbox: rung", "status", res.StatusCode)
}
