package telegram_test

import (
	_ "embed"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// tone is three seconds of 1 kHz: mono, 22.05 kHz, of varying bit rate, with a cover picture.
//
//go:embed testdata/tone.mp3
var tone []byte

// pitched tells which part of a sound is of one frequency, 0 to 1, and how loud it is as a whole.
func pitched(pcm []float32, hz float64) (part, loud float64) {
	var re, im, all float64
	n := len(pcm) / 2
	for i := range n {
		v, turn := float64(pcm[2*i]), 2*math.Pi*hz*float64(i)/48000
		re, im, all = re+v*math.Cos(turn), im+v*math.Sin(turn), all+v*v
	}
	return 2 * (re*re + im*im) / (float64(n) * max(all, 1e-9)), math.Sqrt(all / float64(n))
}

func TestTrack_AShortHasTheOwnersMusic(t *testing.T) {
	place := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(tone) }))
	t.Cleanup(place.Close)
	logs := &apptest.Logbook{}
	k := apptest.Talking(t, filming, func(w *apptest.World) {
		w.Settings["RESULT_HOSTS"] = place.URL
		w.Log = logs
	})
	k.SendText("/music " + place.URL + "/song.mp3?token=s3cr3t")
	if m := k.HearsText("가게 음악으로 바꿨어요"); strings.Contains(m.Text, "song") {
		t.Errorf("it says %q", m.Text)
	}
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	first := k.Gets(1)
	pcm := k.Sound(1)
	for name, s := range map[string]struct{ from, to float64 }{"at first": {.2, 2}, "over its end": {2.5, 4.8}} {
		part, loud := pitched(pcm[2*int(s.from*48000):2*int(s.to*48000)], 1000)
		if part < .8 || loud < .02 {
			t.Errorf("%s %.2f of the sound is the owner's, %.3f loud", name, part, loud)
		}
	}
	if _, loud := pitched(pcm[len(pcm)-2*1200:], 1000); loud > .02 {
		t.Errorf("it ends %.3f loud, not faded", loud)
	}

	k.Press(k.Asks("/music", "어떤 음악을"), "잔잔한 음악")
	k.HearsText("어떤 음악을 넣을까요? 지금은 ‘잔잔한 음악’")
	k.SendText("가격 19,000원", people.ReplyTo(first.ID))
	k.Gets(2)
	if part, _ := pitched(k.Sound(2)[:2*48000], 1000); part < .8 {
		t.Errorf("the order's second short is %.2f of the owner's sound", part)
	}
	if strings.Contains(logs.String(), "s3cr3t") {
		t.Error("the address is in the log")
	}
}

// TestTrack_OneWhoseServerNeverAnswersHoldsUpNoOther lets more chats than there are workers give addresses whose server
// never answers. Whatever is said meanwhile, in those chats as well, is said at once.
func TestTrack_OneWhoseServerNeverAnswersHoldsUpNoOther(t *testing.T) {
	asked, let := make(chan struct{}, 100), make(chan struct{})
	tarpit := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-let:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(tarpit.Close)
	defer close(let)
	k := apptest.Talking(t, func(w *apptest.World) { w.Settings["RESULT_HOSTS"] = tarpit.URL })
	var stuck []*apptest.Talk
	for i := range 24 {
		there := k.In(k.World.People.Person("사장"+strconv.Itoa(i), "ko").Private())
		there.SendText("/music " + tarpit.URL + "/song.mp3")
		stuck = append(stuck, there)
	}
	<-asked
	for _, there := range append(stuck[:3:3], k) {
		there.SendText("/usage")
		there.HearsText("이번 달")
	}
	if n := len(asked); n > 1 {
		t.Errorf("%d pieces at once: some were given up already, so this shows nothing", n+1)
	}
}
