package disk

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/storagetest/blobs"
)

var testKey = []byte("0123456789abcdef")

// served is a store in dir whose links work.
func served(t *testing.T, dir string) *Store {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s, err := New(dir, Options{BaseURL: server.URL + "/", Signer: sign.New(testKey, nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	mux.Handle("GET /files/{token}", s.Handler())
	return s
}

func put(t *testing.T, s *Store, key, content string) {
	t.Helper()
	if err := s.Put(t.Context(), key, typeOf(key), strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func TestDisk_KeepsTheContractOfBlobs(t *testing.T) {
	dir := t.TempDir()
	blobs.Run(t, func(t *testing.T) pipeline.Blobs { return served(t, dir) })
	drafts, err := os.ReadDir(filepath.Join(dir, draftDir))
	if err != nil || len(drafts) > 0 {
		t.Errorf("drafts left behind: %v, %v", drafts, err)
	}
}

func TestPutUnsynced_IsReadAsWhatPutKeeps(t *testing.T) {
	dir := t.TempDir()
	s := served(t, dir)
	for _, content := range []string{"first", "longer", "short"} {
		err := s.PutUnsynced(t.Context(), "orders/1.json", "application/json", strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		f, err := served(t, dir).Open(t.Context(), "orders/1.json")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil || string(got) != content {
			t.Errorf("read %q, want %q: %v", got, content, err)
		}
	}
	if err := s.PutUnsynced(t.Context(), "orders/2.json", "text/plain", strings.NewReader("x")); err == nil {
		t.Error("it is taken as another type than its ending says")
	}
	cut := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("third")))
	if err := s.PutUnsynced(t.Context(), "orders/1.json", "application/json", cut); err == nil {
		t.Error("one that is broken off is taken")
	}
	if got, err := os.ReadFile(filepath.Join(dir, "orders", "1.json")); err != nil || string(got) != "short" {
		t.Errorf("then it is %q: %v", got, err)
	}
}

func TestDisk_BlobsAreThereForTheNextProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "by", "new")
	put(t, served(t, dir), "orders/1/photo.jpg", "photo")
	f, err := served(t, dir).Open(t.Context(), "orders/1/photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "photo" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestDisk_RemovesOldDraftsOfACrash(t *testing.T) {
	dir := t.TempDir()
	served(t, dir)
	old, young := filepath.Join(dir, draftDir, "OLD"), filepath.Join(dir, draftDir, "YOUNG")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-draftAge - time.Minute)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	served(t, dir)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old draft: %v, want it gone", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young draft, which may be someone's: %v, want it kept", err)
	}
}

func TestDelete_TakesEmptyFoldersAlong(t *testing.T) {
	dir := t.TempDir()
	s := served(t, dir)
	put(t, s, "orders/1/cut/short.mp4", "short")
	put(t, s, "orders/2/photo.jpg", "photo")
	if err := s.Delete(t.Context(), "orders/1/cut/short.mp4"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "orders", "1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder: %v, want it gone", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "orders", "2", "photo.jpg")); err != nil {
		t.Errorf("the neighbour: %v", err)
	}
}

func TestDisk_PutAndDeleteInOneFolderDoNotDisturbEachOther(t *testing.T) {
	s := served(t, t.TempDir())
	var all sync.WaitGroup
	for _, key := range []string{"f/g/a.txt", "f/g/b.txt", "f/c.txt"} {
		all.Go(func() {
			for range 50 {
				if err := s.Put(t.Context(), key, "text/plain", strings.NewReader("x")); err != nil {
					t.Errorf("Put: %v", err)
				}
				if err := s.Delete(t.Context(), key); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
		})
	}
	all.Wait()
}

func TestPut_RefusesATypeThatTheEndingDoesNotSay(t *testing.T) {
	s := served(t, t.TempDir())
	for key, contentType := range map[string]string{
		"a.jpg": "video/mp4", "a": "image/jpeg", "a.html": "text/html", "a.svg": "image/svg+xml", "a.mp4": "",
	} {
		if err := s.Put(t.Context(), key, contentType, iotest.ErrReader(io.EOF)); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("Put(%q, %q): %v, want fs.ErrInvalid", key, contentType, err)
		}
	}
	if err := s.Put(t.Context(), "a.txt", "text/plain; charset=utf-8", strings.NewReader("")); err != nil {
		t.Errorf("a type with its parameter: %v", err)
	}
}

func TestDisk_NothingOutsideTheDirectoryIsReached(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.txt")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := served(t, dir)
	for name, target := range map[string]string{"file.txt": secret, "dir": outside} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"file.txt", "dir/secret.txt"} {
		if f, err := s.Open(t.Context(), key); err == nil {
			f.Close()
			t.Errorf("Open(%q) followed a link to the outside", key)
		}
		l, err := s.Link(t.Context(), key, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := get(t, l.URL); status == http.StatusOK || strings.Contains(body, "secret") {
			t.Errorf("GET of %q: %d %q", key, status, body)
		}
	}
	if err := s.Put(t.Context(), "dir/new.txt", "text/plain", strings.NewReader("x")); err == nil {
		t.Error("Put wrote through a link to the outside")
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Errorf("outside there is now %v, %v", left, err)
	}
}

func BenchmarkPut_1MB(b *testing.B) {
	s, err := New(b.TempDir(), Options{Signer: sign.New(testKey, nil)})
	if err != nil {
		b.Fatal(err)
	}
	content := strings.Repeat("x", 1<<20)
	b.SetBytes(1 << 20)
	for b.Loop() {
		if err := s.Put(b.Context(), "orders/1/photo.jpg", "image/jpeg", strings.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}
