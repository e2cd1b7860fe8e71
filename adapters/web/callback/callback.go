// Package callback tells a shop's programs what became of their orders, as Standard Webhooks says
// (https://www.standardwebhooks.com, version 1.0.0): signed, and again until they have taken it.
package callback

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

const (
	maxAddress = 1000              // bytes
	secretMark = "whsec_"          // begins every secret
	atOnce     = 8                 // calls of one process: a program that answers slowly holds up no chat
	minPause   = 5 * time.Second   // between two tries
	maxPause   = time.Hour         // the same
	busyPause  = 2 * time.Second   // until there may be room again
	secretUse  = "callback secret" // of the Signer
)

// Poster sends a body to an address that came from outside: download.Results.
type Poster interface {
	Allows(address string) bool
	Post(ctx context.Context, address string, header http.Header, body []byte) error
}

// Sender tells callbacks. It may be used by many at once.
type Sender struct {
	post   Poster
	signer sign.Signer
	base   string
	places chan struct{}
}

// NewSender makes one. base is the address of the API's orders, to which their numbers are added.
func NewSender(post Poster, signer sign.Signer, base string) *Sender {
	return &Sender{post: post, signer: signer, base: base, places: make(chan struct{}, atOnce)}
}

// Takes reports whether an address can be an order's callback.
func (s *Sender) Takes(address string) bool {
	return len(address) <= maxAddress && s.post.Allows(address)
}

// Secret is what a program checks us by, where a shop has this Webhook: see bot.Shop.
func (s *Sender) Secret(webhook string) string {
	return secretMark + base64.StdEncoding.EncodeToString(s.signer.Keys(secretUse, webhook)[0])
}

// event is what is told. It has numbers and no words: what there is to know, the program asks for with its token.
type event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      data      `json:"data"`
}

type data struct {
	ID  int64  `json:"id"`
	Cut int    `json:"cut"`
	URL string `json:"url"`
}

// Send tells an order's callback once: outbox.Options.Callback. Its error is a Fault, Rejected when the program wants
// to hear no more; otherwise it says when to try again, at first soon, later each hour.
func (s *Sender) Send(ctx context.Context, m bot.OutgoingMessage, o pipeline.Order, shop bot.Shop) error {
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		err := errors.New("callback: others come first")
		return &pipeline.Fault{Kind: pipeline.Transient, RateLimited: true, RetryAfter: busyPause, Err: err}
	}
	body, err := json.Marshal(event{m.Callback, m.Made.UTC(), data{o.ID, m.Cut, s.base + strconv.FormatInt(o.ID, 10)}})
	if err != nil {
		return &pipeline.Fault{Kind: pipeline.Rejected, Err: err}
	}
	id, at := bot.OrderEventID(o.ID, m.Cut, m.Callback), time.Now().Unix()
	err = s.post.Post(ctx, o.Callback, http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"sajangpick"},
		"Webhook-Id": {id}, "Webhook-Timestamp": {strconv.FormatInt(at, 10)},
		"Webhook-Signature": {signatures(s.signer.Keys(secretUse, shop.Webhook), id, at, body)},
	}, body)
	if err == nil {
		return nil
	}
	f := pipeline.Fault{Kind: pipeline.Transient, Err: fmt.Errorf("callback of order %d: %w", o.ID, err)}
	if status := download.Status(0); errors.As(err, &status) && status == http.StatusGone {
		f.Kind = pipeline.Rejected
	}
	f.RetryAfter = max(pipeline.AsFault(err).RetryAfter, min(max(time.Since(m.Made), minPause), maxPause))
	return &f
}

// signatures are one for each key: "v1," and the HMAC of id, time and body.
func signatures(keys [][]byte, id string, at int64, body []byte) string {
	var all []string
	for _, key := range keys {
		m := hmac.New(sha256.New, key)
		fmt.Fprintf(m, "%s.%d.%s", id, at, body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	return strings.Join(all, " ")
}
