package telegram_test

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestAPhotoWithALineBecomesAShortInTheSameChat(t *testing.T) {
	k := apptest.Talking(t)
	photo := k.SendPhoto(apptest.TinyPhoto(), "새우 파스타 18,000원")
	short := k.Gets(1)
	if short.ReplyTo != photo.ID || !strings.Contains(short.Text, "새우 파스타") || !strings.Contains(short.Text, "18,000원") {
		t.Errorf("the short: %+v", short)
	}
	line := k.HearsText("완성")
	if line.ReplyTo != photo.ID || !strings.Contains(line.Text, "새우 파스타 · 18,000원") {
		t.Errorf("the line: %+v", line)
	}
}
