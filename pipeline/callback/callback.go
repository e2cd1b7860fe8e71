// Package callback makes the addresses at which providers call back, and tells them from forged ones.
package callback

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// use is what tokens are signed for. Addresses with it are under way at providers: it never changes.
const use = "ring"

// Addresses are those of all orders.
type Addresses struct {
	Base   string // address of this service that providers can reach
	Signer sign.Signer
}

// URL is the address at which a provider calls back for an order.
func (a Addresses) URL(provider string, order int64) string {
	return fmt.Sprintf(
		"%s/webhooks/%s/%d/%s", strings.TrimSuffix(a.Base, "/"), provider, order, a.Token(provider, order),
	)
}

// Token is what proves that an address is of a provider and an order.
func (a Addresses) Token(provider string, order int64) string {
	return base64.RawURLEncoding.EncodeToString(a.Signer.Sign(use, signed(provider, order)))
}

// Verify reports whether a token is that of a provider's address for an order.
func (a Addresses) Verify(provider string, order int64, token string) bool {
	sig, err := base64.RawURLEncoding.Strict().DecodeString(token)
	return err == nil && a.Signer.Verify(use, signed(provider, order), sig)
}

func signed(provider string, order int64) string { return fmt.Sprintf("%s\x00%d", provider, order) }
