package apptest

import (
	"bytes"
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/cli"
	"github.com/sajangpick/sajangpick/internal/doctor"
)

// Examined is what doctor finds with some settings. Whatever it says, no secret may be in it.
func Examined(t *testing.T, settings map[string]string) []doctor.Finding {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"DATABASE_URL": "sqlite:" + filepath.Join(dir, "orders.db"), "BLOB_URL": "file:" + filepath.Join(dir, "blobs"),
	}
	maps.Copy(all, settings)
	env := func(name string) (string, bool) { v, ok := all[name]; return v, ok }
	var out, said bytes.Buffer
	err := cli.Run(t.Context(), cli.Terminal{Args: []string{"doctor", "--json"}, Env: env, Out: &out, Errors: &said})
	for _, s := range config.Settings() {
		if v := all[s.Name]; s.Secret && s.Name != "DATABASE_URL" && v != "" &&
			strings.Contains(out.String()+said.String(), v) {
			t.Errorf("%s is shown: %s", s.Name, out.String())
		}
	}
	var doc struct {
		OK       bool
		Findings []doctor.Finding
	}
	if e := json.Unmarshal(out.Bytes(), &doc); e != nil {
		t.Fatalf("%v: %s", e, out.String())
	}
	if n := doctor.Count(doc.Findings, doctor.Failed); (err != nil) != (n > 0) || doc.OK != (n == 0) ||
		err != nil && cli.ExitCode(err, &said) != 1 {
		t.Errorf("%d failures, ok %v, and the error is %v", n, doc.OK, err)
	}
	for _, f := range doc.Findings {
		if f.Check == "" || f.Found == "" || (f.Do == "") != (f.Verdict == doctor.Healthy || f.Verdict == doctor.Off) {
			t.Errorf("no word of what to do: %+v", f)
		}
	}
	return doc.Findings
}

// WantFinding looks for a verdict on a check, with some words in it.
func WantFinding(t *testing.T, all []doctor.Finding, check string, v doctor.Verdict, words string) {
	t.Helper()
	for _, f := range all {
		if f.Check == check && f.Verdict == v && strings.Contains(f.Found, words) {
			return
		}
	}
	t.Errorf("%s isn't found %s with %q: %+v", check, v, words, all)
}
