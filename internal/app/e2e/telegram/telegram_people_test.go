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

func TestADeletedPhotoChangesNothing(t *testing.T) { // T20
	k := apptest.Talking(t)
	release := k.Hold()
	photo := k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.UnderWay()
	k.Delete(photo.ID)
	release()
	k.Gets(1)
	k.One(1)
}

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

func TestAnAccountThatIsGoneIsLeftAlone(t *testing.T) { // T29
	k := apptest.Talking(t)
	release := k.Hold()
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := k.UnderWay()
	k.Owner.Delete()
	release()
	k.Process.Until(o.ID, func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == pipeline.ReasonCantDeliver
	})
	if n := len(k.World.People.Requests("sendVideo")); n != 1 {
		t.Errorf("the short was sent %d times", n)
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

func TestAForeignerIsSpokenToInKoreanUntilTheyChoose(t *testing.T) { // T49
	k := apptest.Talking(t)
	guest := k.In(k.World.People.Person("Amélie", "fr").Private())
	guest.SendText("/start")
	guest.HearsText("안녕하세요")
	guest.SendText("/language")
	guest.Press(guest.HearsText("어떤 말로"), "English")
	guest.SendPhoto(apptest.TinyPhoto(), "Shrimp pasta ₩18,000")
	guest.HearsText("ready")
	short := guest.Gets(1)
	if strings.ContainsAny(buttons(short), "가격메뉴만들기") {
		t.Errorf("its buttons: %s", buttons(short))
	}
}

func buttons(m people.Message) string {
	var all []string
	for _, row := range m.Buttons {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return strings.Join(all, " | ")
}
