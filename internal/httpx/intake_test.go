package httpx

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// posts sends a body of which it said that it has so many bytes, and returns the status of the answer.
func posts(l *pipeListener, said int, body string) int {
	ours, theirs := net.Pipe()
	defer ours.Close()
	l.conn <- theirs
	go fmt.Fprintf(ours, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", said, body)
	res, err := http.ReadResponse(bufio.NewReader(ours), nil)
	if err != nil {
		return 0
	}
	return res.StatusCode
}

func TestIntake_SlowBodiesHoldABoundedPlaceForAFewSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := NewIntake(100)
		var held, most atomic.Int64
		l := &pipeListener{conn: make(chan net.Conn), done: make(chan struct{})}
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, release, no := in.Read(w, r)
			if no != 0 {
				Refuse(w, no)
				return
			}
			defer release()
			most.Store(max(most.Load(), held.Add(1)))
			time.Sleep(time.Millisecond) // what is made of it takes its time, and its place
			held.Add(-1)
			w.WriteHeader(200 + len(body))
		})}
		go s.Serve(l)
		began := time.Now()
		answers := make(chan int)
		for range 400 {
			go func() { answers <- posts(l, 20, strings.Repeat("x", 19)) }()
		}
		count := map[int]int{}
		for range 400 - intakePlaces {
			count[<-answers]++
		}
		if took := time.Since(began); count[503] != 400-intakePlaces || took != intakeWait {
			t.Errorf("those that found no place got %v, after %s", count, took)
		}
		for range intakePlaces {
			count[<-answers]++
		}
		if took := time.Since(began); count[408] != intakePlaces || took != bodyLimit {
			t.Errorf("all together got %v, after %s", count, took)
		}
		for range 100 {
			go func() { answers <- posts(l, 20, strings.Repeat("x", 20)) }()
		}
		for range 100 {
			if got := <-answers; got != 220 {
				t.Errorf("a whole body afterwards: %d", got)
			}
		}
		if got := most.Load(); got > intakePlaces {
			t.Errorf("%d bodies were held at once", got)
		}
		if got := posts(l, 101, strings.Repeat("x", 101)); got != http.StatusRequestEntityTooLarge {
			t.Errorf("a body that is too long: %d", got)
		}
		s.Close()
		time.Sleep(time.Second) // the server closes what it refused half a second later
	})
}

func TestRefuse_WaitsForNoBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &pipeListener{conn: make(chan net.Conn), done: make(chan struct{})}
		refuse := func(w http.ResponseWriter, r *http.Request) { Refuse(w, 401) }
		s := &http.Server{Handler: http.HandlerFunc(refuse)}
		go s.Serve(l)
		ours, theirs := net.Pipe()
		l.conn <- theirs
		began := time.Now()
		io.WriteString(ours, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
		all, err := io.ReadAll(ours)
		if err != nil || !strings.Contains(string(all), "401") || time.Since(began) > time.Second {
			t.Errorf("got %q, %v after %s", all, err, time.Since(began))
		}
		ours.Close()
		s.Close()
		time.Sleep(time.Second) // the server closes what it refused half a second later
	})
}
