package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestADeletedPhotoChangesNothing(t *testing.T) { // T20
	k := talking(t)
	release := k.hold()
	photo := k.SendPhoto(tinyPhoto(), pasta)
	k.underWay()
	k.Delete(photo.ID)
	release()
	k.gets(1)
	k.one(1)
}

func TestWhoBlocksUsGetsTheShortWhenTheyAreBack(t *testing.T) { // T28
	t.Parallel()
	for name, back := range map[string]func(k *talk){
		"by unblocking": func(k *talk) { k.owner.Unblock() },
		"by writing":    func(k *talk) { k.owner.Unblock(); k.SendText("/start") },
	} {
		t.Run(name, func(t *testing.T) {
			k := talking(t)
			release := k.hold()
			k.SendPhoto(tinyPhoto(), pasta)
			o := k.underWay()
			k.owner.Block()
			release()
			k.p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Parked })
			back(k)
			k.gets(1)
			k.heardOut()
			k.one(1)
			if k.shorts() != 1 {
				t.Errorf("%d shorts", k.shorts())
			}
		})
	}
}

func TestAnAccountThatIsGoneIsLeftAlone(t *testing.T) { // T29
	k := talking(t)
	release := k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	o := k.underWay()
	k.owner.Delete()
	release()
	k.p.until(o.ID, func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == pipeline.ReasonCantDeliver
	})
	if n := len(k.w.people.Requests("sendVideo")); n != 1 {
		t.Errorf("the short was sent %d times", n)
	}
}

var invitation = regexp.MustCompile(`start=([a-z0-9]+)`)

func TestAnInviteOpensTheDoorOnce(t *testing.T) { // T43
	var admin *people.Person
	k := talking(t, func(w *world) {
		admin = w.people.Person("관리자", "ko")
		w.earnest = true
		w.settings["SIGNUP"], w.settings["ADMINS"] = "invite", fmt.Sprintf("telegram:%d", admin.ID)
	})
	k.SendPhoto(tinyPhoto(), pasta)
	k.hearsText("초대 코드가 필요해요")
	office := k.in(admin.Private())
	office.SendText("/invite 새우네")
	office.hearsText("‘새우네’ 초대 코드예요")
	invite := office.hears("the link", func(m people.Message) bool { return invitation.MatchString(said(m)) })
	code := invitation.FindStringSubmatch(said(invite))[1]
	k.SendText("/start " + code)
	k.hearsText("새우네 사장님, 반가워요")
	k.SendPhoto(tinyPhoto(), pasta)
	if short := k.gets(1); !strings.Contains(short.Text, "새우네에서 만나요") {
		t.Errorf("the short: %+v", short)
	}
	stranger := k.in(k.w.people.Person("아무개", "ko").Private())
	stranger.SendText("/start " + code)
	stranger.hearsText("이미 쓰였거나 기한이 지났어요")
	stranger.SendPhoto(tinyPhoto(), pasta)
	stranger.hearsText("초대 코드가 필요해요")
}

// said is all that a message holds: its text and what its buttons do.
func said(m people.Message) string {
	return fmt.Sprint(m.Text, m.Buttons)
}

func TestAForeignerIsSpokenToInKoreanUntilTheyChoose(t *testing.T) { // T49
	k := talking(t)
	guest := k.in(k.w.people.Person("Amélie", "fr").Private())
	guest.SendText("/start")
	guest.hearsText("안녕하세요")
	guest.SendText("/language")
	guest.press(guest.hearsText("어떤 말로"), "English")
	guest.SendPhoto(tinyPhoto(), "Shrimp pasta ₩18,000")
	guest.hearsText("ready")
	short := guest.gets(1)
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
