package slack

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Workspaces are those that have installed the app. Each has a token of its own, which is encrypted
// where it is kept.
type Workspaces struct {
	store bot.Workspaces
	seal  cipher.AEAD
	old   cipher.AEAD // nil: there was no other secret
}

// NewWorkspaces keeps them in store. secret is what the encryption hangs on; old is what it hung on before, if
// anything: see Reseal.
func NewWorkspaces(store bot.Workspaces, secret, old []byte) (*Workspaces, error) {
	w := &Workspaces{store: store}
	var err error
	if w.seal, err = sealer(secret); err != nil {
		return nil, err
	}
	if len(old) > 0 {
		w.old, err = sealer(old)
	}
	return w, err
}

func sealer(secret []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "slack workspace token", 32)
	if err != nil {
		return nil, fmt.Errorf("slack: key for tokens: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("slack: key for tokens: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("slack: key for tokens: %w", err)
	}
	return seal, nil
}

// Reseal seals anew what the old secret has sealed. It may be called again.
func (w *Workspaces) Reseal(ctx context.Context) error {
	if w.old == nil {
		return nil
	}
	all, err := w.store.AllWorkspaces(ctx, Platform)
	if err != nil {
		return err
	}
	for _, kept := range all {
		if _, err := w.seal.Open(nil, nil, kept.Sealed, label(kept.ID)); err == nil {
			continue
		}
		token, err := w.old.Open(nil, nil, kept.Sealed, label(kept.ID))
		if err != nil {
			continue // Token says so when it is needed
		}
		kept.Sealed = w.seal.Seal(nil, nil, token, label(kept.ID))
		if err := w.store.KeepWorkspace(ctx, kept); err != nil {
			return err
		}
	}
	return nil
}

// Token is the bot's in a workspace, "" where it isn't installed: see Options.Tokens.
func (w *Workspaces) Token(ctx context.Context, team string) (string, error) {
	kept, err := w.store.Workspace(ctx, Platform, team)
	if errors.Is(err, pipeline.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	token, err := w.seal.Open(nil, nil, kept.Sealed, label(team))
	if err != nil && w.old != nil {
		token, err = w.old.Open(nil, nil, kept.Sealed, label(team))
	}
	if err != nil {
		return "", errors.New("it was kept under another SECRET_KEY: put that back, or install the app there again")
	}
	return string(token), nil
}

func (w *Workspaces) keep(ctx context.Context, team, name, token string) error {
	return w.store.KeepWorkspace(ctx, bot.Workspace{
		Platform: Platform, ID: team, Name: name, Joined: time.Now(),
		Sealed: w.seal.Seal(nil, nil, []byte(token), label(team)),
	})
}

// Forget deletes a workspace's token, but not that of an installation which is newer than t.
func (w *Workspaces) Forget(ctx context.Context, team string, t time.Time) error {
	return w.store.ForgetWorkspace(ctx, Platform, team, t)
}

// label ties a token to its workspace: it can't be read in another one's row.
func label(team string) []byte { return []byte("slack:" + team) }
