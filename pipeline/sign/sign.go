// Package sign signs what is given away and comes back: addresses of callbacks, files and shorts.
package sign

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// Size is how many bytes a signature has.
const Size = 16

// Signer has a key of its own for each use (HKDF, RFC 5869), so that what was signed for one is worth nothing for
// another.
type Signer struct{ secret, old []byte }

// New makes a Signer. What old signed is taken as well; empty: there is none. Nothing that is signed without a
// secret is ever taken.
func New(secret, old []byte) Signer { return Signer{secret, old} }

// Sign makes the signature of a text for a use.
func (s Signer) Sign(use, text string) []byte { return signature(derived(s.secret, use), text) }

// Unguessable gives Size bytes of a name that can't be guessed without the secret, always the same for a text.
func (s Signer) Unguessable(text string) []byte { return signature(s.secret, text) }

// Verify reports whether a signature is Sign's for the same use and text. It takes those as well that versions before
// v0.2 made with the secret itself: addresses of shorts have no end.
func (s Signer) Verify(use, text string, sig []byte) bool {
	for _, secret := range [][]byte{s.secret, s.old} {
		if len(secret) == 0 {
			continue
		}
		if hmac.Equal(sig, signature(derived(secret, use), text)) ||
			hmac.Equal(sig, signature(secret, use+"\x00"+text)) {
			return true
		}
	}
	return false
}

// Keys are 32 bytes each that follow from a text for a use: what a program that we call checks us by. The first is that
// of the present secret, a second that of the old one while there is one. It is empty without a secret.
func (s Signer) Keys(use, text string) (keys [][]byte) {
	for _, secret := range [][]byte{s.secret, s.old} {
		if len(secret) > 0 {
			keys = append(keys, mac(derived(secret, use), text))
		}
	}
	return keys
}

func derived(secret []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, use, sha256.Size)
	if err != nil {
		panic(fmt.Sprint("a key for ", use, ": ", err)) // only of a length that HKDF can't give
	}
	return key
}

func signature(key []byte, text string) []byte { return mac(key, text)[:Size] }

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
