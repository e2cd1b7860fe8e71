package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/s3"
	"github.com/sajangpick/sajangpick/storage/sqlite"
)

// Checks is all that doctor tries. A new messenger or provider gets a line here.
func Checks(cfg config.Config) []Check {
	of := func(name string, try func(context.Context, config.Config) []Finding) Check {
		return Check{Name: name, Try: func(ctx context.Context) []Finding { return try(ctx, cfg) }}
	}
	cuts := of("creatomate", checkCreatomate)
	cuts.Extra = FontsLimit
	return []Check{
		of("settings", checkSettings),
		of("database", CheckDatabase),
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

// Is makes the only finding of a check.
func Is(v Verdict, do, found string, args ...any) []Finding {
	return []Finding{{Verdict: v, Found: fmt.Sprintf(found, args...), Do: do}}
}

// Unwell is what an error of an adapter or a store means. do is for those that don't pass.
func Unwell(err error, do string) []Finding {
	var f *pipeline.Fault
	passing := errors.Is(err, context.DeadlineExceeded)
	said := err
	if errors.As(err, &f) {
		passing = passing || f.Kind == pipeline.Transient || f.Kind == pipeline.Indeterminate
		said = f.Err
		if f.RateLimited {
			return Is(Warning, "run this again in a minute", "%v", said)
		}
	}
	if passing {
		do = "see whether this machine reaches it (name, network, firewall, proxy), or run this again in some minutes"
	}
	return Is(Failed, do, "%v", said)
}

// checkSettings is about what the settings are as a whole; what each of them is was checked when they were read.
func checkSettings(_ context.Context, cfg config.Config) []Finding {
	var all []Finding
	for _, line := range cfg.Missing(false) {
		all = append(all, Is(Failed, "set it; `sajangpick serve` refuses to start without", "%s", line)...)
	}
	if len(cfg.Admins) == 0 && !cfg.OpenSignup {
		all = append(
			all,
			Is(
				Warning, "set ADMINS to your own id, e.g. telegram:123456",
				"ADMINS: no person may invite a shop or run the service by chat",
			)...,
		)
	}
	return orHealthy(all, "all that `serve` needs is set")
}

// orHealthy is what was found, or that all is well.
func orHealthy(all []Finding, found string, args ...any) []Finding {
	if len(all) > 0 {
		return all
	}
	return Is(Healthy, "", found, args...)
}

func CheckDatabase(ctx context.Context, cfg config.Config) []Finding {
	if path := cfg.Database.SQLite; path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return freshFile(cfg, path)
		}
	}
	e, err := app.OpenEngine(ctx, cfg, nil)
	switch {
	case errors.Is(err, sqlite.ErrInUse):
		if app.CheckReady(ctx, cfg) == nil {
			return Is(Healthy, "", "%s belongs to the service that runs here, which is ready", cfg.Database.SQLite)
		}
		return Is(
			Warning, "stop the other one, or give this one another file",
			"%s belongs to another process, which isn't ready at LISTEN", cfg.Database.SQLite,
		)
	case err != nil:
		return Unwell(err, "see that DATABASE_URL is right, and that this machine reaches the database")
	}
	defer e.Close()
	err = e.Ready(ctx)
	switch {
	case err == nil:
		all := Is(Healthy, "", "it answers, and its schema is that of this program")
		return append(append(all, connections(ctx, e)...), checkSecret(ctx, cfg, e)...)
	case ctx.Err() != nil:
		return Unwell(ctx.Err(), "")
	case errors.Is(err, storage.ErrSchemaDiffers):
		return Is(Failed, "start nothing on it until this is clear", "%v", err)
	case cfg.Migrate:
		return Is(Warning, "start `sajangpick serve`, which brings it up, or run `sajangpick migrate`", "%v", err)
	}
	return Is(Failed, "run `sajangpick migrate`: MIGRATE=off has `serve` refuse to start", "%v", err)
}

// connections is about the sessions of a server that several processes share.
func connections(ctx context.Context, e storage.Engine) []Finding {
	server, counts := e.(interface {
		Connections(context.Context) (postgres.Connections, error)
	})
	if !counts {
		return nil
	}
	c, err := server.Connections(ctx)
	if err != nil {
		return Unwell(err, "let this user read pg_stat_activity and pg_roles")
	}
	const do = "write a smaller pool_max_conns into DATABASE_URL (…?pool_max_conns=6), or raise max_connections of " +
		"the server"
	free := max(c.Allowed-c.Taken, 0)
	switch {
	case c.Own > c.Allowed:
		return Is(Failed, do, "a process holds up to %d connections, and the server allows %d", c.Own, c.Allowed)
	case c.Own > free:
		return Is(
			Warning, do, "a process holds up to %d connections; of %d that the server allows %d are taken", c.Own,
			c.Allowed, c.Taken,
		)
	}
	return Is(Healthy, "", "a process holds up to %d connections (pool_max_conns), the one that listens included; "+
		"the server allows %d, enough for %d processes",
		c.Own, c.Allowed, c.Allowed/c.Own)
}

// freshFile is about a database that isn't there yet. To open it would make it.
func freshFile(cfg config.Config, path string) []Finding {
	if !cfg.Migrate {
		return Is(Failed, "run `sajangpick migrate`: MIGRATE=off has `serve` refuse to start", "%s isn't there", path)
	}
	if err := canMake(filepath.Dir(path)); err != nil {
		return Is(Failed, "let this user write there, or correct DATABASE_URL", "%s can't be made: %v", path, err)
	}
	return Is(Healthy, "", "%s isn't there yet: `serve` makes it", path)
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
	return app.Takes(dir, 0)
}

func checkBlobs(ctx context.Context, cfg config.Config) []Finding {
	b := cfg.Blobs
	if b.Bucket == "" {
		if err := canMake(b.Dir); err != nil {
			return Is(Failed, "let this user write there, or correct BLOB_URL", "%s can't be written: %v", b.Dir, err)
		}
		return Is(Healthy, "", "%s can be written", b.Dir)
	}
	o := s3.Options{Bucket: b.Bucket, Prefix: b.Prefix}
	reach := "see that providers reach AWS_ENDPOINT_URL_S3, or set BLOB_PUBLIC_URL"
	if b.PublicURL != nil {
		o.PublicURL = b.PublicURL.String()
		reach = "see that BLOB_PUBLIC_URL is where every client can read this bucket"
	}
	store, err := s3.New(ctx, o)
	if err != nil {
		return Unwell(err, "correct BLOB_URL and the AWS_ settings")
	}
	return orHealthy(
		Refusals(store.Probe(ctx), reach), "bucket %s: an object was put, read, fetched by its link and deleted",
		b.Bucket,
	)
}

// Refusals are the steps that a bucket refused. reach is what to do when links aren't served.
func Refusals(trials []s3.Trial, reach string) (all []Finding) {
	for _, t := range trials {
		do := map[string]string{
			"list":   "correct BLOB_URL and the AWS_ settings, and let the key list the bucket (s3:ListBucket)",
			"put":    "let the key write (s3:PutObject)",
			"head":   "let the key read (s3:GetObject)",
			"get":    "let the key read (s3:GetObject)",
			"link":   reach,
			"delete": "let the key delete (s3:DeleteObject), then take " + t.Left + " away by hand",
		}[t.Step]
		all = append(all, Unwell(t.Err, do)...)
	}
	return all
}

// checkSecret compares the key with the one that the database was used with.
func checkSecret(ctx context.Context, cfg config.Config, e storage.Engine) []Finding {
	there, err := e.Flag(ctx, app.SecretSwitch)
	if err != nil {
		return Unwell(err, "")
	}
	if there == "" {
		return Is(Healthy, "", "SECRET_KEY: `serve` keeps its fingerprint at the first start")
	}
	if !cfg.SecretKey.Set() && !config.SecretKept(app.SecretFolders(cfg)...) { // secretKey would make one
		return Is(Failed, "put secret.key back from a copy, beside the database; "+
			"if it is gone for good, run `sajangpick migrate --new-secret-key`",
			"SECRET_KEY: the key of this database (fingerprint %s) is missing", there)
	}
	secret, err := app.SecretKey(cfg)
	if err != nil {
		return Is(Failed, "put the key back from a copy", "SECRET_KEY: %v", err)
	}
	now, old := app.Fingerprint(secret), app.OldSecret(cfg)
	switch {
	case there == now && old == nil:
		return Is(Healthy, "", "SECRET_KEY is the one that this database is used with (fingerprint %s)", now)
	case there == now:
		return Is(Healthy, "", "SECRET_KEY is the one that this database is used with (fingerprint %s); what "+
			"SECRET_KEY_OLD signed is taken as well", now)
	case old != nil && there == app.Fingerprint(old):
		return Is(
			Warning, "start `sajangpick serve`, which goes over to the new one; give every process both",
			"SECRET_KEY is new (fingerprint %s), SECRET_KEY_OLD is that of this database", now,
		)
	}
	lost, err := app.AtStake(ctx, e)
	if err != nil {
		return Unwell(err, "")
	}
	return Is(
		Failed, "put the old key back; `sajangpick serve` refuses to start", "SECRET_KEY: %v",
		app.OtherKey(there, now, lost),
	)
}

// checkClips is about what clips are compared with their photos by.
func checkClips(ctx context.Context, cfg config.Config) []Finding {
	if cfg.ClipFallback == config.FallbackOff {
		return Is(Off, "", "CLIP_FALLBACK=off: clips aren't compared with their photos")
	}
	tool, err := ffmpeg.Find(ctx)
	if err != nil {
		return Is(
			Warning, "install ffmpeg, or set CLIP_FALLBACK=off", "clips can't be compared with their photos: %v", err,
		)
	}
	return Is(Healthy, "", "they are compared with their photos by ffmpeg %s", tool.Version)
}
