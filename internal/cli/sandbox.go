package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/sajangpick/sajangpick/internal/app"
)

// standIns is the command `sandbox`.
func standIns(ctx context.Context, t Terminal) error {
	f := flags(t, "sandbox", "Serves stand-ins of Runway's and Creatomate's HTTP APIs that really render, for "+
		"programs that speak to them.\nFaults on demand: POST /sandbox/faults; what was asked: GET "+
		"/sandbox/requests, /sandbox/tasks.")
	addr := f.String(
		"listen", "127.0.0.1:8090", "`address` to serve at; the controls ask for no key, so keep it on this machine",
	)
	dir := f.String("dir", "data/sandbox", "`folder` in which tasks are kept; they survive the process")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(t.Errors, nil))
	s, err := app.OpenStandIns(ctx, *dir, log, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	srv, err := app.Listen(*addr, app.Local(s.Handler()), log)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "Runway and Creatomate stand in at %s. Any key will do:\n\n  RUNWAYML_BASE_URL=%[1]s "+
		"RUNWAYML_API_SECRET=anything\n  CREATOMATE_BASE_URL=%[1]s CREATOMATE_API_KEY=anything\n\n", srv.Url)
	select {
	case err = <-srv.Failed:
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), DrainLimit)
	defer cancel()
	return errors.Join(err, srv.Http.Shutdown(drain))
}
