package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/cli"
)

// TestCompose_PassesEverySetting holds compose.yaml against the table of settings and the version.
func TestCompose_PassesEverySetting(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	changes, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		if !regexp.MustCompile(`(?m)^      ` + s.Name + `(_FILE)?:`).MatchString(text) {
			t.Errorf("%s isn't passed to the container", s.Name)
		}
		file, empty := "      "+s.Name+"_FILE:", "      "+s.Name+": \"\"\n"
		if strings.Contains(text, file) && !strings.Contains(text, empty) { // a setting with two sources is refused
			t.Errorf("%s of .env isn't taken out, though %[1]s_FILE is set", s.Name)
		}
	}
	for _, want := range []string{
		"image: sajangpick:" + cli.Newest(string(changes)) + "\n", "env_file:", "AWS_REGION:", "max-size:",
		"COMMIT: ${COMMIT",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
