package pipeline

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrBadToken says that a callback's token isn't the order's.
var ErrBadToken = errors.New("callback token doesn't belong to the order")

// token is what stands in an order's callback addresses: 128 bits that only we can make.
func (p *Pipeline) token(provider string, order int64) string {
	return callbackToken(p.Secret, provider, order)
}

func callbackToken(secret []byte, provider string, order int64) string {
	return base64.RawURLEncoding.EncodeToString(mac(secret, "ring", provider, order)[:16])
}

func (p *Pipeline) goodToken(provider string, order int64, token string) bool {
	good := hmac.Equal([]byte(token), []byte(p.token(provider, order)))
	if !good && len(p.OldSecret) > 0 {
		good = hmac.Equal([]byte(token), []byte(callbackToken(p.OldSecret, provider, order)))
	}
	return good
}

// callbackURL is the address at which provider rings for order; empty if nobody can ring.
func (p *Pipeline) callbackURL(provider string, order int64) string {
	if p.CallbackURL == "" {
		return ""
	}
	return fmt.Sprintf("%s/webhooks/%s/%d/%s", strings.TrimSuffix(p.CallbackURL, "/"), provider, order, p.token(provider, order))
}

// photoKey names the prepared photo of an order. It is the same each time, so that a repeated
// step writes over its own leavings, and can't be guessed, since a public bucket shows a file to
// whoever knows its name. Names are flat: a new folder for each order would cost the disk more
// than the file.
func (p *Pipeline) photoKey(order int64) string {
	return fmt.Sprintf("photos/%d-%s.jpg", order, hex.EncodeToString(mac(p.Secret, "photo", "", order)[:16]))
}

// ResultKey names the blob of what a paid call makes for a cut of a size. The call's id can't be guessed.
func ResultKey(c Call, s Size) string {
	switch {
	case c.Step == Animate:
		return fmt.Sprintf("clips/%d-%s.mp4", c.Order, c.ID)
	case s == Still:
		return fmt.Sprintf("shorts/%d-%d-%s.jpg", c.Order, c.Cut, c.ID)
	}
	return fmt.Sprintf("shorts/%d-%d-%s.mp4", c.Order, c.Cut, c.ID)
}

func mac(secret []byte, use, provider string, order int64) []byte {
	m := hmac.New(sha256.New, secret)
	fmt.Fprintf(m, "%s\x00%s\x00%d", use, provider, order)
	return m.Sum(nil)
}
