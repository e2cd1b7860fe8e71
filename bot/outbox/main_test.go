package outbox_test

import (
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

func TestMain(m *testing.M) {
	worker.Serve(photo.Work)
	os.Exit(m.Run())
}
