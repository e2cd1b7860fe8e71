package telegram_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestWhoBlocksUsGetsTheShortWhenTheyAreBack(t *testing.T) { // T28
	t.Parallel()
	for name, back := range map[string]func(k *apptest.Talk){
		"by unblocking": func(k *apptest.Talk) { k.Owner.Unblock() },
		"by writing":    func(k *apptest.Talk) { k.Owner.Unblock(); k.SendText("/start") },
	} {
		t.Run(name, func(t *testing.T) {
			k := apptest.Talking(t)
			release := k.Hold()
			k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
			o := k.UnderWay()
			k.Owner.Block()
			release()
			k.Process.Until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
			back(k)
			k.Gets(1)
			k.HeardOut()
			k.One(1)
			if k.Shorts() != 1 {
				t.Errorf("%d shorts", k.Shorts())
			}
		})
	}
}

var invitation = regexp.MustCompile(`start=([a-z0-9]+)`)

func TestAnInviteOpensTheDoorOnce(t *testing.T) { // T43
	var admin *people.Person
	k := apptest.Talking(t, func(w *apptest.World) {
		admin = w.People.Person("관리자", "ko")
		w.Earnest = true
		w.Settings["SIGNUP"], w.Settings["ADMINS"] = "invite", fmt.Sprintf("telegram:%d", admin.ID)
	})
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.HearsText("초대 코드가 필요해요")
	office := k.In(admin.Private())
	office.SendText("/invite 새우네")
	office.HearsText("‘새우네’ 초대 코드예요")
	invite := office.Hears("the link", func(m people.Message) bool { return invitation.MatchString(said(m)) })
	code := invitation.FindStringSubmatch(said(invite))[1]
	k.SendText("/start " + code)
	k.HearsText("새우네 사장님, 반가워요")
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	if short := k.Gets(1); !strings.Contains(short.Text, "새우네에서 만나요") {
		t.Errorf("the short: %+v", short)
	}
	stranger := k.In(k.World.People.Person("아무개", "ko").Private())
	stranger.SendText("/start " + code)
	stranger.HearsText("이미 쓰였거나 기한이 지났어요")
	stranger.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	stranger.HearsText("초대 코드가 필요해요")
}

// said is all that a message holds: its text and what its buttons do.
func said(m people.Message) string {
	return fmt.Sprint(m.Text, m.Buttons)
}
