package conversation

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

func TestConversation_ADraftThatPanicsEndsNoProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logs bytes.Buffer
		d := New(session.Options{Log: slog.New(slog.NewTextHandler(&logs, nil))}) // without a store it panics
		d.lookSoon([]bot.Draft{{ID: 1, Due: time.Now().Add(time.Second)}})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !strings.Contains(logs.String(), "panic") {
			t.Errorf("operators read %q", logs.String())
		}
		d.lookSoon([]bot.Draft{{ID: 2, Due: time.Now().Add(time.Second)}})
		if err := d.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		logs.Reset()
		time.Sleep(time.Minute) // a closed database is not asked
		if logs.Len() > 0 {
			t.Errorf("a draft was looked at after Stop: %q", logs.String())
		}
	})
}
