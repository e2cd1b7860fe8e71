package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
)

// FuzzDecode_AChangeIsOneObjectOfKnownFields holds that whatever is read is one object of known fields, and text that a
// database takes.
func FuzzDecode_AChangeIsOneObjectOfKnownFields(f *testing.F) {
	for _, text := range []string{
		`{"menu":"새우 파스타","price":"18,000원","regular":"22000","regular_charged":true,"confirmed":"x"}`,
		`{"look":"fine"}`, ` {"size":"square","of_size":"tall"} `,
		`{}`, `null`, `[]`, `{`, `{"look":1}`, `{"look":null}`, `{"LOOK":"fine"}`, `{"look":"a","look":"b"}`,
		`{"look":"\u0000"}`, `{"look":"\\u0000"}`, "{\"look\":\"\xff\"}",
		`{"look":"\ud800"}`, `{"a":{"b":{}}}`, strings.Repeat("[", 10_000), `{}{}`, `{} x`, "\ufeff{}", "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c change
		if err := decode(data, &c); err != nil {
			return
		}
		if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) || !json.Valid(data) {
			t.Fatalf("%q isn't one object", data)
		}
		for _, s := range []string{c.Menu, c.Price, c.Regular, c.Confirmed, c.Look, c.Music, c.Size, c.Of} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q", s)
			}
		}
		if verb, to, ok := c.verb(); ok && (verb == "" || to == "") {
			t.Fatalf("%+v is %q %q", c, verb, to)
		}
	})
}

// FuzzIdempotencyKey_IsANameThatNoFormHas holds that a key becomes a name that a form of the page never has, the same
// for the same key.
func FuzzIdempotencyKey_IsANameThatNoFormHas(f *testing.F) {
	for _, key := range []string{
		"8e03978e-40d5-43dd-bc93-6894a57f9324", `"8e03978e"`, `""`, `"`, "", " ", "a b", "\x00", "é",
		strings.Repeat("k", 256), "api-00", "../..", `"a"b"`,
	} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		name, ok := idempotencyKey(http.Header{"Idempotency-Key": {key}})
		if !ok {
			if name != "" {
				t.Fatalf("%q is refused, and is %q", key, name)
			}
			return
		}
		if !strings.HasPrefix(name, "api-") || !intake.IsName(name) || strings.Contains(name, key) && len(key) > 8 {
			t.Fatalf("%q is called %q", key, name)
		}
		if again, _ := idempotencyKey(http.Header{"Idempotency-Key": {" " + key}}); again != name {
			t.Fatalf("%q is called %q and %q", key, name, again)
		}
		if _, two := idempotencyKey(http.Header{"Idempotency-Key": {key, key}}); two {
			t.Fatalf("%q twice is taken", key)
		}
	})
}

// FuzzReadPlace_IsWhereTheQuerySaysOrNowhere holds that a list begins and ends where its query says, or nowhere.
func FuzzReadPlace_IsWhereTheQuerySaysOrNowhere(f *testing.F) {
	for _, q := range [][2]string{
		{"", ""}, {"7", "20"}, {"0", "0"}, {"-1", "-1"}, {"01", "1"}, {"+1", "1"}, {"9223372036854775807", "100"},
		{"9223372036854775808", "101"}, {"１", "1e1"}, {"1 ", " 1"},
	} {
		f.Add(q[0], q[1])
	}
	f.Fuzz(func(t *testing.T, cursor, limit string) {
		p, ok := readPlace(cursor, limit)
		if !ok {
			return
		}
		if p.limit < 1 || p.limit > maxPage || p.before < 0 || cursor != "" && writeCursor(p.before) != cursor ||
			cursor == "" && p.before != 0 {
			t.Fatalf("%q, %q: %+v", cursor, limit, p)
		}
	})
}
