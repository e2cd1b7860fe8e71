package intake_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func reader(t testing.TB) intake.Reader {
	t.Helper()
	signer := sign.New([]byte("the key of these tests"), nil)
	blobs, err := disk.New(t.TempDir(), disk.Options{Signer: signer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	return intake.Reader{Blobs: blobs, Uploads: uploads(t), Signer: signer}
}

// uploads is a database.
func uploads(t testing.TB) bot.Uploads {
	t.Helper()
	e, err := sqlite.Open(t.Context(), storagetest.Migrated(t), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() }) // what it holds is thrown away
	return e
}

const kind = "multipart/form-data; boundary=x"

// multi is a form of parts, each a head and what follows it.
func multi(parts ...string) string {
	var b strings.Builder
	for i := 0; i < len(parts); i += 2 {
		b.WriteString("--x\r\nContent-Disposition: form-data; " + parts[i] + "\r\n\r\n" + parts[i+1] + "\r\n")
	}
	return b.String() + "--x--\r\n"
}

const jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF\x00"

func read(t testing.TB, rd intake.Reader, shop int64, contentType, body string) (intake.Form, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return rd.Read(httptest.NewRecorder(), r, shop, "")
}

func TestReader_WhoHasNoShopLeavesNoFile(t *testing.T) {
	rd := reader(t)
	for _, name := range []string{"photo", "track"} {
		body := multi(`name="key"`, "formkey-0001", `name="`+name+`"; filename="a"`, jpeg)
		if f, err := read(t, rd, 0, kind, body); !errors.Is(err, intake.ErrForm) || f.Photo.Ref != "" || f.Track != "" {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
		if f, err := read(t, rd, 7, kind, body); err != nil || f.Photo.Ref == "" && f.Track == "" {
			t.Errorf("%s of a shop: %+v, %v", name, f, err)
		}
	}
}

func TestReader_APieceOfMusicHasItsOwnLimitAndName(t *testing.T) {
	rd := reader(t)
	with := func(piece string) string {
		return multi(`name="key"`, "formkey-0001", `name="track"; filename="song.mp3"`, piece)
	}
	f, err := read(t, rd, 7, kind, with("ID3 and so on"))
	if err != nil || f.Track == "" || f.Track == rd.Ref(7, "formkey-0001") {
		t.Fatalf("%+v, %v", f, err)
	}
	blob, err := rd.Blobs.Open(t.Context(), f.Track)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	if got, err := io.ReadAll(blob); err != nil || string(got) != "ID3 and so on" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := read(t, rd, 7, kind, with(strings.Repeat("a", intake.MaxTrack+1))); !errors.Is(err, intake.ErrHeavy) {
		t.Errorf("more than it may have: %v", err)
	}
	if _, err := read(t, rd, 7, kind, with("")); !errors.Is(err, intake.ErrEmpty) {
		t.Errorf("an empty file: %v", err)
	}
}

// FuzzReader_WhatIsReadFitsADatabaseAndAPhotoIsAPicture sends what no page of ours sends. Whatever is read is text that
// a database takes, and a file is kept only if it begins as a picture does; whatever isn't is refused with an error
// that has an answer.
func FuzzReader_WhatIsReadFitsADatabaseAndAPhotoIsAPicture(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, body := range []string{
		multi(`name="key"`, "formkey-0001", `name="menu"`, "새우 파스타", `name="photo"; filename="a.jpg"`, jpeg),
		multi(`name="photo"; filename="a.jpg"`, jpeg, `name="key"`, "formkey-0001"),
		multi(`name="key"`, "../../etc/passwd", `name="photo"; filename="../../a"`, jpeg),
		multi(`name="menu"`, "\xff\xfe\x00"), multi(`name="a"`, strings.Repeat("a", 5000)), multi(`nothing`, "x"),
		strings.Repeat(multi(`name="a"`, "1"), 3), "--x", "--x--", "", "--x\r\n\r\n", strings.Repeat("--x\r\n", 50),
		"--x\r\nContent-Disposition: form-data; name*=UTF-8''%ff\r\n\r\n1\r\n--x--",
		"--x\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: form-data; " +
			"name=a\r\n\r\n=3\r\n--x--",
	} {
		f.Add(kind, body)
	}
	for _, body := range []string{
		"key=formkey-0001&menu=%EC%83%88%EC%9A%B0", "a=%zz", "a=%00", "=&=&=", strings.Repeat("a=1&", 100),
		"a=" + strings.Repeat("b", 5000), "a;b",
	} {
		f.Add("application/x-www-form-urlencoded", body)
	}
	for _, k := range []string{
		"multipart/form-data", "multipart/form-data; boundary=" + strings.Repeat("x", 100), "text/plain", "",
		"application/x-www-form-urlencoded;;;",
	} {
		f.Add(k, "a=1")
	}
	rd := reader(f)
	known := []error{intake.ErrForm, intake.ErrHeavy, intake.ErrEmpty, intake.ErrKind, intake.ErrLong}
	f.Fuzz(func(t *testing.T, contentType, body string) {
		got, err := read(t, rd, 7, contentType, body)
		if err != nil {
			if !slices.ContainsFunc(known, func(is error) bool { return errors.Is(err, is) }) {
				t.Fatalf("no answer is known to %v", err)
			}
			if status, phrase := intake.Refusal(err); status < 400 || status > 499 || phrase == "" {
				t.Fatalf("%v is answered %d %q", err, status, phrase)
			}
			return
		}
		for _, name := range got.Names() {
			if text := got.Get(name); !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Fatalf("%q is %q", name, text)
			}
		}
		if p := got.Photo; p.Ref != "" &&
			(!strings.HasPrefix(p.Ref, "uploads/") || !utf8.ValidString(p.Name) ||
				strings.ContainsAny(p.Name, "\x00/") || len(got.Sum) != 64) {
			t.Fatalf("the photo %+v, %q", p, got.Sum)
		}
	})
}
