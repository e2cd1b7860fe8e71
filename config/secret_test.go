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

func TestSecret_PrintsAsStarsEverywhere(t *testing.T) {
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
	var said bytes.Buffer
	slog.New(slog.NewTextHandler(&said, nil)).Info("x", "secret", secret)
	text, err := json.Marshal(secret)
	if fmt.Sprint(secret) != "***" || secret.String() != "***" || secret.GoString() != "***" || err != nil ||
		string(text) != `"***"` || !strings.HasSuffix(said.String(), " secret=***\n") ||
		fmt.Sprint(config.Secret{}) != "" {
		t.Errorf("stars stand for a value, nothing for none: %v %q %q %q", err, secret, text, said.String())
	}
}

func TestLoad_NoProblemShowsASecret(t *testing.T) {
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

func TestConfig_PrintedSettingsHoldNoSecret(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"DATABASE_URL": "postgres://u:hunter2@h/d", "SECRET_KEY": strings.Repeat("hunter2", 5),
		"RUNWAYML_API_SECRET": "hunter2", "CREATOMATE_API_KEY": "hunter2",
	}, "AWS_SECRET_ACCESS_KEY=hunter2")
	if text := fmt.Sprintf("%+v %#v", c, c); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestKeepSecret_StaysTheSame(t *testing.T) {
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

// TestKeepSecret_AKeyMovesFromWhereItLayBefore has keys in two earlier folders, and one that is damaged.
func TestKeepSecret_AKeyMovesFromWhereItLayBefore(t *testing.T) {
	root := t.TempDir()
	at := func(folder string) string { return filepath.Join(root, folder) }
	file := func(folder string) string { return filepath.Join(at(folder), "secret.key") }
	for folder, text := range map[string]string{"first": "1", "second": "2", "damaged": "short", "whole": "3"} {
		if err := os.Mkdir(at(folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if text != "short" {
			text = strings.Repeat(text, 32)
		}
		write(t, file(folder), text+"\n")
	}
	if err := os.Mkdir(at("now"), 0o700); err != nil {
		t.Fatal(err)
	}
	if !config.SecretKept(at("now"), at("damaged")) || config.SecretKept(at("now"), at("none")) {
		t.Error("a key is kept where one lies, whole or not")
	}
	for range 2 {
		got, err := config.KeepSecret(at("now"), at("none"), at("first"), at("second"))
		if err != nil || got.Reveal() != strings.Repeat("1", 32) {
			t.Errorf("it is %q, %v", got.Reveal(), err)
		}
	}
	if config.SecretKept(at("first")) || !config.SecretKept(at("second")) || !config.SecretKept(at("now")) {
		t.Error("the first one is moved, and the second left alone")
	}
	for _, folders := range [][]string{{at("new"), at("damaged"), at("whole")}, {at("damaged"), at("whole")}} {
		if _, err := config.KeepSecret(folders[0], folders[1:]...); err == nil ||
			!strings.Contains(err.Error(), file("damaged")) {
			t.Errorf("a damaged one: %v", err)
		}
	}
	if config.SecretKept(at("new")) || !config.SecretKept(at("whole")) {
		t.Error("a damaged key is put aside for none")
	}
}

func TestKeepSecret_DiffersBetweenInstallations(t *testing.T) {
	seen := map[string]bool{}
	for range 4 {
		secret, err := config.KeepSecret(t.TempDir())
		if err != nil || seen[secret.Reveal()] {
			t.Errorf("the same again: %t, %v", seen[secret.Reveal()], err)
		}
		seen[secret.Reveal()] = true
	}
}

func TestKeepSecret_ManyStartsAtOnceKeepOne(t *testing.T) {
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

func TestKeepSecret_NeverReplacesADamagedOne(t *testing.T) {
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
