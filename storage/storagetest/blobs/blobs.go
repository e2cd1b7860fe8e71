// Package blobs is the contract of stores of files.
package blobs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Run holds a blob store to the contract that pipeline.Blobs is written against. The stores that
// open returns may share their blobs: no two promises use the same key. Links must be absolute, and
// reachable from here.
func Run(t *testing.T, open func(t *testing.T) pipeline.Blobs) {
	promises := []struct {
		name string
		test func(*testing.T, pipeline.Blobs)
	}{
		{"what is put is what is opened", putOpen},
		{"an empty blob is a blob", emptyBlob},
		{"the last content wins", replace},
		{"a missing blob is fs.ErrNotExist", missing},
		{"a folder is not a blob", folder},
		{"what is deleted is gone, twice too", deleted},
		{"a reader can be sought", seek},
		{"what is open stays whole while it is replaced", replacedWhileOpen},
		{"a source that fails half way leaves nothing", halfWay},
		{"a source that fails half way leaves the old content", halfWayOld},
		{"many writers of one key leave one of them whole", manyWriters},
		{"keys that break the rules are refused", badKeys},
		{"a key may have 200 bytes", longKey},
		{"an ended context ends the work", endedContext},
		{"a context that ends half way leaves nothing", endsHalfWay},
		{"large files pass through without being held", large},
		{"a link fetches the blob and its content type", linkFetches},
		{"a link serves ranges", linkRanges},
		{"a link answers HEAD where it says so", linkHead},
		{"a link to nothing finds nothing", linkMissing},
	}
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) { p.test(t, open(t)) })
	}
}

func putOpen(t *testing.T, b pipeline.Blobs) {
	put(t, b, "open/one.txt", "text/plain", "하나")
	put(t, b, "open/one.json", "application/json", "{}")
	wantContent(t, b, "open/one.txt", "하나")
	wantContent(t, b, "open/one.json", "{}")
}

func emptyBlob(t *testing.T, b pipeline.Blobs) {
	put(t, b, "empty/none.txt", "text/plain", "")
	wantContent(t, b, "empty/none.txt", "")
}

func replace(t *testing.T, b pipeline.Blobs) {
	put(t, b, "replace/it.txt", "text/plain", "the first, and it is longer")
	put(t, b, "replace/it.txt", "text/plain", "the second")
	wantContent(t, b, "replace/it.txt", "the second")
}

func missing(t *testing.T, b pipeline.Blobs) {
	put(t, b, "missing/is/here.txt", "text/plain", "x")
	for _, key := range []string{
		"missing/not.txt", "missing/is/here", "missing/is/here.txt/below.txt", "missing/no/folder/not.txt",
	} {
		wantMissing(t, b, key)
	}
}

func folder(t *testing.T, b pipeline.Blobs) {
	put(t, b, "folder/sub/file.txt", "text/plain", "x")
	wantMissing(t, b, "folder/sub")
	if err := b.Delete(t.Context(), "folder/sub"); err != nil {
		t.Errorf("Delete of a folder: %v, want nil as for any missing blob", err)
	}
	wantContent(t, b, "folder/sub/file.txt", "x")
}

func deleted(t *testing.T, b pipeline.Blobs) {
	put(t, b, "deleted/a/it.txt", "text/plain", "x")
	put(t, b, "deleted/a/it.txt.json", "application/json", "its neighbour")
	for range 2 {
		if err := b.Delete(t.Context(), "deleted/a/it.txt"); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		wantMissing(t, b, "deleted/a/it.txt")
	}
	wantContent(t, b, "deleted/a/it.txt.json", "its neighbour")
	put(t, b, "deleted/a/it.txt", "text/plain", "again")
	wantContent(t, b, "deleted/a/it.txt", "again")
	if err := b.Delete(t.Context(), "deleted/never/was.txt"); err != nil {
		t.Errorf("Delete of what never was: %v", err)
	}
}

func seek(t *testing.T, b pipeline.Blobs) {
	put(t, b, "seek/digits.txt", "text/plain", "0123456789")
	f := mustOpen(t, b, "seek/digits.txt")
	defer f.Close()
	steps := []struct {
		offset int64
		whence int
		at     int64
		rest   string
	}{
		{0, io.SeekEnd, 10, ""},
		{0, io.SeekStart, 0, "0123456789"},
		{4, io.SeekStart, 4, "456789"},
		{-3, io.SeekEnd, 7, "789"},
		{-2, io.SeekCurrent, 8, "89"},
		{5, io.SeekEnd, 15, ""},
		{2, io.SeekStart, 2, "23456789"},
	}
	for _, s := range steps {
		at, err := f.Seek(s.offset, s.whence)
		if err != nil || at != s.at {
			t.Fatalf("Seek(%d, %d) = %d, %v; want %d", s.offset, s.whence, at, err, s.at)
		}
		if rest, err := io.ReadAll(f); err != nil || string(rest) != s.rest {
			t.Fatalf("after Seek(%d, %d): read %q, %v; want %q", s.offset, s.whence, rest, err, s.rest)
		}
	}
	if _, err := f.Seek(-1, io.SeekStart); err == nil {
		t.Error("Seek before the start: no error")
	}
}

func replacedWhileOpen(t *testing.T, b pipeline.Blobs) {
	old := strings.Repeat("o", 100_000)
	put(t, b, "while/open.txt", "text/plain", old)
	f := mustOpen(t, b, "while/open.txt")
	defer f.Close()
	head := make([]byte, 10)
	if _, err := io.ReadFull(f, head); err != nil {
		t.Fatal(err)
	}
	put(t, b, "while/open.txt", "text/plain", strings.Repeat("n", 200_000))
	rest, err := io.ReadAll(f)
	if err == nil && string(head)+string(rest) != old {
		t.Errorf("read %d bytes that are not the old content", len(head)+len(rest))
	}
}

var errHalfWay = errors.New("the source broke off")

func halfWay(t *testing.T, b pipeline.Blobs) {
	for _, n := range []int{0, 1000, 7 << 20} {
		source := io.MultiReader(bytes.NewReader(make([]byte, n)), iotest.ErrReader(errHalfWay))
		if err := b.Put(t.Context(), "halfway/new.txt", "text/plain", source); !errors.Is(err, errHalfWay) {
			t.Errorf("Put of a source that fails after %d bytes: %v, want the source's own error", n, err)
		}
		wantMissing(t, b, "halfway/new.txt")
	}
}

func halfWayOld(t *testing.T, b pipeline.Blobs) {
	put(t, b, "halfway/old.txt", "text/plain", "old")
	source := io.MultiReader(strings.NewReader("new"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := b.Put(t.Context(), "halfway/old.txt", "text/plain", source); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Put of a source that is cut off: %v, want io.ErrUnexpectedEOF", err)
	}
	wantContent(t, b, "halfway/old.txt", "old")
}

func manyWriters(t *testing.T, b pipeline.Blobs) {
	const size = 50_000
	content := func(c byte) string { return strings.Repeat(string(c), size) }
	whole := func(s string) bool { return len(s) == size && s == content(s[0]) }
	put(t, b, "many/writers.txt", "text/plain", content('z'))
	var all sync.WaitGroup
	for c := byte('a'); c < 'g'; c++ {
		all.Go(func() {
			err := b.Put(
				t.Context(), "many/writers.txt", "text/plain", iotest.HalfReader(strings.NewReader(content(c))),
			)
			if err != nil {
				t.Errorf("writer %c: %v", c, err)
			}
		})
		all.Go(func() {
			f, err := b.Open(t.Context(), "many/writers.txt")
			if err != nil {
				t.Errorf("reader beside the writers: %v", err)
				return
			}
			defer f.Close()
			if got, err := io.ReadAll(f); err != nil || !whole(string(got)) {
				t.Errorf("reader beside the writers got %d mixed bytes, %v", len(got), err)
			}
		})
	}
	all.Wait()
	f := mustOpen(t, b, "many/writers.txt")
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || !whole(string(got)) || got[0] == 'z' {
		t.Errorf("left behind: %d bytes, %v; want what one of the writers wrote", len(got), err)
	}
}

func badKeys(t *testing.T, b pipeline.Blobs) {
	for _, key := range []string{
		"", ".", "..", "/", "/abs.txt", "../up.txt", "a/../b.txt", "a/./b.txt", "a//b.txt", "dir/", ".hidden.txt",
		"a/.hidden.txt",
		"Upper.txt", "사진.txt", "a b.txt", `a\b.txt`, "a\x00.txt", "a%2fb.txt", "a?b.txt", "a:b.txt",
		strings.Repeat("a", 197) + ".txt",
	} {
		_, openErr := b.Open(t.Context(), key)
		_, linkErr := b.Link(t.Context(), key, ttl)
		for verb, err := range map[string]error{
			"Put":    b.Put(t.Context(), key, "text/plain", strings.NewReader("x")),
			"Open":   openErr,
			"Delete": b.Delete(t.Context(), key),
			"Link":   linkErr,
		} {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%s(%q): %v, want fs.ErrInvalid", verb, key, err)
			}
		}
	}
}

func longKey(t *testing.T, b pipeline.Blobs) {
	key := "long/" + strings.Repeat("a", 191) + ".txt"
	put(t, b, key, "text/plain", "x")
	wantContent(t, b, key, "x")
}

func endedContext(t *testing.T, b pipeline.Blobs) {
	put(t, b, "ended/old.txt", "text/plain", "old")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, openErr := b.Open(ctx, "ended/old.txt")
	for verb, err := range map[string]error{
		"Put":    b.Put(ctx, "ended/new.txt", "text/plain", strings.NewReader("new")),
		"Open":   openErr,
		"Delete": b.Delete(ctx, "ended/old.txt"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", verb, err)
		}
	}
	wantMissing(t, b, "ended/new.txt")
	wantContent(t, b, "ended/old.txt", "old")
}
