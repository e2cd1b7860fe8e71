package config_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
)

func TestMarkdown_IsTheTableInTheDocumentOnSettings(t *testing.T) {
	const begin, end = "<!-- settings -->\n", "<!-- /settings -->"
	data, err := os.ReadFile("../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), begin)
	section, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("docs/settings.md has no section between %q and %q", begin, end)
	}
	if strings.TrimSpace(section) != strings.TrimSpace(config.Markdown()) {
		t.Errorf("docs/settings.md says\n%s\nthe code says\n%s", section, config.Markdown())
	}
}

func TestHelp_NamesEverySetting(t *testing.T) {
	var out bytes.Buffer
	if err := config.Help(&out); err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		if !strings.Contains(out.String(), "  "+s.Name+" ") || s.Meaning == "" ||
			s.Default != "" && !strings.Contains(out.String(), " ["+s.Default+"]\n") {
			t.Errorf("%s is not in:\n%s", s.Name, out.String())
		}
	}
}
