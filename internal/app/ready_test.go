package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/storage"
)

// ailing is an engine that answers whoever is still there with err.
type ailing struct {
	storage.Engine
	err error
}

func (a ailing) Ready(ctx context.Context) error { return errors.Join(ctx.Err(), a.err) }

// TestReady_LogsTheFirstFailureThatIsOne has callers hang up before it fails.
func TestReady_LogsTheFirstFailureThatIsOne(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	a := &App{Engine: ailing{}, Space: NewSpace(config.Config{}), log: slog.New(slog.NewTextHandler(&said, nil))}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.ready(gone); err == nil || said.Len() > 0 {
		t.Errorf("a caller that hung up: %v, %q", err, &said)
	}
	a.Engine = ailing{err: errors.New("database is down")}
	for range 2 {
		if err := a.ready(t.Context()); err == nil {
			t.Error("it is ready")
		}
	}
	a.Engine = ailing{}
	if err := a.ready(t.Context()); err != nil {
		t.Error(err)
	}
	if strings.Count(said.String(), "database is down") != 1 || strings.Count(said.String(), "ready again") != 1 {
		t.Errorf("logged: %s", &said)
	}
}
