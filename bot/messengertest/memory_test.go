package messengertest_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/bot/messengertest"
)

func TestMemory_KeepsTheContractOfMessengers(t *testing.T) {
	short, err := os.ReadFile("../outbox/testdata/short.mp4")
	if err != nil {
		t.Fatal(err)
	}
	var thumb bytes.Buffer
	if err := jpeg.Encode(&thumb, image.NewGray(image.Rect(0, 0, 18, 32)), nil); err != nil {
		t.Fatal(err)
	}
	messengertest.Run(
		t, func(*testing.T) messengertest.World { return messengertest.NewMemory() }, short, thumb.Bytes(),
	)
}
