package telegram_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestTelegram_AFileReachesProvidersAsJPEG sends an iPhone's picture as a file. Decoding takes a while, and has tests
// of its own.
func TestTelegram_AFileReachesProvidersAsJPEG(t *testing.T) {
	heic, err := os.ReadFile("../../../../pipeline/photo/testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	k := apptest.Talking(t, func(w *apptest.World) {
		w.Prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
			if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, heic) {
				return pipeline.Prepared{}, fmt.Errorf("%d bytes came: %w", len(b), err)
			}
			return pipeline.Prepared{JPEG: apptest.TinyPhoto()}, begin()
		}
	})
	k.SendDocument("IMG_0001.HEIC", "image/heic", heic, apptest.Pasta)
	k.Gets(1)
	k.IsJPEG()
}

// TestTelegram_ALocalServersPhotosAreRead has a Bot API server with --local, on our disk and on another.
func TestTelegram_ALocalServersPhotosAreRead(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegramAs(people.Options{Local: t.TempDir()})
	k := w.Talk(w.Start(apptest.Talkative(), nil))
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	k.One(1)
}

func TestTelegram_NothingIsTakenInFromAServerWithoutFiles(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t)).WithTelegramAs(people.Options{
		Local: t.TempDir() + apptest.Elsewhere,
	})
	api := httptest.NewServer(apptest.OnAnotherDisk(w.People.Handler()))
	t.Cleanup(api.Close)
	w.Settings["TELEGRAM_API_URL"] = api.URL
	k := w.Talk(w.Start(apptest.Talkative(), nil))
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	apptest.Every(t, 20*time.Millisecond, func() error {
		if n, why := k.Process.Intakes[0].News(); !n.Failing || !strings.Contains(why.Error(), "--local") {
			return fmt.Errorf("failing is %v: %v", n.Failing, why)
		}
		return nil
	})
	if w.People.Waiting() != 1 || len(k.Messages()) != 1 {
		t.Errorf("%d updates wait: %+v", w.People.Waiting(), k.Messages())
	}
}
