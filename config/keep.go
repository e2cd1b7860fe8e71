package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	minSecret  = 32 // the least length of a SECRET_KEY in bytes
	secretFile = "secret.key"
)

// KeepSecret gives the key that is kept in dir as secret.key, and makes it when there is none:
// 32 random bytes in hex, readable by the owner alone. It may be called by several processes
// at once: all get the same key. A file that holds no whole key is an error, never replaced,
// since links and tokens that are out would die with it. A key that lies in one of the earlier folders is moved to dir.
func KeepSecret(dir string, earlier ...string) (Secret, error) {
	path := filepath.Join(dir, secretFile)
	secret, err := readSecret(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	for _, folder := range earlier {
		before := filepath.Join(folder, secretFile)
		secret, err := readSecret(before)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = makeSecret(dir, path, secret.Reveal())
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return Secret{}, fmt.Errorf("config: move %s: %w", before, err)
		}
		_ = os.Remove(before) // a copy that stays does no harm
		return readSecret(path)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Secret{}, fmt.Errorf("config: keep secret: %w", err)
	}
	if err := makeSecret(dir, path, freshSecret()); err != nil && !errors.Is(err, fs.ErrExist) {
		return Secret{}, fmt.Errorf("config: keep secret (or set SECRET_KEY): %w", err)
	}
	return readSecret(path)
}

// SecretKept reports whether a key lies in one of the folders as secret.key, whole or not.
func SecretKept(folders ...string) bool {
	return slices.ContainsFunc(folders, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, secretFile))
		return err == nil
	})
}

func readSecret(path string) (Secret, error) {
	data, err := readSmall(path)
	if err != nil {
		return Secret{}, fmt.Errorf("config: read secret: %w", err)
	}
	text := strings.TrimSpace(string(data))
	if len(text) < minSecret {
		return Secret{}, fmt.Errorf("config: %s holds no whole key: put it back from a copy, or delete it (links and "+
			"callbacks that are out stop working)", path)
	}
	return NewSecret(text), nil
}

func freshSecret() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails: see crypto/rand
	return hex.EncodeToString(key)
}

// makeSecret writes the whole key under a name of its own and then links it to path: a link
// fails where the name is taken, so half a key is never read, and no key replaced.
func makeSecret(dir, path, key string) (err error) {
	f, err := os.CreateTemp(dir, "secret.*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(key + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // folders can't be synced there
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
