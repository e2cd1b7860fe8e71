package upgrade_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

var (
	refs   = regexp.MustCompile(`AgACAgUAAxkB[\w-]{36}`) // how Telegram calls files
	millis = regexp.MustCompile(`\b1[789]\d{11}\b`)
	stamps = regexp.MustCompile(`\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d`)
)

// shifted is a text in which all times are so much later, in whole seconds.
func shifted(text string, by time.Duration) string {
	by = by.Truncate(time.Second)
	text = millis.ReplaceAllStringFunc(text, func(ms string) string {
		n, err := strconv.ParseInt(ms, 10, 64)
		if err != nil {
			panic(err)
		}
		return strconv.FormatInt(n+by.Milliseconds(), 10)
	})
	return stamps.ReplaceAllStringFunc(text, func(stamp string) string {
		layout := "2006-01-02" + stamp[10:11] + "15:04:05"
		at, err := time.Parse(layout, stamp)
		if err != nil {
			panic(err)
		}
		return at.Add(by).Format(layout)
	})
}

// parseTasks reads what the providers know, one task a line.
func parseTasks(t *testing.T, text string) (all []sandbox.Task) {
	t.Helper()
	for line := range strings.Lines(text) {
		var task sandbox.Task
		if err := json.Unmarshal([]byte(line), &task); err != nil {
			t.Fatal(err)
		}
		all = append(all, task)
	}
	return all
}

// putTask puts a task where the stand-ins look for theirs.
func putTask(t *testing.T, dir string, task sandbox.Task) {
	t.Helper()
	at := filepath.Join(dir, task.Provider, task.ID)
	text, err := json.Marshal(task)
	if err == nil {
		err = os.MkdirAll(at, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(at, "task.json"), text, 0o600)
	}
	if err == nil { // a clip's photo
		err = os.WriteFile(filepath.Join(at, "input"), apptest.TinyPhoto(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keep puts a file where the program kept one under a key.
func (l *left) keep(key string, data []byte) {
	l.t.Helper()
	if key == "" {
		return
	}
	at := filepath.Join(strings.TrimPrefix(l.Settings["BLOB_URL"], "file:"), filepath.FromSlash(key))
	err := os.MkdirAll(filepath.Dir(at), 0o700)
	if err == nil {
		err = os.WriteFile(at, data, 0o600)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

// short is a film of the size that v0.1.0 ordered.
func short() []byte {
	return apptest.Canned(sandbox.CutJob{Source: map[string]any{
		"width": 1080., "height": 1920., "duration": 5.2,
	}, Scale: 1, Format: "mp4"}, 0)
}
