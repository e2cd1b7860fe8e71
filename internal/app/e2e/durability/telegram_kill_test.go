package durability_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestCrash_BreaksNoConversation kills the program at random moments while photos come in. Each photo
// ends in one short; only one that a kill met on its way out may come twice. One whose paid start was met by two kills
// is left to an admin, and its owner is told so; one that was being opened at three of them is refused.
func TestCrash_BreaksNoConversation(t *testing.T) {
	t.Parallel()
	const rounds, owners, photos = 6, 12, 2
	w, _ := apptest.Servable(t, apptest.Databases()["sqlite"](t))
	w.WithTelegram()
	w.Settings["RETRY_UNKNOWN_AFTER"], w.Settings["POLL_INTERVAL"] = "1s", "1s"
	random := rand.New(rand.NewPCG(2, 9))

	var chats []*people.Chat
	var senders sync.WaitGroup
	t.Cleanup(senders.Wait)
	for n := range owners {
		chat := w.People.Person(fmt.Sprintf("사장 %d", n), "ko").Private()
		chats = append(chats, chat)
		first := time.Duration(random.IntN(2000)) * time.Millisecond
		senders.Go(func() {
			for i := range photos {
				<-time.After(first) // the moment is the random part
				chat.SendPhoto(apptest.Picture(530+i, 640), fmt.Sprintf("%s %d,000원", apptest.DishName(i), 8+i))
			}
		})
	}
	for range rounds {
		killAtSomePoint(t, w, random)
	}
	c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	senders.Wait()
	// A delivery that was cut off is tried again after more than three minutes.
	doubles := 0
	for _, chat := range chats {
		all, err := chat.Wait(apptest.Patience, func(all []people.Message) bool {
			return len(served(all))+excused(all) == photos
		})
		if err != nil {
			t.Fatal(err)
		}
		for photo, n := range served(all) {
			if doubles += n - 1; n > 2 {
				t.Errorf("photo %d has %d shorts", photo, n)
			}
		}
	}
	c.Terminate()
	t.Logf("%d shorts came twice", doubles)
	w.Audit(owners*photos, rounds)
}

// excused counts the photos whose owner was told that it is being found out whether a paid start got through, or that
// the photo can't be opened, which is what it looks like when kill after kill meets that.
func excused(all []people.Message) (n int) {
	for _, m := range all {
		if m.Ours && !m.Deleted && (strings.Contains(m.Text, "담당자가 확인하고 있어요") ||
			strings.Contains(m.Text, present.Reason("ko", pipeline.ReasonPhotoUnopened))) {
			n++
		}
	}
	return n
}

// served counts the shorts by the photo that they answer.
func served(all []people.Message) map[int]int {
	n := map[int]int{}
	for _, m := range all {
		if m.Ours && m.Kind == "video" {
			n[m.ReplyTo]++
		}
	}
	return n
}
