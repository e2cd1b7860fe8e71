package main

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

// secretSwitch is where the database keeps the fingerprint of the key that it is used with.
const secretSwitch = "secret"

// fingerprint tells keys apart, and tells nothing of them.
func fingerprint(secret []byte) string {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("fingerprint"))
	return hex.EncodeToString(m.Sum(nil)[:8])
}

// oldSecret is what SECRET_KEY was before; nil if nothing says so.
func oldSecret(cfg config.Config) []byte {
	if !cfg.OldSecretKey.Set() {
		return nil
	}
	return []byte(cfg.OldSecretKey.Reveal())
}

// knowsSecret compares the key with the one that the database was used with, and keeps that of a new one. A key that
// has changed is an error, unless the old one is there too: then what it has sealed is sealed anew.
func (a *app) knowsSecret(ctx context.Context) error {
	secret, err := secretKey(a.cfg)
	if err != nil {
		return err
	}
	now := fingerprint(secret)
	there, err := a.engine.SetFlagOnce(ctx, secretSwitch, now)
	if err != nil {
		return err
	}
	old := oldSecret(a.cfg)
	if there != now && (old == nil || there != fingerprint(old)) {
		lost, err := atStake(ctx, a.engine)
		if err != nil {
			return err
		}
		return fmt.Errorf("SECRET_KEY: %w", otherKey(there, now, lost))
	}
	if a.reseal != nil {
		if err := a.reseal(ctx); err != nil {
			return err
		}
	}
	if there == now {
		return nil
	}
	a.log.Info("this database has a new SECRET_KEY: leave SECRET_KEY_OLD for as long as old links are to work")
	return a.engine.SetFlag(ctx, secretSwitch, now)
}

// otherKey says what hangs on the key, and what to do.
func otherKey(there, now, lost string) error {
	return fmt.Errorf("it isn't the one that this database was used with (fingerprint %s, this one has %s). With it would be lost: %s. "+
		"Put the old key back, or give it as SECRET_KEY_OLD beside the new one. If it is gone for good: `sajangpick migrate --new-secret-key`",
		there, now, lost)
}

// atStake is what a change of the key takes away.
func atStake(ctx context.Context, e storage.Engine) (string, error) {
	teams, err := e.AllWorkspaces(ctx, slack.Platform)
	if err != nil {
		return "", err
	}
	text := "the links to shorts and files that are out; callbacks of what is under way (it is asked for instead, a minute late)"
	if n := len(teams); n > 0 {
		text += fmt.Sprintf("; the tokens of %d workspaces of Slack, where nothing works until the app is installed again", n)
	}
	return text, nil
}

// checkSecret compares the key with the one that the database was used with.
func checkSecret(ctx context.Context, cfg config.Config, e storage.Engine) []finding {
	there, err := e.Flag(ctx, secretSwitch)
	if err != nil {
		return unwell(err, "")
	}
	if there == "" {
		return is(healthy, "", "SECRET_KEY: `serve` keeps its fingerprint at the first start")
	}
	if !cfg.SecretKey.Set() && !config.SecretKept(secretFolders(cfg)...) { // secretKey would make one
		return is(failed, "put secret.key back from a copy, beside the database; if it is gone for good, run `sajangpick migrate --new-secret-key`",
			"SECRET_KEY: the key of this database (fingerprint %s) is missing", there)
	}
	secret, err := secretKey(cfg)
	if err != nil {
		return is(failed, "put the key back from a copy", "SECRET_KEY: %v", err)
	}
	now, old := fingerprint(secret), oldSecret(cfg)
	switch {
	case there == now && old == nil:
		return is(healthy, "", "SECRET_KEY is the one that this database is used with (fingerprint %s)", now)
	case there == now:
		return is(healthy, "", "SECRET_KEY is the one that this database is used with (fingerprint %s); what SECRET_KEY_OLD signed is taken as well", now)
	case old != nil && there == fingerprint(old):
		return is(warning, "start `sajangpick serve`, which goes over to the new one; give every process both", "SECRET_KEY is new (fingerprint %s), SECRET_KEY_OLD is that of this database", now)
	}
	lost, err := atStake(ctx, e)
	if err != nil {
		return unwell(err, "")
	}
	return is(failed, "put the old key back; `sajangpick serve` refuses to start", "SECRET_KEY: %v", otherKey(there, now, lost))
}
