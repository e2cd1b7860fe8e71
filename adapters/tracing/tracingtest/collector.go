// Package tracingtest has a collector of OpenTelemetry for tests: POST /v1/traces takes OTLP over HTTP as protobuf,
// plain or gzipped (OTLP specification, "OTLP/HTTP").
package tracingtest

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	service "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Collector keeps what it gets. The zero value is ready.
type Collector struct {
	// Answer may answer a request otherwise, and says whether it did. nil: all are taken.
	Answer func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests int
	headers  http.Header
	raw      []byte
	resource []*common.KeyValue
	spans    []*otlp.Span
}

// Requests counts those that were taken, and gives the headers of the last one.
func (c *Collector) Requests() (int, http.Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requests, c.headers
}

// Spans are all that came, in the order in which they began.
func (c *Collector) Spans() []*otlp.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.spans)
	slices.SortStableFunc(all, func(a, b *otlp.Span) int { return int(a.StartTimeUnixNano - b.StartTimeUnixNano) })
	return all
}

// Resource is what the last sender said of itself.
func (c *Collector) Resource() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Attributes(c.resource)
}

// Raw is all that came, as it was sent but for its compression.
func (c *Collector) Raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.raw)
}

// ServeHTTP takes spans.
func (c *Collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.Answer != nil && c.Answer(w, r) {
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
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests, c.headers, c.raw = c.requests+1, r.Header.Clone(), append(c.raw, raw...)
	for _, from := range in.GetResourceSpans() {
		c.resource = from.GetResource().GetAttributes()
		for _, scope := range from.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
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

// Attributes are all as text.
func Attributes(all []*common.KeyValue) map[string]string {
	m := map[string]string{}
	for _, kv := range all {
		switch v := kv.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			m[kv.GetKey()] = v.StringValue
		case *common.AnyValue_IntValue:
			m[kv.GetKey()] = fmt.Sprint(v.IntValue)
		default:
			m[kv.GetKey()] = kv.GetValue().String()
		}
	}
	return m
}
