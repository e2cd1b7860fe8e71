package rules

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sajangpick/sajangpick/"

// mayImport says which of our packages those of a room may import, besides those of the room itself. What ends in
// /... stands for all below it. A package belongs to the room with the longest name that it begins with.
var mayImport = map[string][]string{
	"config": {},

	"pipeline": {
		"pipeline/prompt", "pipeline/worker", "pipeline/sign", "pipeline/callback", "pipeline/runner",
	},
	"pipeline/prompt":   {},
	"pipeline/sign":     {},
	"pipeline/runner":   {},
	"pipeline/worker":   {},
	"pipeline/callback": {"pipeline/sign"},
	"pipeline/cleaner":  {"pipeline", "pipeline/sign"},
	"pipeline/photo":    {"pipeline", "pipeline/worker"},

	"storage":  {"pipeline/...", "bot", "internal/httpx", "internal/pace"},
	"adapters": {"pipeline/...", "bot", "bot/caption", "bot/intent", "bot/present", "internal/httpx", "internal/pace"},

	"bot":         {"pipeline"},
	"bot/caption": {"pipeline", "pipeline/prompt"},
	"bot/intent":  {"pipeline", "bot", "bot/caption"},
	"bot/present": {"pipeline", "bot", "bot/caption", "bot/intent"},
	"bot/conversation": {
		"pipeline", "pipeline/runner", "bot", "bot/caption", "bot/intent", "bot/present", "bot/conversation/session",
		"bot/conversation/shop", "bot/conversation/orders",
	},
	"bot/conversation/session": {"pipeline", "pipeline/runner", "bot", "bot/caption", "bot/intent", "bot/present"},
	"bot/conversation/shop": {
		"pipeline", "bot", "bot/caption", "bot/intent", "bot/present", "bot/conversation/session",
	},
	"bot/conversation/orders": {
		"pipeline", "bot", "bot/caption", "bot/intent", "bot/present", "bot/conversation/session",
		"bot/conversation/shop",
	},
	"bot/admin":  {"pipeline", "bot", "bot/intent", "bot/present", "bot/conversation/session"},
	"bot/outbox": {"pipeline", "pipeline/worker", "bot", "bot/intent", "bot/present"},
	"bot/ops":    {"pipeline", "bot", "bot/intent", "bot/present"},

	"internal/httpx": {"pipeline"},
	"internal/pace":  {"pipeline"},

	"internal/monitor": {"pipeline", "pipeline/cleaner", "bot", "bot/ops", "internal/pace"},

	"internal/app": {
		"internal/httpx", "internal/pace", "internal/monitor", "config", "pipeline/...", "bot/...", "storage/...",
		"adapters/...",
	},
	"internal/doctor": {"config", "pipeline/...", "bot/...", "storage/...", "adapters/...", "internal/app"},
	"internal/cli": {
		"config", "pipeline/...", "bot/...", "storage/...", "adapters/...", "internal/app", "internal/doctor",
	},
}

// heavy are the libraries that the centre and the conversation must compile without.
var heavy = []string{
	"github.com/go-telegram/", "github.com/slack-go/", "github.com/aws/", "github.com/jackc/", "github.com/riverqueue/",
	"modernc.org/", "database/sql", "github.com/prometheus/", "go.opentelemetry.io/",
}

// TestImports_EachPackageKnowsOnlyItsNeighbours holds the directions of the house against the files themselves.
func TestImports_EachPackageKnowsOnlyItsNeighbours(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		dir := path.Dir(filepath.ToSlash(name))
		if forTests(dir) {
			return nil
		}
		room := roomOf(dir)
		if room == "" {
			return nil
		}
		allowed := mayImport[room]
		seen[room] = true
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if to, ours := strings.CutPrefix(imported, module); ours && !mayKnow(dir, room, to, allowed) {
				t.Errorf("%s imports %s", name, to)
			}
			if top, _, _ := strings.Cut(room, "/"); top == "pipeline" || top == "bot" {
				for _, h := range heavy {
					if strings.HasPrefix(imported, h) {
						t.Errorf("%s imports %s", name, imported)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range mayImport {
		if !seen[room] {
			t.Errorf("there is nothing in %s", room)
		}
	}
}

// forTests reports whether only tests import what is in a folder.
func forTests(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(part string) bool {
		return strings.HasSuffix(part, "test")
	})
}

// roomOf is the room that a folder belongs to; "" if it belongs to none.
func roomOf(dir string) string {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, known := mayImport[dir]; known {
			return dir
		}
	}
	return ""
}

func mayKnow(dir, room, to string, allowed []string) bool {
	if room == "adapters" && strings.HasPrefix(to, "adapters/") {
		return adapter(dir) == adapter(to) || slices.Contains(sharedAdapters, adapter(to)) ||
			adapter(dir) == "sandbox" && to == "adapters/creatomate/look"
	}
	if roomOf(to) == room {
		return true
	}
	for _, a := range allowed {
		if below, all := strings.CutSuffix(a, "/..."); to == a ||
			all && (to == below || strings.HasPrefix(to, below+"/")) {
			return true
		}
	}
	return false
}

// sharedAdapters may be used by their siblings: tools rather than outside systems.
var sharedAdapters = []string{"internal", "ffmpeg", "download"}

// adapter is the first folder under adapters/: siblings don't know each other, but share what is internal.
func adapter(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
