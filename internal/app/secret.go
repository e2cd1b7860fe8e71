package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/storage"
)

// SecretSwitch is where the database keeps the fingerprint of the key that it is used with.
const SecretSwitch = "secret"

// Fingerprint tells keys apart, and tells nothing of them.
func Fingerprint(secret []byte) string { return hex.EncodeToString(keyed(secret, "fingerprint")[:8]) }

// keyed is the secret's own value for a use that others keep: the database, and Telegram. It must stay what it is.
func keyed(secret []byte, use string) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(use))
	return m.Sum(nil)
}

// OldSecret is what SECRET_KEY was before; nil if nothing says so.
func OldSecret(cfg config.Config) []byte {
	if !cfg.OldSecretKey.Set() {
		return nil
	}
	return []byte(cfg.OldSecretKey.Reveal())
}

// KnowsSecret compares the key with the one that the database was used with, and keeps that of a new one. A key that
// has changed is an error, unless the old one is there too: then what it has sealed is sealed anew.
func (a *App) KnowsSecret(ctx context.Context) error {
	secret, err := SecretKey(a.Cfg)
	if err != nil {
		return err
	}
	now := Fingerprint(secret)
	there, err := a.Engine.SetFlagOnce(ctx, SecretSwitch, now)
	if err != nil {
		return err
	}
	old := OldSecret(a.Cfg)
	if there != now && (old == nil || there != Fingerprint(old)) {
		lost, err := AtStake(ctx, a.Engine)
		if err != nil {
			return err
		}
		return fmt.Errorf("SECRET_KEY: %w", OtherKey(there, now, lost))
	}
	for _, m := range a.Messengers {
		if m.Reseal == nil {
			continue
		}
		if err := m.Reseal(ctx); err != nil {
			return err
		}
	}
	if there == now {
		return nil
	}
	a.log.Info("this database has a new SECRET_KEY: leave SECRET_KEY_OLD for as long as old links are to work")
	return a.Engine.SetFlag(ctx, SecretSwitch, now)
}

// OtherKey says what hangs on the key, and what to do.
func OtherKey(there, now, lost string) error {
	return fmt.Errorf("it isn't the one that this database was used with (fingerprint %s, this one has %s). With it "+
		"would be lost: %s. "+
		"Put the old key back, or give it as SECRET_KEY_OLD beside the new one. "+
		"If it is gone for good: `sajangpick migrate --new-secret-key`",
		there, now, lost)
}

// AtStake is what a change of the key takes away.
func AtStake(ctx context.Context, e storage.Engine) (string, error) {
	teams, err := e.AllWorkspaces(ctx, slack.Platform)
	if err != nil {
		return "", err
	}
	text := "the links to shorts and files that are out; callbacks of what is under way (it is asked for instead, a " +
		"minute late); the secrets that shops' programs check callbacks by"
	if n := len(teams); n > 0 {
		text += fmt.Sprintf(
			"; the tokens of %d workspaces of Slack, where nothing works until the app is installed again", n,
		)
	}
	return text, nil
}
