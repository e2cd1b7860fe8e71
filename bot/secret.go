package bot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// LinkLife is how long a link may be used to sign in.
const LinkLife = 10 * time.Minute

// PagePlatform is the platform of what is ordered on the page.
const PagePlatform = "web"

// NewSecret makes what a browser or a program shows us, with the hash of it that we keep.
func NewSecret() (secret, hash string) {
	secret = strings.ToLower(rand.Text())
	return secret, HashSecret(secret)
}

// TokenPrefix begins the token of a program, so that it is recognised wherever it turns up.
const TokenPrefix = "sjp_"

// NewToken is NewSecret for a program.
func NewToken() (token, hash string) {
	secret, _ := NewSecret()
	token = TokenPrefix + secret
	return token, HashSecret(token)
}

// HashSecret is what is kept of a secret. It has 130 random bits, so nothing slow is needed.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte("sajangpick credential " + secret))
	return hex.EncodeToString(sum[:])
}
