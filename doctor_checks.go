package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// checks is all that doctor tries. A new messenger or provider gets a line here.
func checks(cfg config.Config) []check {
	of := func(name string, try func(context.Context, config.Config) []finding) check {
		return check{name: name, try: func(ctx context.Context) []finding { return try(ctx, cfg) }}
	}
	cuts := of("creatomate", checkCreatomate)
	cuts.extra = fontsLimit
	return []check{
		of("settings", checkSettings),
		of("database", checkDatabase),
		of("blobs", checkBlobs),
		of("telegram", checkTelegram),
		of("slack", checkSlack),
		of("ops", checkOps),
		of("runway", checkRunway),
		of("clips", checkClips),
		cuts,
		of("address", checkAddress),
		of("proxy", checkProxy),
		of("clock", checkClock),
		of("traces", checkTraces),
	}
}

// is makes the only finding of a check.
func is(v verdict, do, found string, args ...any) []finding {
	return []finding{{Verdict: v, Found: fmt.Sprintf(found, args...), Do: do}}
}

// unwell is what an error of an adapter or a store means. do is for those that don't pass.
func unwell(err error, do string) []finding {
	var f *pipeline.Fault
	passing := errors.Is(err, context.DeadlineExceeded)
	said := err
	if errors.As(err, &f) {
		passing = passing || f.Kind == pipeline.Transient || f.Kind == pipeline.Indeterminate
		said = f.Err
		if f.RateLimited {
			return is(warning, "run this again in a minute", "%v", said)
		}
	}
	if passing {
		do = "see whether this machine reaches it (name, network, firewall, proxy), or run this again in some minutes"
	}
	return is(failed, do, "%v", said)
}

// checkSettings is about what the settings are as a whole; what each of them is was checked when they were read.
func checkSettings(_ context.Context, cfg config.Config) []finding {
	var all []finding
	for _, line := range cfg.Missing(false) {
		all = append(all, is(failed, "set it; `sajangpick serve` refuses to start without", "%s", line)...)
	}
	if len(cfg.Admins) == 0 && !cfg.OpenSignup {
		all = append(all, is(warning, "set ADMINS to your own id, e.g. telegram:123456", "ADMINS: nobody may invite a shop or run the service by chat")...)
	}
	return orHealthy(all, "all that `serve` needs is set")
}

// orHealthy is what was found, or that all is well.
func orHealthy(all []finding, found string, args ...any) []finding {
	if len(all) > 0 {
		return all
	}
	return is(healthy, "", found, args...)
}

func checkDatabase(ctx context.Context, cfg config.Config) []finding {
	if path := cfg.Database.SQLite; path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return freshFile(cfg, path)
		}
	}
	e, err := openEngine(ctx, cfg, nil)
	switch {
	case errors.Is(err, sqlite.ErrInUse):
		if checkReady(ctx, cfg) == nil {
			return is(healthy, "", "%s belongs to the service that runs here, which is ready", cfg.Database.SQLite)
		}
		return is(warning, "stop the other one, or give this one another file", "%s belongs to another process, which isn't ready at LISTEN", cfg.Database.SQLite)
	case err != nil:
		return unwell(err, "see that DATABASE_URL is right, and that this machine reaches the database")
	}
	defer e.Close()
	err = e.Ready(ctx)
	switch {
	case err == nil:
		all := is(healthy, "", "it answers, and its schema is that of this program")
		return append(append(all, connections(ctx, e)...), checkSecret(ctx, cfg, e)...)
	case ctx.Err() != nil:
		return unwell(ctx.Err(), "")
	case errors.Is(err, storage.ErrSchemaDiffers):
		return is(failed, "start nothing on it until this is clear", "%v", err)
	case cfg.Migrate:
		return is(warning, "start `sajangpick serve`, which brings it up, or run `sajangpick migrate`", "%v", err)
	}
	return is(failed, "run `sajangpick migrate`: MIGRATE=off has `serve` refuse to start", "%v", err)
}

// connections is about the sessions of a server that several processes share.
func connections(ctx context.Context, e storage.Engine) []finding {
	server, counts := e.(interface {
		Connections(context.Context) (postgres.Connections, error)
	})
	if !counts {
		return nil
	}
	c, err := server.Connections(ctx)
	if err != nil {
		return unwell(err, "let this user read pg_stat_activity and pg_roles")
	}
	const do = "write a smaller pool_max_conns into DATABASE_URL (…?pool_max_conns=10), or raise max_connections of the server"
	free := max(c.Allowed-c.Taken, 0)
	switch {
	case c.Own > c.Allowed:
		return is(failed, do, "a process holds up to %d connections, and the server allows %d", c.Own, c.Allowed)
	case c.Own > free:
		return is(warning, do, "a process holds up to %d connections; of %d that the server allows %d are taken", c.Own, c.Allowed, c.Taken)
	}
	return is(healthy, "", "a process holds up to %d connections (pool_max_conns), the one that listens included; the server allows %d, enough for %d processes",
		c.Own, c.Allowed, c.Allowed/c.Own)
}

// freshFile is about a database that isn't there yet. To open it would make it.
func freshFile(cfg config.Config, path string) []finding {
	if !cfg.Migrate {
		return is(failed, "run `sajangpick migrate`: MIGRATE=off has `serve` refuse to start", "%s isn't there", path)
	}
	if err := canMake(filepath.Dir(path)); err != nil {
		return is(failed, "let this user write there, or correct DATABASE_URL", "%s can't be made: %v", path, err)
	}
	return is(healthy, "", "%s isn't there yet: `serve` makes it", path)
}

// canMake reports whether a file can be made in dir, or in the nearest folder above it that exists.
func canMake(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for up := filepath.Dir(dir); up != dir; dir, up = up, filepath.Dir(up) {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return takes(dir, 0)
}

func checkBlobs(ctx context.Context, cfg config.Config) []finding {
	b := cfg.Blobs
	if b.Bucket == "" {
		if err := canMake(b.Dir); err != nil {
			return is(failed, "let this user write there, or correct BLOB_URL", "%s can't be written: %v", b.Dir, err)
		}
		return is(healthy, "", "%s can be written", b.Dir)
	}
	o := s3.Options{Bucket: b.Bucket, Prefix: b.Prefix}
	reach := "see that providers reach AWS_ENDPOINT_URL_S3, or set BLOB_PUBLIC_URL"
	if b.PublicURL != nil {
		o.PublicURL = b.PublicURL.String()
		reach = "see that BLOB_PUBLIC_URL is where anybody can read this bucket"
	}
	store, err := s3.New(ctx, o)
	if err != nil {
		return unwell(err, "correct BLOB_URL and the AWS_ settings")
	}
	return orHealthy(refusals(store.Probe(ctx), reach), "bucket %s: an object was put, read, fetched by its link and deleted", b.Bucket)
}

// refusals are the steps that a bucket refused. reach is what to do when links aren't served.
func refusals(trials []s3.Trial, reach string) (all []finding) {
	for _, t := range trials {
		do := map[string]string{
			"list":   "correct BLOB_URL and the AWS_ settings, and let the key list the bucket (s3:ListBucket)",
			"put":    "let the key write (s3:PutObject)",
			"head":   "let the key read (s3:GetObject)",
			"get":    "let the key read (s3:GetObject)",
			"link":   reach,
			"delete": "let the key delete (s3:DeleteObject), then take " + t.Left + " away by hand",
		}[t.Step]
		all = append(all, unwell(t.Err, do)...)
	}
	return all
}
