package hostile_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"golang.org/x/sys/unix"
)

// serviceMemory is what the service may have for itself while bombs go off in its workers, in bytes.
const serviceMemory = 700 << 20

// bombLimit is how long an answer to a bomb may take on a busy machine, with all the others before it.
const bombLimit = apptest.Patience

// TestBombs_TheServiceLivesEachIsToldSoAndOthersAreServed sends files that are made to do harm to the real program,
// which the kernel kills when it takes more than serviceMemory itself.
func TestBombs_TheServiceLivesEachIsToldSoAndOthersAreServed(t *testing.T) {
	t.Parallel()
	const chats = 12
	all := bombs(t)
	if len(all) < 60 {
		t.Fatalf("%d bombs", len(all))
	}
	w, addr := apptest.Servable(t, apptest.Databases()["sqlite"](t))
	w.WithTelegram()
	songs := httptest.NewServer(serving(mp3Bombs()))
	t.Cleanup(songs.Close)
	w.Settings["RESULT_HOSTS"] = songs.URL
	c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	limit := unix.Rlimit{Cur: serviceMemory, Max: serviceMemory}
	if err := unix.Prlimit(c.Cmd.Process.Pid, unix.RLIMIT_DATA, &limit, nil); err != nil {
		t.Fatal(err)
	}
	apptest.Every(t, 20*time.Millisecond, apptest.Ready(addr))

	var last, served sync.Map // when the last bomb was answered, the last photo served
	var work sync.WaitGroup
	for n := range chats {
		chat := w.People.Person(fmt.Sprintf("손님 %d", n), "ko").Private()
		work.Go(func() {
			for i := n; i < len(all); i += chats {
				blowUp(t, chat, all[i])
				last.Store(all[i].name, time.Now())
			}
		})
	}
	owner := w.People.Person("김사장", "ko").Private()
	work.Go(func() {
		for i := range 6 {
			photo := owner.SendPhoto(apptest.Picture(640+i, 800), apptest.Pasta)
			if _, err := owner.Wait(bombLimit, func(all []people.Message) bool {
				return shortFor(all, photo.ID)
			}); err != nil {
				t.Errorf("photo %d of another shop: %v", i, err)
				return
			}
			served.Store(i, time.Now())
		}
	})
	for i, b := range mp3Bombs() {
		chat := w.People.Person(fmt.Sprintf("음악 손님 %d", i), "ko").Private()
		work.Go(func() {
			chat.SendText(fmt.Sprintf("/music %s/%d.mp3", songs.URL, i))
			_, err := chat.Wait(bombLimit, func(all []people.Message) bool {
				return slices.ContainsFunc(all, func(m people.Message) bool { return m.Ours && sentenced(b, m.Text) })
			})
			if err != nil {
				t.Errorf("%s: %v", b.name, err)
			}
		})
	}
	work.Wait()
	if first, end := earliest(&served), latest(&last); !first.Before(end) {
		t.Errorf("others were served from %v on, the last bomb was answered at %v", first, end)
	}
	select {
	case err := <-c.Done:
		t.Fatalf("the service died: %v", err)
	default:
	}
	t.Logf("%d bombs; the service itself took %.0f MB at most", len(all), c.Megabytes("VmHWM"))
	c.Terminate()
}

// blowUp sends a bomb as a file and waits for one of its sentences.
func blowUp(t *testing.T, chat *people.Chat, b bomb) {
	sent := chat.SendDocument("photo.jpg", "image/jpeg", b.file, apptest.Pasta)
	var told []string
	_, err := chat.Wait(bombLimit, func(all []people.Message) bool {
		told = nil
		for _, m := range all {
			if m.Ours && m.ReplyTo == sent.ID {
				told = append(told, m.Text)
			}
		}
		return slices.ContainsFunc(told, func(text string) bool { return sentenced(b, text) })
	})
	if err != nil {
		t.Errorf("%s (%d bytes): told %q, want %q", b.name, len(b.file), told, b.told)
	}
}

// serving hands files out by their number.
func serving(files []bomb) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".mp3"))
		if err != nil || n >= len(files) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(files[n].file) // whoever asked may have gone
	})
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// sentenced reports whether a text has one of a bomb's sentences.
func sentenced(b bomb, text string) bool {
	for _, key := range b.told {
		if strings.Contains(text, firstLine(present.Fill("ko", key, nil))) {
			return true
		}
	}
	return false
}

// shortFor reports whether a message was answered by a short.
func shortFor(all []people.Message, to int) bool {
	return slices.ContainsFunc(all, func(m people.Message) bool {
		return m.Ours && m.Kind == "video" && m.ReplyTo == to
	})
}

func earliest(m *sync.Map) time.Time {
	first := time.Now().Add(time.Hour)
	m.Range(func(_, v any) bool {
		if at := v.(time.Time); at.Before(first) {
			first = at
		}
		return true
	})
	return first
}

func latest(m *sync.Map) (last time.Time) {
	m.Range(func(_, v any) bool {
		if at := v.(time.Time); at.After(last) {
			last = at
		}
		return true
	})
	return last
}
