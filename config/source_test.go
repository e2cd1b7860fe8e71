package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
)

func TestLoad_TheEnvironmentWinsOverTheFile(t *testing.T) {
	c := mustLoad(t, map[string]string{"RUNWAY_MODEL": "outer", "RUNWAY_SECONDS": ""},
		"RUNWAY_MODEL=inner\nRUNWAY_SECONDS=7\nCREATOMATE_TEMPLATE_ID=id1")
	if c.Runway.Model != "outer" || c.Runway.Seconds != 7 || c.Creatomate.TemplateID != "id1" {
		t.Errorf("%+v %+v", c.Runway, c.Creatomate)
	}
}

func TestLoad_AMissingDotenvIsFine(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	if _, err := config.Load(none, filepath.Join(t.TempDir(), ".env")); err != nil {
		t.Error(err)
	}
	if _, err := config.Load(none, t.TempDir()); err == nil {
		t.Error("a folder was read as .env")
	}
}

func TestLoad_ASecretComesFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	write(t, path, "from-file\r\n")
	c := mustLoad(
		t, map[string]string{"CREATOMATE_API_KEY_FILE": path, "PUBLIC_URL": "https://a.example"},
		"CREATOMATE_API_KEY=from-dotenv",
	)
	if got := c.Creatomate.Key.Reveal(); got != "from-file" {
		t.Errorf("%q", got)
	}
}

func TestLoad_AFileThatGivesNoValueIsAProblem(t *testing.T) {
	dir := t.TempDir()
	empty, both, huge := filepath.Join(dir, "empty"), filepath.Join(dir, "both"), filepath.Join(dir, "huge")
	write(t, empty, "\n\n")
	write(t, both, "x")
	write(t, huge, strings.Repeat("x", 1<<20+1))
	for promise, env := range map[string]map[string]string{
		"both RUNWAYML": {"RUNWAYML_API_SECRET": "hunter2", "RUNWAYML_API_SECRET_FILE": both},
		"no such file":  {"RUNWAYML_API_SECRET_FILE": filepath.Join(dir, "none")},
		"without text":  {"RUNWAYML_API_SECRET_FILE": empty},
		"1048576 bytes": {"RUNWAYML_API_SECRET_FILE": huge},
		"a directory":   {"RUNWAYML_API_SECRET_FILE": dir},
	} {
		_, err := load(t, env, "")
		if err == nil || !strings.HasPrefix(err.Error(), "RUNWAYML_API_SECRET: ") ||
			!strings.Contains(err.Error(), "RUNWAYML_API_SECRET_FILE") || !strings.Contains(err.Error(), promise) {
			t.Errorf("%s: %v", promise, err)
		}
	}
	write(t, huge, strings.Repeat("x", 1<<20))
	if c := mustLoad(t, map[string]string{"RUNWAYML_API_SECRET_FILE": huge}, ""); len(c.Runway.Key.Reveal()) != 1<<20 {
		t.Errorf("of a file of 1 MiB there are %d bytes", len(c.Runway.Key.Reveal()))
	}
}

func TestDotenv_ReadsWhatPeopleWrite(t *testing.T) {
	c := mustLoad(t, map[string]string{"TAKEN": "yes"}, strings.Join([]string{
		"\ufeff# first line", "", "  # indented", "A=plain", "export B = spaced  # comment", "export\tC=tab\r",
		`D="two words # kept" # cut`, `E='single \n $kept'`, `F="a\nb\t\"q\" \$x \\ \y"`, "G=a#b", "H=#gone", "I=",
		"J=first", "J=last",
		"exportK=1", "TAKEN=no", "L=x=y", "MIGRATE=off", "RUNWAY_MODEL_FILE=", "M=tab\t# cut",
	}, "\n"))
	want := map[string]string{
		"A": "plain", "B": "spaced", "C": "tab", "D": "two words # kept", "E": `single \n $kept`,
		"F": "a\nb\t\"q\" $x \\ \\y", "G": "a#b", "H": "", "I": "", "J": "last", "exportK": "1", "L": "x=y", "M": "tab",
	}
	if len(c.Rest) != len(want) || c.Migrate {
		t.Errorf("%d values, want %d; migrate %v", len(c.Rest), len(want), c.Migrate)
	}
	for name, value := range want {
		if got := c.Rest[name].Reveal(); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func TestDotenv_NamesABadLineByNumberAndDoesNotShowIt(t *testing.T) {
	for text, want := range map[string]string{
		"A=1\nhunter2":      ".env: line 2 is not",
		"1A=hunter2":        ".env: line 1 is not",
		"A B=hunter2":       ".env: line 1 is not",
		`A="hunter2`:        ".env: line 1 (A) has no closing",
		`A="hunter2\`:       ".env: line 1 (A) has no closing",
		`A='hunter2' more`:  ".env: line 1 (A) has text behind",
		"\n\nexport =there": ".env: line 3 is not",
	} {
		_, err := load(t, nil, text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
