// Package names is what all stores of blobs hold of keys and addresses.
package names

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"strings"
)

// CheckKey holds a key to the contract of pipeline.Blobs. The error is an fs.ErrInvalid.
func CheckKey(key string) error {
	ok := len(key) <= 200 && key != "." && fs.ValidPath(key) && key[0] != '.' && !strings.Contains(key, "/.")
	for _, c := range []byte(key) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("._-/", c) >= 0)
	}
	if !ok {
		return fmt.Errorf("blob key %q: %w", key, fs.ErrInvalid)
	}
	return nil
}

// Reachable reports whether a provider on the internet can be expected to fetch from base.
func Reachable(base string) (bool, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return false, errors.New("not an http or https address")
	}
	host := u.Hostname()
	if u.Scheme != "https" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate(), nil
	}
	return true, nil
}
