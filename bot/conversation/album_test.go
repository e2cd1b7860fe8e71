package conversation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

func TestIntake_AnAlbumWithOneCaptionIsOneQuestion(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "새우 파스타 18,000원", "", "", "", "", "")
		t.Waits(time.Second)
		t.Hear()
		t.Waits(time.Second)
		q := t.Hear("새우 파스타 · 18,000원, 사진 6장 중에서 어떤 사진으로 만들까요?")
		if len(q[0].Buttons) != 3 || len(q[0].Buttons[2]) != 2 || q[0].Ask {
			t.Errorf("%+v", q[0].Buttons)
		}
		t.Ordered()
		pick := t.Button(q, "3번 사진")
		t.Presses(pick)
		t.Presses(pick)
		t.Ordered("a3 새우 파스타 18,000원")
		says := t.Hear("", "새우 파스타 · 18,000원으로 만들게요.", "이미 끝난 질문이에요. 새로 만들려면 사진을 보내 주세요.")
		if says[0].Answer != "press" || says[1].Edit == "" || says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
	})
}

func TestIntake_AnAlbumWithoutWordsIsAskedForThemAfterThePick(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "", "")
		t.Waits(2 * time.Second)
		q := t.Hear("사진 3장을 받았어요. 어떤 사진으로 만들까요?")
		t.Presses(t.Button(q, "2번 사진"))
		t.Presses(t.Button(q, "2번 사진"))
		if says := t.Hear("", askBoth, "✓ 2번 사진", "이미 끝난…"); says[1].Thread.Message != "a2" {
			t.Errorf("%+v", says[1])
		}
		t.Writes("새우 파스타 18,000원")
		t.Ordered("a2 새우 파스타 18,000원")
	})
}

func TestIntake_EachPhotoOfAnAlbumIsAskedForInTurn(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "새우 파스타 18,000원", "", "")
		t.Waits(2 * time.Second)
		q := t.Hear("새우 파스타 · 18,000원, 사진 3장…")
		t.Presses(t.Button(q, "모두 따로"))
		t.Hear("", askBoth, "새우 파스타 · 18,000원으로 만들게요.")
		t.Writes("봉골레 17,000원")
		if says := t.Hear(askBoth); says[0].Thread.Message != "a3" {
			t.Errorf("%+v", says[0])
		}
		t.Writes("피자 20,000원")
		t.Hear()
		t.Ordered("a1 새우 파스타 18,000원", "a2 봉골레 17,000원", "a3 피자 20,000원")
	})
}

func TestIntake_AnAlbumWhereEachPhotoHasItsLineIsConfirmedOnce(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "새우 파스타 18,000원", "봉골레 17,000원")
		t.Waits(2 * time.Second)
		q := t.Hear("새우 파스타 18,000원, 봉골레 17,000원\n영상 2편을 만들까요?")
		t.Presses(t.Button(q, "모두 따로"))
		t.Ordered("a1 새우 파스타 18,000원", "a2 봉골레 17,000원")
	})
}

func TestIntake_ALatePictureOfAnAlbumIsAskedAbout(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "새우 파스타 18,000원", "")
		t.Waits(2 * time.Second)
		q := t.Hear("새우 파스타 · 18,000원, 사진 2장…")
		late := func(n int) {
			u := bottest.Photo(fmt.Sprint("a", n), "")
			u.Album = "a"
			t.Does(u)
			t.Waits(2 * time.Second)
		}
		late(3) // it joins the question
		if again := t.Hear("새우 파스타 · 18,000원, 사진 3장…"); again[0].Edit != fmt.Sprint("bot", t.LastSent-1) {
			t.Errorf("%+v", again[0])
		}
		t.Presses(t.Button(q, "1번 사진"))
		t.Hear("", "새우 파스타 · 18,000원으로…")
		late(4) // the album is done with
		q = t.Hear("추가 사진 1장도 영상으로 만들까요?")
		t.Presses(t.Button(q, "네, 만들게요"))
		t.Hear("", askBoth, "✓ 1번 사진")
		t.Writes("봉골레 17,000원")
		t.Ordered("a1 새우 파스타 18,000원", "a4 봉골레 17,000원")
		t.Waits(time.Hour + time.Minute)
		late(5) // and forgotten
		t.Hear(askBoth)
	})
}

func TestIntake_AnAlbumIsDroppedByItsButton(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "")
		t.Waits(2 * time.Second)
		drop := t.Button(t.Hear("사진 2장을 받았어요. 어떤 사진으로 만들까요?"), "그만두기")
		t.Presses(drop)
		t.Hear("", "알겠어요. 이 사진으로는 만들지 않을게요.")
		t.Presses(drop)
		t.Hear("이미 끝난…")
		t.Waits(time.Hour)
		t.Ordered()
		t.Hear()
	})
}

func TestIntake_PhotosInARowAreOneQuestion(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "")
		t.Waits(2 * time.Second)
		t.Sends("p2", "")
		t.Waits(2 * time.Second)
		t.Hear()
		t.Writes("새우 파스타 18,000원")
		t.Ordered()
		t.Waits(2 * time.Second)
		t.Hear("새우 파스타 · 18,000원, 사진 2장 중에서 어떤 사진으로 만들까요?")
		t.Writes("2번")
		t.Ordered("p2 새우 파스타 18,000원")
	})
}

func TestIntake_WordsAfterTheQuestionAboutPicturesGoWithThePick(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "")
		t.Waits(2 * time.Second)
		t.Hear("사진 2장을…")
		t.Writes("새우 파스타 18,000원")
		q := t.Hear("새우 파스타 · 18,000원, 사진 2장…")
		t.Presses(t.Button(q, "모두 따로"))
		t.Ordered("a1 새우 파스타 18,000원", "a2 새우 파스타 18,000원")
	})
}

func TestIntake_OnePictureOfManyIsTakenByAReply(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "", "")
		t.Waits(2 * time.Second)
		q := t.Hear("사진 3장을…")
		t.Replies("a2", "새우 파스타 18,000원")
		t.Ordered("a2 새우 파스타 18,000원")
		t.Hear("사진 2장을…")
		t.Presses(t.Button(q, "3번 사진")) // its numbers are those of before
		t.Hear("이미 끝난…")
	})
}

func TestIntake_WordsBeforeAnAlbumGoWithThePick(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("새우 파스타 18,000원")
		t.Hear("새우 파스타 · 18,000원, 적어…")
		t.Album("a", "", "")
		t.Waits(2 * time.Second)
		t.Hear("새우 파스타 · 18,000원, 사진 2장…")
		t.Writes("1")
		t.Ordered("a1 새우 파스타 18,000원")
	})
}

func TestIntake_AReplyWithoutAPriceAsksAboutThePictureItRepliesTo(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "", "")
		t.Waits(2 * time.Second)
		t.Hear("사진 3장을…")
		t.Replies("a2", "새우 파스타")
		if says := t.Hear("사진 2장을…", "새우 파스타의 가격을…"); says[1].Thread.Message != "a2" {
			t.Errorf("%+v", says[1])
		}
		t.Writes("18,000원")
		t.Ordered("a2 새우 파스타 18,000원")
	})
}

func TestIntake_AQuestionWithButtonsIsAnsweredInWordsAsWell(t *testing.T) {
	for text, want := range map[string]int{"네": 2, "네, 만들어 주세요": 2, "모두 따로": 2, "2번": 1, "아니요": 0, "괜찮아요": 0} {
		bottest.Conversation(t, func(t *bottest.Talk) {
			t.Album("a", "새우 파스타 18,000원", "봉골레 17,000원")
			t.Waits(2 * time.Second)
			t.Hear("새우 파스타 18,000원, 봉골레…")
			t.Writes(text)
			if n := len(t.Orders()); n != want {
				t.Errorf("%s makes %d orders", text, n)
			}
		})
	}
}

func TestIntake_ADeletedPictureLeavesItsAlbum(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "", "새우 파스타 18,000원", "")
		t.Waits(2 * time.Second)
		q := t.Hear("새우 파스타 · 18,000원, 사진 3장…")
		t.Does(bot.Update{Kind: bot.Deleted, Message: "a1"})
		if again := t.Hear("새우 파스타 · 18,000원, 사진 2장…"); again[0].Edit == "" {
			t.Errorf("%+v", again[0])
		} else {
			t.Presses(t.Button(again, "1번 사진"))
		}
		t.Presses(t.Button(q, "1번 사진"))
		t.Ordered("a2 새우 파스타 18,000원")
	})
}

func TestIntake_AMessageWithSeveralPicturesIsOneQuestion(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		u := bottest.Photo("s1", "새우 파스타 18,000원")
		second := bottest.Photo("x", "").Pictures[0]
		second.Message, second.Text = "s1", u.Text
		u.Pictures = append(u.Pictures, second)
		t.Does(u)
		q := t.Hear("새우 파스타 · 18,000원, 사진 2장 중에서 어떤 사진으로 만들까요?")
		t.Presses(t.Button(q, "모두 따로"))
		t.Ordered("s1 새우 파스타 18,000원", "s1 새우 파스타 18,000원")
		if o := t.Orders(); o[0].Photo.Ref == o[1].Photo.Ref {
			t.Errorf("both orders show %s", o[0].Photo.Ref)
		}
	})
}

func TestConversation_ADraftThatIsLookedAtTwiceAsksOnce(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "")
		drafts, err := t.Store.Drafts(t.Context(), "telegram", "owner", time.Now())
		t.Check(err)
		if again, err := t.Conversation.Draft(t.Context(), drafts[0].ID); err != nil || !again.Equal(drafts[0].Due) {
			t.Errorf("looked at early: %v, %v", again, err)
		}
		t.Waits(3 * time.Second) // its timer and its job
		done := make(chan error, 8)
		for range cap(done) {
			go func() { _, err := t.Conversation.Draft(t.Context(), drafts[0].ID); done <- err }()
		}
		for range cap(done) {
			t.Check(<-done)
		}
		t.Hear(askBoth)
		if _, err := t.Conversation.Draft(t.Context(), 12345); err != nil {
			t.Error(err)
		}
	})
}

func TestSession_NewDraftHasAnUnguessableNumberThatFitsJSON(t *testing.T) {
	v := &session.Session{}
	seen := map[int64]bool{}
	for range 1000 {
		id := v.NewDraft(bot.ForWords).ID
		if id <= 0 || id >= 1<<53 || seen[id] {
			t.Fatal(id)
		}
		seen[id] = true
	}
}
