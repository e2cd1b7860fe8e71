package callback_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/callback"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

func TestAddresses_ATokenIsGoodForItsProviderAndOrderAlone(t *testing.T) {
	a := callback.Addresses{Base: "https://us.example/", Signer: sign.New([]byte("secret"), []byte("old"))}
	before := callback.Addresses{Base: "https://us.example/", Signer: sign.New([]byte("old"), nil)}
	token := a.Token("creatomate", 1)
	if url := a.URL("creatomate", 1); url != "https://us.example/webhooks/creatomate/1/"+token {
		t.Error(url)
	}
	for name, x := range map[string]struct {
		provider string
		order    int64
		token    string
		good     bool
	}{
		"its own":               {"creatomate", 1, token, true},
		"of another order":      {"creatomate", 2, token, false},
		"of another provider":   {"runway", 1, token, false},
		"of the old secret":     {"creatomate", 1, before.Token("creatomate", 1), true},
		"cut off":               {"creatomate", 1, token[:len(token)-1], false},
		"with more behind it":   {"creatomate", 1, token + "A", false},
		"padded":                {"creatomate", 1, token + "==", false},
		"none":                  {"creatomate", 1, "", false},
		"of no secret whatever": {"creatomate", 1, callback.Addresses{}.Token("creatomate", 1), false},
	} {
		if got := a.Verify(x.provider, x.order, x.token); got != x.good {
			t.Errorf("%s: %v", name, got)
		}
	}
}
