package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract holds what the API answers against the document that it serves, and notes what of the document was met.
type contract struct {
	t        *testing.T
	doc      map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
	met      map[string]bool               // "readOrder 200", "Order.menu", "createOrder > menu"
}

func newContract(t *testing.T, text string) *contract {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{
		t: t, doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{},
		met: map[string]bool{},
	}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("https://example.com/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// at is a part of the document by its keys.
func (c *contract) at(keys ...string) map[string]any {
	now := c.doc
	for _, k := range keys {
		next, ok := now[k].(map[string]any)
		if !ok {
			return nil
		}
		if ref, is := next["$ref"].(string); is {
			next = c.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
		now = next
	}
	return now
}

// keysOf are the names in a part, sorted.
func keysOf(part map[string]any) []string { return slices.Sorted(maps.Keys(part)) }

// operation finds what the document says of a request.
func (c *contract) operation(method, path string) (op map[string]any, id string) {
	for _, template := range keysOf(c.at("paths")) {
		want, got := strings.Split(template, "/"), strings.Split(path, "/")
		same := len(want) == len(got)
		for i := range want {
			same = same && (want[i] == got[i] || strings.HasPrefix(want[i], "{"))
		}
		if same {
			if op = c.at("paths", template, strings.ToLower(method)); op != nil {
				return op, op["operationId"].(string)
			}
		}
	}
	return nil, ""
}

// schema compiles a named one.
func (c *contract) schema(name string) *jsonschema.Schema {
	c.t.Helper()
	if c.schemas[name] == nil {
		s, err := c.compiler.Compile("https://example.com/openapi.json#/components/schemas/" + name)
		if err != nil {
			c.t.Fatal(err)
		}
		c.schemas[name] = s
	}
	return c.schemas[name]
}

// answers checks an answer to a request against the document.
func (c *contract) answers(r *http.Request, got answer) {
	c.t.Helper()
	op, id := c.operation(r.Method, r.URL.Path)
	if op == nil {
		c.t.Fatalf("the document has no %s %s", r.Method, r.URL.Path)
	}
	code := http.StatusText(got.status)
	said, _ := op["responses"].(map[string]any)[strconv.Itoa(got.status)].(map[string]any)
	if ref, is := said["$ref"].(string); is {
		said = c.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	if said == nil {
		c.t.Fatalf("%s isn't to answer %d %s: %s", id, got.status, code, got.body)
	}
	c.met[id+" "+strconv.Itoa(got.status)] = true
	for name, h := range mapOf(said["headers"]) {
		if value := got.header.Get(name); value == "" && mapOf(h)["required"] == true {
			c.t.Errorf("%s %d lacks the header %s", id, got.status, name)
		}
	}
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	media, ok := mapOf(said["content"])[kind]
	if !ok {
		c.t.Fatalf("%s %d isn't to be %q: %.200s", id, got.status, kind, got.body)
	}
	ref, _ := mapOf(mapOf(media)["schema"])["$ref"].(string)
	if ref == "" {
		return
	}
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
	if err != nil {
		c.t.Fatalf("%s %d: %v in %s", id, got.status, err, got.body)
	}
	name := strings.TrimPrefix(ref, "#/components/schemas/")
	if err := c.schema(name).Validate(body); err != nil {
		c.t.Errorf("%s %d: %v\n%s", id, got.status, err, got.body)
	}
	if p := mapOf(body); name == "Problem" && p["status"] != json.Number(strconv.Itoa(got.status)) {
		c.t.Errorf("%s: a problem of %v with status %d", id, p["status"], got.status)
	}
	c.meet(name, mapOf(c.at("components", "schemas", name)), body)
}

// meet notes which fields of a schema a value has.
func (c *contract) meet(path string, schema map[string]any, v any) {
	if ref, is := schema["$ref"].(string); is {
		path = strings.TrimPrefix(ref, "#/components/schemas/")
		schema = c.at("components", "schemas", path)
	}
	if all, is := v.([]any); is {
		for _, x := range all {
			c.meet(path, mapOf(schema["items"]), x)
		}
		return
	}
	for name, x := range mapOf(v) {
		c.met[path+"."+name] = true
		c.meet(path+"."+name, mapOf(mapOf(schema["properties"])[name]), x)
	}
}

// unmet lists what of the document no request and no answer has shown.
func (c *contract) unmet() (all []string) {
	want := func(name string) {
		if !c.met[name] {
			all = append(all, name)
		}
	}
	for _, path := range keysOf(c.at("paths")) {
		for _, method := range keysOf(c.at("paths", path)) {
			op := c.at("paths", path, method)
			id := op["operationId"].(string)
			for _, status := range keysOf(mapOf(op["responses"])) {
				want(id + " " + status)
			}
			for _, p := range slice(op["parameters"]) {
				if p := mapOf(p); p["in"] != "path" {
					want(id + " > " + p["name"].(string))
				}
			}
			for _, media := range mapOf(mapOf(op["requestBody"])["content"]) {
				schema := mapOf(mapOf(media)["schema"])
				if ref, is := schema["$ref"].(string); is {
					schema = c.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
				}
				for _, name := range keysOf(mapOf(schema["properties"])) {
					want(id + " > " + name)
				}
			}
		}
	}
	for _, name := range keysOf(c.at("components", "schemas")) {
		if name != "Change" && name != "Event" { // sent to us, and by us: see TestSender
			c.wantFields(name, c.at("components", "schemas", name), want)
		}
	}
	return all
}

func (c *contract) wantFields(path string, schema map[string]any, want func(string)) {
	for _, name := range keysOf(mapOf(schema["properties"])) {
		field := mapOf(mapOf(schema["properties"])[name])
		want(path + "." + name)
		c.wantFields(path+"."+name, field, want)
		c.wantFields(path+"."+name, mapOf(field["items"]), want)
	}
}

func mapOf(v any) map[string]any { m, _ := v.(map[string]any); return m }

func slice(v any) []any { s, _ := v.([]any); return s }
