package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	folderInTable = regexp.MustCompile("`([a-z0-9/]+/)`")
	relativeLink  = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)
	anchorLink    = regexp.MustCompile(`\]\(([^):\s]*)#([^)]+)\)`)
	goFile        = regexp.MustCompile("`([a-z0-9_]+(?:/[a-z0-9_]+)+\\.go)")
	punctuation   = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func papers(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if name != "THIRD_PARTY.md" { // others' words
				all[filepath.ToSlash(name)] = string(text)
			}
		}
	}
	if len(all) < 8 {
		t.Fatalf("only %d papers were found", len(all))
	}
	return all
}

func TestDocs_LinkToFilesAndHeadingsThatAreThere(t *testing.T) {
	all := papers(t)
	for name, text := range all {
		for _, link := range relativeLink.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), filepath.FromSlash(link[1]))); err != nil {
				t.Errorf("%s links to %s: %v", name, link[1], err)
			}
		}
		for _, link := range anchorLink.FindAllStringSubmatch(text, -1) {
			to := filepath.ToSlash(filepath.Join(filepath.Dir(name), link[1]))
			if link[1] == "" {
				to = name
			}
			if !strings.Contains(headings(all[to]), " "+link[2]+" ") {
				t.Errorf("%s links to %s, which has no heading %s", name, to, link[2])
			}
		}
	}
}

// TestDocs_NameFilesThatAreThere holds the paths of Go files against the files.
func TestDocs_NameFilesThatAreThere(t *testing.T) {
	found := 0
	for name, text := range papers(t) {
		if name == "CHANGELOG.md" { // it names what was
			continue
		}
		for _, m := range goFile.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := os.Stat(filepath.FromSlash(m[1])); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files are named", found)
	}
}

// headings are those of a paper as GitHub names them in links, between spaces.
func headings(text string) string {
	names := " "
	for line := range strings.Lines(text) {
		if title, is := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); is && strings.HasPrefix(line, "#") {
			title = punctuation.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			names += strings.ReplaceAll(title, " ", "-") + " "
		}
	}
	return names
}

// TestArchitecture_NamesRoomsThatAreThere keeps the table of rooms in step with the folders.
func TestArchitecture_NamesRoomsThatAreThere(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	found := folderInTable.FindAllStringSubmatch(string(text), -1)
	named := map[string]bool{}
	for _, m := range found {
		named[strings.TrimSuffix(m[1], "/")] = true
		if info, err := os.Stat(m[1]); err != nil || !info.IsDir() {
			t.Errorf("%s is no folder: %v", m[1], err)
		}
	}
	for _, room := range []string{"bot", "adapters", "storage", "internal"} {
		entries, err := os.ReadDir(room)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			dir := filepath.ToSlash(filepath.Join(room, e.Name()))
			code, err := filepath.Glob(dir + "/*.go")
			if err != nil {
				t.Fatal(err)
			}
			if e.IsDir() && len(code) > 0 && !strings.HasSuffix(dir, "test") && !named[dir] {
				t.Errorf("%s isn't among the rooms", dir)
			}
		}
	}
}
