package service_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/doctor"
)

// TestServe_NoticesAnotherSecretKey goes from a key to another by way of both.
func TestServe_NoticesAnotherSecretKey(t *testing.T) {
	t.Parallel()
	for name, database := range apptest.Databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.NewWorld(t, database(t))
			first, second := strings.Repeat("a", 40), strings.Repeat("b", 40)
			w.Settings["SECRET_KEY"] = first
			p := w.Start(apptest.Talkative(), nil)
			o, err := p.Place("a")
			if err != nil {
				t.Fatal(err)
			}
			p.Until(o.ID, apptest.Delivered)
			link, err := p.Blobs.Link(t.Context(), "uploads/test", 3600e9)
			if err != nil {
				t.Fatal(err)
			}
			p.Stop()

			w.Settings["SECRET_KEY"] = second
			cfg := w.Config()
			for range 2 {
				err := refusedStart(t, cfg)
				for _, word := range []string{
					app.Fingerprint([]byte(first)), app.Fingerprint([]byte(second)), "links to shorts",
					"SECRET_KEY_OLD", "--new-secret-key",
				} {
					if !strings.Contains(err.Error(), word) {
						t.Errorf("%q isn't in %v", word, err)
					}
				}
				if strings.Contains(err.Error(), first) || strings.Contains(err.Error(), second) {
					t.Error("the error tells a key")
				}
			}
			found := doctor.CheckDatabase(t.Context(), cfg)
			if last := found[len(found)-1]; last.Verdict != doctor.Failed ||
				!strings.Contains(last.Found, "would be lost") {
				t.Errorf("doctor says %+v", found)
			}

			w.Settings["SECRET_KEY_OLD"] = first
			p = w.Start(apptest.Talkative(), nil)
			resp, err := http.Get(p.Server.URL + apptest.PathOf(link.URL))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("an old link: %v, %v", resp, err)
			} else {
				resp.Body.Close()
			}
			p.Stop()

			delete(w.Settings, "SECRET_KEY_OLD")
			w.Start(apptest.Talkative(), nil).Stop()
		})
	}
}

// refusedStart is the error with which a start ends.
func refusedStart(t *testing.T, cfg config.Config) error {
	t.Helper()
	e, err := app.OpenEngine(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &app.App{Cfg: cfg, Engine: e}
	defer a.Close()
	if err = a.KnowsSecret(t.Context()); err == nil {
		t.Fatal("it started")
	}
	return err
}

func TestDoctor_MakesNoKeyInPlaceOfOneThatIsMissing(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	delete(w.Settings, "SECRET_KEY")
	w.Start(apptest.Talkative(), nil).Stop()
	cfg := w.Config()
	kept := filepath.Join(filepath.Dir(cfg.Database.SQLite), "secret.key")
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	found := doctor.CheckDatabase(t.Context(), cfg)
	if last := found[len(found)-1]; last.Verdict != doctor.Failed || !strings.Contains(last.Found, "is missing") {
		t.Errorf("doctor says %+v", found)
	}
	if _, err := os.Stat(kept); !os.IsNotExist(err) {
		t.Errorf("it made one: %v", err)
	}
}

func TestSecretKey_LiesBesideTheDatabaseAndNotAmongTheBlobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var cfg config.Config
	cfg.Database.SQLite, cfg.Blobs.Dir = filepath.Join(dir, "db", "a.db"), filepath.Join(dir, "blobs")
	for _, d := range []string{"db", "blobs"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	before := strings.Repeat("k", 64)
	if err := os.WriteFile(filepath.Join(dir, "blobs", "secret.key"), []byte(before+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		key, err := app.SecretKey(cfg)
		if err != nil || string(key) != before {
			t.Errorf("%q, %v", key, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "blobs", "secret.key")); !os.IsNotExist(err) {
		t.Errorf("it is still among the blobs: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "db", "secret.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
