package apptest

import (
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// Main is the TestMain of packages whose tests start processes: the test program can be a worker, as the program
// itself, and the folder with the built program goes at the end.
func Main(m *testing.M) {
	worker.Serve(photo.Work)
	var err error
	if programs, err = os.MkdirTemp("", "sajangpick-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(programs)
	if err := storagetest.DropTemplate(); err != nil {
		panic(err)
	}
	os.Exit(code)
}
