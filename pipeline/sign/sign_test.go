package sign

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func signer(secret, old string) Signer { return New([]byte(secret), []byte(old)) }

func TestSigner_VerifiesOnlyItsOwnUseTextAndSecret(t *testing.T) {
	s := signer("0123456789abcdef", "")
	sig := s.Sign("watch", "12")
	if len(sig) != Size || !s.Verify("watch", "12", sig) {
		t.Fatalf("%x isn't taken", sig)
	}
	for name, taken := range map[string]bool{
		"another use": s.Verify("ring", "12", sig), "another text": s.Verify("watch", "13", sig),
		"cut short":                    s.Verify("watch", "12", sig[:8]),
		"nothing":                      s.Verify("watch", "12", nil),
		"another secret":               signer("fedcba9876543210", "").Verify("watch", "12", sig),
		"a place between use and text": s.Verify("watch\x001", "2", s.Sign("watch", "1\x002")),
	} {
		if taken {
			t.Errorf("%s: it is taken", name)
		}
	}
	if s := (Signer{}); s.Verify("watch", "12", s.Sign("watch", "12")) {
		t.Error("without a secret: it is taken")
	}
}

func TestSigner_TakesWhatTheOldSecretSigned(t *testing.T) {
	sig := signer("0123456789abcdef", "").Sign("files", "key")
	if !signer("fedcba9876543210", "0123456789abcdef").Verify("files", "key", sig) {
		t.Error("it isn't taken")
	}
}

// The signatures are those that v0.1.0 made with the secret 0123456789abcdef0123456789abcdef.
func TestSigner_TakesWhatWasSignedBeforeKeysWereDerived(t *testing.T) {
	s := signer("0123456789abcdef0123456789abcdef", "")
	for _, x := range []struct{ use, text, sig string }{
		{"ring", "creatomate\x0012", "877164a6366a523ea974d39e9879b008"},
		{"watch", "12", "4bfb7c8f99d3e3e9f05fdb63726a94bd"},
		{"watch", "12\x00square", "a67ddc622e0ed8b93ee4ac7a59baf3e6"},
		{"files", "\x00\x00\x00\x00\x6a\x00\x00\x00shorts/1.mp4", "c2e6d2807fc423bae0d09ab8e7a388e0"},
	} {
		sig, err := hex.DecodeString(x.sig)
		if err != nil || !s.Verify(x.use, x.text, sig) || bytes.Equal(sig, s.Sign(x.use, x.text)) {
			t.Errorf("%s %q: %x, %v", x.use, x.text, sig, err)
		}
	}
}

func TestSigner_KeysAreThoseOfBothSecretsTheNewOneFirst(t *testing.T) {
	now, old := signer("fedcba9876543210", "").Keys("hook", "7"), signer("0123456789abcdef", "").Keys("hook", "7")
	both := signer("fedcba9876543210", "0123456789abcdef").Keys("hook", "7")
	if len(now) != 1 || len(old) != 1 || len(both) != 2 || !bytes.Equal(both[0], now[0]) ||
		!bytes.Equal(both[1], old[0]) || bytes.Equal(now[0], old[0]) || len(Signer{}.Keys("hook", "7")) != 0 {
		t.Errorf("%x, %x, %x", now, old, both)
	}
}
