package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/config"
)

// CheckReady asks the service that listens where the settings say.
func CheckReady(ctx context.Context, cfg config.Config) error {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", resp.Status)
	}
	return nil
}

// ready reports whether this process may get work. Every client may ask, so what is wrong is only in the log.
func (a *App) ready(ctx context.Context) error {
	err := errors.Join(a.Engine.Ready(ctx), a.Space.check())
	if ctx.Err() != nil { // the client has gone, which says nothing about this process
		return err
	}
	if was := a.unready.Swap(err != nil); err != nil && !was {
		a.log.Error("not ready: /readyz says 503", "err", err)
	} else if err == nil && was {
		a.log.Info("ready again")
	}
	return err
}
