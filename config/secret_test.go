package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/config"
)

func TestASecretPrintsAsStarsEverywhere(t *testing.T) {
	secret := config.NewSecret("hunter2")
	type hidden struct{ inner config.Secret }
	var out bytes.Buffer
	for _, verb := range []string{
		"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%08b", "%p", "%t", "%c", "%e", "%10.3s",
	} {
		fmt.Fprintf(&out, verb+"\n", secret)
		fmt.Fprintf(&out, verb+"\n", &secret)
		fmt.Fprintf(&out, verb+"\n", struct{ S config.Secret }{secret})
		fmt.Fprintf(&out, verb+"\n", hidden{secret})
		fmt.Fprintf(&out, verb+"\n", map[string]config.Secret{"a": secret})
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "secret", secret, "in", struct{ S config.Secret }{secret}, "hidden", hidden{secret})
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"s": secret, "h": hidden{secret}}); err != nil {
		t.Fatal(err)
	}
	for _, leak := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprintf("%X", "hunter2")} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%s is in:\n%s", leak, out.String())
		}
	}
	if !strings.Contains(out.String(), "***") || fmt.Sprint(config.Secret{}) != "" {
		t.Error("stars stand for a value, nothing for none")
	}
}

func TestNoSecretIsInAnyProblem(t *testing.T) {
	for _, s := range config.Settings() {
		if !s.Secret {
			continue
		}
		for _, value := range []string{"hunter2 \x01", "postgres://u:hunter2@", "sqlite:hunter2?", "hunter2://x"} {
			if _, err := load(t, map[string]string{s.Name: value}, ""); err != nil &&
				strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
	}
}

func TestPrintedSettingsHoldNoSecret(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"DATABASE_URL": "postgres://u:hunter2@h/d", "SECRET_KEY": strings.Repeat("hunter2", 5),
		"RUNWAYML_API_SECRET": "hunter2", "CREATOMATE_API_KEY": "hunter2",
	}, "AWS_SECRET_ACCESS_KEY=hunter2")
	if text := fmt.Sprintf("%+v %#v", c, c); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestTheKeptSecretStaysTheSame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := config.KeepSecret(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := config.KeepSecret(dir)
	if err != nil || first.Reveal() != second.Reveal() || len(first.Reveal()) != 64 {
		t.Errorf("%d characters, the same: %v, %v", len(first.Reveal()), first.Reveal() == second.Reveal(), err)
	}
	info, err := os.Stat(filepath.Join(dir, "secret.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files were left", len(files))
	}
}

func TestTwoInstallationsNeverHaveTheSameSecret(t *testing.T) {
	seen := map[string]bool{}
	for range 4 {
		secret, err := config.KeepSecret(t.TempDir())
		if err != nil || seen[secret.Reveal()] {
			t.Errorf("the same again: %t, %v", seen[secret.Reveal()], err)
		}
		seen[secret.Reveal()] = true
	}
}

func TestManyStartsAtOnceKeepOneSecret(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	keys := make([]string, 32)
	for i := range keys {
		wg.Go(func() {
			secret, err := config.KeepSecret(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = secret.Reveal()
		})
	}
	wg.Wait()
	for _, key := range keys {
		if key != keys[0] || key == "" {
			t.Fatal("two keys")
		}
	}
}

func TestADamagedSecretIsNeverReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret.key")
	write(t, path, "short\n")
	if _, err := config.KeepSecret(dir); err == nil || strings.Contains(err.Error(), "short\n") {
		t.Errorf("%v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "short\n" {
		t.Errorf("it holds %q now", data)
	}
}
