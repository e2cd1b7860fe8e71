package toy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app"
)

const root = "../../../.."

// TestNames_OfTheToysStandInTheirFolderAlone is what makes them a proof: whatever else had to know them would show
// here.
func TestNames_OfTheToysStandInTheirFolderAlone(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`(?i)\b(` + strings.Join([]string{clipsName, cutsName, platform}, "|") + `)\b`)
	here := filepath.Join(root, "internal", "app", "e2e", "toy")
	if n := eachText(t, root, func(path, text string) {
		if found := word.FindString(text); found != "" && filepath.Dir(path) != here {
			t.Errorf("%s knows %s", path, found)
		}
	}); n < 500 {
		t.Errorf("only %d files were read", n)
	}
}

// TestNames_OfProvidersAndPlatformsStandInNoRoomBelow holds that the centre, the conversation and the stores work with
// whatever is put in. Tests, and what only tests import, need some names to speak of.
func TestNames_OfProvidersAndPlatformsStandInNoRoomBelow(t *testing.T) {
	t.Parallel()
	names := []string{runway.Name, creatomate.Name}
	all := []bot.Labels{(&runway.Client{}).Labels(), (&creatomate.Client{}).Labels()}
	for _, x := range (app.Parts{}).Platforms() {
		if x.Name != bot.PagePlatform { // the conversation has words for it
			names, all = append(names, x.Name), append(all, x.Labels)
		}
	}
	for _, labels := range all {
		for _, label := range labels {
			names = append(names, label)
		}
	}
	word := regexp.MustCompile(`(?i)` + strings.Join(names, "|"))
	for _, room := range []string{"pipeline", "bot", "storage"} {
		n := eachText(t, filepath.Join(root, room), func(path, text string) {
			if strings.HasSuffix(path, "_test.go") || onlyForTests(path) {
				return
			}
			if found := word.FindString(text); found != "" {
				t.Errorf("%s says %s", path, found)
			}
		})
		if n < 20 {
			t.Errorf("only %d files of %s were read", n, room)
		}
	}
}

// onlyForTests reports whether a file lies in a package whose name ends in test, or among test data.
func onlyForTests(path string) bool {
	for dir := range strings.SplitSeq(filepath.ToSlash(filepath.Dir(path)), "/") {
		if dir == "testdata" || strings.HasSuffix(dir, "test") {
			return true
		}
	}
	return false
}

// eachText reads the text files below a folder, and says how many there are.
func eachText(t *testing.T, folder string, f func(path, text string)) (n int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root &&
			(strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "data"):
			return filepath.SkipDir
		case d.IsDir() || !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Size() > 1<<20 {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if utf8.Valid(text) {
			n++
			f(path, string(text))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
