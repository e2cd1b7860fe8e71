package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// The database keeps a name of its own, and when it was last in use. A file of that name keeps the time as well,
// written after it: a database that is older than its file is a backup that was put back.
const (
	nameFlag = "database"
	useFlag  = "last use"
)

// OlderError says that a database is older than what its files know of it.
type OlderError struct{ Database, Files time.Time }

func (e *OlderError) Error() string {
	return fmt.Sprintf("DATABASE_URL: this database was last in use on %s, and its files (BLOB_URL) know of it "+
		"until %s: it is a backup that was put back. "+
		"Run `sajangpick restored` first: else what was done since would be paid for and sent once more",
		inUTC(e.Database), inUTC(e.Files))
}

func inUTC(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// lastUse knows when a database was in use.
type lastUse struct {
	flags bot.Flags
	blobs pipeline.Blobs
}

func useKey(name string) string { return "used/" + name + ".txt" }

// note writes down that the database is in use now. *OlderError, and nothing is written, when it was restored from a
// backup. Many may call it at once.
func (l lastUse) note(ctx context.Context) error {
	name, err := l.flags.SetFlagOnce(ctx, nameFlag, strings.ToLower(rand.Text()))
	if err != nil {
		return err
	}
	files, err := l.inFiles(ctx, name)
	if err != nil {
		return err
	}
	there, err := l.flags.Flag(ctx, useFlag)
	if err != nil {
		return err
	}
	if database := fromText(there); files.After(database) {
		return &OlderError{database, files}
	}
	now, err := l.flags.RaiseFlag(ctx, useFlag, toText(time.Now()))
	if err != nil {
		return err
	}
	if err := l.blobs.Put(ctx, useKey(name), "text/plain", strings.NewReader(now)); err != nil {
		return fmt.Errorf("note that the database is in use (check BLOB_URL): %w", err)
	}
	return nil
}

// renew gives the database another name, of which no file knows anything.
func (l lastUse) renew(ctx context.Context) error {
	return l.flags.SetFlag(ctx, nameFlag, strings.ToLower(rand.Text()))
}

func (l lastUse) inFiles(ctx context.Context, name string) (time.Time, error) {
	r, err := l.blobs.Open(ctx, useKey(name))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read when the database was in use (check BLOB_URL): %w", err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, 100))
	return fromText(string(text)), err
}

// toText is a time as a text that sorts as times do.
func toText(t time.Time) string { return fmt.Sprintf("%015d", t.UnixMilli()) }

// fromText is the zero time for what isn't one.
func fromText(s string) time.Time {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// noteUse is the schedule's. A database that was put back under a process that runs is said each time.
func (a *App) noteUse(ctx context.Context) error {
	return lastUse{a.Engine, a.Blobs}.note(ctx)
}
