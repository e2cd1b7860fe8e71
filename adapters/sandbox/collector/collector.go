// Package collector is a stand-in of an OpenTelemetry collector: POST /v1/traces takes OTLP over HTTP as
// protobuf, plain or gzipped (OTLP specification, "OTLP/HTTP").
package collector

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	service "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Span is one span as it arrived.
type Span struct {
	Trace, ID, Parent string // hexadecimal; Parent is empty for a root
	Name              string
	Begin, End        time.Time
	Attributes        map[string]any
	Events            []Event
	Failed            bool
	Why               string
	Resource          map[string]any // of who sent it
}

// Event is something that happened within a span.
type Event struct {
	At         time.Time
	Name       string
	Attributes map[string]any
}

// Server keeps what it gets. The zero value is ready.
type Server struct {
	// Answer may answer a request otherwise, and says whether it did. nil: all are taken.
	Answer func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests int
	headers  http.Header
	raw      []byte
	spans    []Span
}

// Requests counts those that were taken, and gives the headers of the last one.
func (s *Server) Requests() (int, http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.headers
}

// Spans are all that came, in the order in which they began, and Raw is all of it as it was sent.
func (s *Server) Spans() []Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.spans)
	slices.SortStableFunc(all, func(a, b Span) int { return a.Begin.Compare(b.Begin) })
	return all
}

// Raw is all that came, as it was sent but for its compression.
func (s *Server) Raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.raw)
}

// ServeHTTP takes spans.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Answer != nil && s.Answer(w, r) {
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" {
		http.NotFound(w, r)
		return
	}
	raw, err := body(r)
	var in service.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(raw, &in)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.headers, s.raw = s.requests+1, r.Header.Clone(), append(s.raw, raw...)
	for _, from := range in.GetResourceSpans() {
		of := values(from.GetResource().GetAttributes())
		for _, scope := range from.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				s.spans = append(s.spans, spanOf(span, of))
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf") // an empty answer is a success without remarks
}

func body(r *http.Request) ([]byte, error) {
	if kind := r.Header.Get("Content-Type"); kind != "application/x-protobuf" {
		return nil, fmt.Errorf("content type %q", kind)
	}
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r.Body)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func spanOf(in *otlp.Span, resource map[string]any) Span {
	s := Span{
		Trace: hex.EncodeToString(in.GetTraceId()), ID: hex.EncodeToString(in.GetSpanId()), Parent: hex.EncodeToString(in.GetParentSpanId()),
		Name: in.GetName(), Begin: moment(in.GetStartTimeUnixNano()), End: moment(in.GetEndTimeUnixNano()),
		Attributes: values(in.GetAttributes()), Resource: resource,
		Failed: in.GetStatus().GetCode() == otlp.Status_STATUS_CODE_ERROR, Why: in.GetStatus().GetMessage(),
	}
	for _, e := range in.GetEvents() {
		s.Events = append(s.Events, Event{At: moment(e.GetTimeUnixNano()), Name: e.GetName(), Attributes: values(e.GetAttributes())})
	}
	return s
}

func moment(ns uint64) time.Time { return time.Unix(0, int64(ns)) }

func values(all []*common.KeyValue) map[string]any {
	m := map[string]any{}
	for _, kv := range all {
		switch v := kv.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			m[kv.GetKey()] = v.StringValue
		case *common.AnyValue_IntValue:
			m[kv.GetKey()] = v.IntValue
		case *common.AnyValue_DoubleValue:
			m[kv.GetKey()] = v.DoubleValue
		default:
			m[kv.GetKey()] = kv.GetValue().String()
		}
	}
	return m
}
