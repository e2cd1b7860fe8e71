package taskstore

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// callbackTimeout is how long the one who is called has to answer.
const callbackTimeout = 10 * time.Second

func newCallbackClient() *http.Client {
	return &http.Client{
		Timeout:       callbackTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// callBack calls the callback of an ended task once, whatever comes back: neither a gateway nor
// Creatomate documents a second try. A server that goes down leaves it to the next one.
func (q *Queue) callBack(j *job) {
	t := q.update(j, func(*Task) {})
	if t.settled() {
		return
	}
	wait := time.NewTimer(time.Until(t.Ended.Add(time.Duration(t.Fault.CallbackDelayMS) * time.Millisecond)))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-j.ctx.Done():
		return
	}
	told := t
	if t.Fault.Callback == standin.CallbackForge {
		told.ID = NewID()
	}
	var calls sync.WaitGroup
	for range times(t.Fault.Callback) {
		calls.Go(func() { q.call(j, told) })
	}
	calls.Wait()
	if q.shared.ctx.Err() == nil {
		t = q.update(j, func(t *Task) { t.Called = true })
		q.save(t, true)
	}
}

func times(how string) int {
	switch how {
	case standin.CallbackDrop:
		return 0
	case standin.CallbackDouble:
		return 2
	}
	return 1
}

func (q *Queue) call(j *job, t Task) {
	log := q.shared.log.With("provider", q.provider.Name, "remote", t.ID)
	body, err := json.Marshal(q.provider.Body(t))
	if err != nil {
		log.Error("sandbox: callback has no body", "err", err)
		return
	}
	req, err := http.NewRequestWithContext(j.ctx, http.MethodPost, t.Callback, bytes.NewReader(body))
	if err != nil {
		log.Warn("sandbox: callback address is invalid")
		return
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := q.shared.callback.Do(req)
	if err != nil {
		log.Warn("sandbox: callback not answered", "err", standin.StripURL(err))
		return
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	log.Debug("sandbox: callback answered", "status", res.StatusCode)
}
