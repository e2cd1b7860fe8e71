package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
)

// album sends pictures that belong together, one message each.
func (t *talk) album(name string, captions ...string) {
	t.Helper()
	for i, c := range captions {
		u := photo(fmt.Sprint(name, i+1), c)
		u.Album = name
		t.does(u)
		t.waits(100 * time.Millisecond)
	}
}

func TestAnAlbumWithOneCaptionIsOneQuestion(t *testing.T) { // T7
	conversation(t, func(t *talk) {
		t.album("a", "새우 파스타 18,000원", "", "", "", "", "")
		t.waits(time.Second)
		t.hear()
		t.waits(time.Second)
		q := t.hear("새우 파스타 · 18,000원, 사진 6장 중에서 어떤 사진으로 만들까요?")
		if len(q[0].Buttons) != 3 || len(q[0].Buttons[2]) != 2 || q[0].Ask {
			t.Errorf("%+v", q[0].Buttons)
		}
		t.ordered()
		pick := t.button(q, "3번 사진")
		t.presses(pick)
		t.presses(pick)
		t.ordered("a3 새우 파스타 18,000원")
		says := t.hear("", "새우 파스타 · 18,000원으로 만들게요.", "이미 끝난 질문이에요. 새로 만들려면 사진을 보내 주세요.")
		if says[0].Answer != "press" || says[1].Edit == "" || says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
	})
}

func TestAnAlbumWithoutWordsIsAskedForThemAfterThePick(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "", "")
		t.waits(2 * time.Second)
		q := t.hear("사진 3장을 받았어요. 어떤 사진으로 만들까요?")
		t.presses(t.button(q, "2번 사진"))
		t.presses(t.button(q, "2번 사진"))
		if says := t.hear("", askBoth, "✓ 2번 사진", "이미 끝난…"); says[1].Thread.Message != "a2" {
			t.Errorf("%+v", says[1])
		}
		t.writes("새우 파스타 18,000원")
		t.ordered("a2 새우 파스타 18,000원")
	})
}

func TestEachOfAnAlbumIsAskedForInTurn(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "새우 파스타 18,000원", "", "")
		t.waits(2 * time.Second)
		q := t.hear("새우 파스타 · 18,000원, 사진 3장…")
		t.presses(t.button(q, "모두 따로"))
		t.hear("", askBoth, "새우 파스타 · 18,000원으로 만들게요.")
		t.writes("봉골레 17,000원")
		if says := t.hear(askBoth); says[0].Thread.Message != "a3" {
			t.Errorf("%+v", says[0])
		}
		t.writes("피자 20,000원")
		t.hear()
		t.ordered("a1 새우 파스타 18,000원", "a2 봉골레 17,000원", "a3 피자 20,000원")
	})
}

func TestAnAlbumWhereEachHasItsLineIsConfirmedOnce(t *testing.T) { // T8
	conversation(t, func(t *talk) {
		t.album("a", "새우 파스타 18,000원", "봉골레 17,000원")
		t.waits(2 * time.Second)
		q := t.hear("새우 파스타 18,000원, 봉골레 17,000원\n영상 2편을 만들까요?")
		t.presses(t.button(q, "모두 따로"))
		t.ordered("a1 새우 파스타 18,000원", "a2 봉골레 17,000원")
	})
}

func TestALatePictureOfAnAlbumIsAskedAbout(t *testing.T) { // T9
	conversation(t, func(t *talk) {
		t.album("a", "새우 파스타 18,000원", "")
		t.waits(2 * time.Second)
		q := t.hear("새우 파스타 · 18,000원, 사진 2장…")
		late := func(n int) {
			u := photo(fmt.Sprint("a", n), "")
			u.Album = "a"
			t.does(u)
			t.waits(2 * time.Second)
		}
		late(3) // it joins the question
		if again := t.hear("새우 파스타 · 18,000원, 사진 3장…"); again[0].Edit != fmt.Sprint("bot", t.said-1) {
			t.Errorf("%+v", again[0])
		}
		t.presses(t.button(q, "1번 사진"))
		t.hear("", "새우 파스타 · 18,000원으로…")
		late(4) // the album is done with
		q = t.hear("추가 사진 1장도 영상으로 만들까요?")
		t.presses(t.button(q, "네, 만들게요"))
		t.hear("", askBoth, "✓ 1번 사진")
		t.writes("봉골레 17,000원")
		t.ordered("a1 새우 파스타 18,000원", "a4 봉골레 17,000원")
		t.waits(time.Hour + time.Minute)
		late(5) // and forgotten
		t.hear(askBoth)
	})
}

func TestAnAlbumIsDroppedByItsButton(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "")
		t.waits(2 * time.Second)
		drop := t.button(t.hear("사진 2장을 받았어요. 어떤 사진으로 만들까요?"), "그만두기")
		t.presses(drop)
		t.hear("", "알겠어요. 이 사진으로는 만들지 않을게요.")
		t.presses(drop)
		t.hear("이미 끝난…")
		t.waits(time.Hour)
		t.ordered()
		t.hear()
	})
}

func TestPhotosInARowAreOneQuestion(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "")
		t.waits(2 * time.Second)
		t.sends("p2", "")
		t.waits(2 * time.Second)
		t.hear()
		t.writes("새우 파스타 18,000원")
		t.ordered()
		t.waits(2 * time.Second)
		t.hear("새우 파스타 · 18,000원, 사진 2장 중에서 어떤 사진으로 만들까요?")
		t.writes("2번")
		t.ordered("p2 새우 파스타 18,000원")
	})
}

func TestWordsAfterTheQuestionAboutPicturesGoWithThePick(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "")
		t.waits(2 * time.Second)
		t.hear("사진 2장을…")
		t.writes("새우 파스타 18,000원")
		q := t.hear("새우 파스타 · 18,000원, 사진 2장…")
		t.presses(t.button(q, "모두 따로"))
		t.ordered("a1 새우 파스타 18,000원", "a2 새우 파스타 18,000원")
	})
}

func TestOnePictureOfManyIsTakenByAReply(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "", "")
		t.waits(2 * time.Second)
		q := t.hear("사진 3장을…")
		t.replies("a2", "새우 파스타 18,000원")
		t.ordered("a2 새우 파스타 18,000원")
		t.hear("사진 2장을…")
		t.presses(t.button(q, "3번 사진")) // its numbers are those of before
		t.hear("이미 끝난…")
	})
}

func TestWordsBeforeAnAlbumGoWithThePick(t *testing.T) {
	conversation(t, func(t *talk) {
		t.writes("새우 파스타 18,000원")
		t.hear("새우 파스타 · 18,000원, 적어…")
		t.album("a", "", "")
		t.waits(2 * time.Second)
		t.hear("새우 파스타 · 18,000원, 사진 2장…")
		t.writes("1")
		t.ordered("a1 새우 파스타 18,000원")
	})
}

func TestAHalfReplyToOnePictureAsksAboutThatOne(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "", "")
		t.waits(2 * time.Second)
		t.hear("사진 3장을…")
		t.replies("a2", "새우 파스타")
		if says := t.hear("사진 2장을…", "새우 파스타의 가격을…"); says[1].Thread.Message != "a2" {
			t.Errorf("%+v", says[1])
		}
		t.writes("18,000원")
		t.ordered("a2 새우 파스타 18,000원")
	})
}

func TestAQuestionWithButtonsIsAnsweredInWordsAsWell(t *testing.T) {
	for text, want := range map[string]int{"네": 2, "네, 만들어 주세요": 2, "모두 따로": 2, "2번": 1, "아니요": 0, "괜찮아요": 0} {
		conversation(t, func(t *talk) {
			t.album("a", "새우 파스타 18,000원", "봉골레 17,000원")
			t.waits(2 * time.Second)
			t.hear("새우 파스타 18,000원, 봉골레…")
			t.writes(text)
			if n := len(t.orders()); n != want {
				t.Errorf("%s makes %d orders", text, n)
			}
		})
	}
}

func TestADeletedPictureLeavesItsAlbum(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "", "새우 파스타 18,000원", "")
		t.waits(2 * time.Second)
		q := t.hear("새우 파스타 · 18,000원, 사진 3장…")
		t.does(Update{Kind: Deleted, Message: "a1"})
		if again := t.hear("새우 파스타 · 18,000원, 사진 2장…"); again[0].Edit == "" {
			t.Errorf("%+v", again[0])
		} else {
			t.presses(t.button(again, "1번 사진"))
		}
		t.presses(t.button(q, "1번 사진"))
		t.ordered("a2 새우 파스타 18,000원")
	})
}

func TestAMessageWithSeveralPicturesIsOneQuestion(t *testing.T) { // S5
	conversation(t, func(t *talk) {
		u := photo("s1", "새우 파스타 18,000원")
		second := photo("x", "").Pictures[0]
		second.Message, second.Text = "s1", u.Text
		u.Pictures = append(u.Pictures, second)
		t.does(u)
		q := t.hear("새우 파스타 · 18,000원, 사진 2장 중에서 어떤 사진으로 만들까요?")
		t.presses(t.button(q, "모두 따로"))
		t.ordered("s1 새우 파스타 18,000원", "s1 새우 파스타 18,000원")
		if o := t.orders(); o[0].Photo.Ref == o[1].Photo.Ref {
			t.Errorf("both orders show %s", o[0].Photo.Ref)
		}
	})
}

func TestADraftThatIsLookedAtTwiceAsksOnce(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "")
		drafts, err := t.store.Drafts(t.Context(), "telegram", "owner", time.Now())
		t.check(err)
		if again, err := t.desk.Draft(t.Context(), drafts[0].ID); err != nil || !again.Equal(drafts[0].Due) {
			t.Errorf("looked at early: %v, %v", again, err)
		}
		t.waits(3 * time.Second) // its timer and its job
		done := make(chan error, 8)
		for range cap(done) {
			go func() { _, err := t.desk.Draft(t.Context(), drafts[0].ID); done <- err }()
		}
		for range cap(done) {
			t.check(<-done)
		}
		t.hear(askBoth)
		if _, err := t.desk.Draft(t.Context(), 12345); err != nil {
			t.Error(err)
		}
	})
}

func TestDraftsHaveUnguessableNumbersThatFitJSON(t *testing.T) {
	v := &session{}
	seen := map[int64]bool{}
	for range 1000 {
		id := v.newDraft(state.ForWords).ID
		if id <= 0 || id >= 1<<53 || seen[id] {
			t.Fatal(id)
		}
		seen[id] = true
	}
}
