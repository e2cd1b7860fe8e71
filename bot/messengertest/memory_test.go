package messengertest_test

import (
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/bot/messengertest"
)

func TestMemory(t *testing.T) {
	short, err := os.ReadFile("../testdata/short.mp4")
	if err != nil {
		t.Fatal(err)
	}
	messengertest.Run(t, func(*testing.T) messengertest.World { return messengertest.NewMemory() }, short, []byte("\xff\xd8\xff"))
}
