package slack

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

const whole = "새우 파스타 18,000원 / [새우 파스타] / 새우 파스타 18,000원\n#새우파스타"

// hands sends a video until all of it is there, or until something must be waited for: v goes on from there.
func (s *stand) hands(t *testing.T, v *bot.Media) (string, error) {
	t.Helper()
	for {
		receipt, err := s.c.Media(t.Context(), *v)
		if part, ok := errors.AsType[*pipeline.Partial](err); ok {
			v.File = strings.TrimPrefix(part.Receipt, " ")
			if part.Err == nil {
				continue
			}
		}
		return receipt, err
	}
}

// TestSlackVideo_IsThereOnceWhateverIsLost takes each of its requests away in each way, and tries until it is there.
// All that an earlier try leaves behind is what was to be written down.
func TestSlackVideo_IsThereOnceWhateverIsLost(t *testing.T) {
	for method, faults := range map[string][]people.Fault{
		"files.getUploadURLExternal": {
			{Cut: "before"}, {Cut: "after"}, {Status: 502}, {Status: 429, RetryAfter: 1}, {Fail: "internal_error"},
		},
		people.Uploads: {{Cut: "before"}, {Cut: "after"}, {Status: 502}},
		"files.completeUploadExternal": {
			{Cut: "before"}, {Cut: "after"}, {Status: 502}, {Fail: "fatal_error"}, {Callback: "drop"},
			{Fail: "file_not_found"},
		},
		"files.info":       {{Cut: "before"}, {Status: 502}},
		"chat.postMessage": {{Cut: "before"}, {Status: 502}, {Fail: "service_unavailable"}},
	} {
		for _, f := range faults {
			t.Run(fmt.Sprintf("%s/%+v", method, f), func(t *testing.T) {
				t.Parallel()
				s := open(t, people.Options{ShareAfter: time.Millisecond})
				_, ch := s.channel()
				post := ch.Post("새우 파스타 18,000원")
				v := film(s.next(t, bot.Wrote))
				f.On = method
				s.Fault(f)
				tries := 0
				for ; tries < 3; tries++ {
					_, err := s.hands(t, &v)
					if err == nil {
						break
					}
					if k := pipeline.AsFault(err).Kind; k != pipeline.Transient && k != pipeline.Indeterminate {
						t.Fatal(err)
					}
					s.c.pace, s.c.fresh = testPace(), newFresh() // as if it had waited, and been killed
				}
				if got := threadLooks(post); got != whole {
					t.Errorf("after %d tries: %s", tries, got)
				}
			})
		}
	}
}

func TestSlackVideo_KillAfterTheFileWasSharedPostsTheWordsAlone(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원")
	v := film(s.next(t, bot.Wrote))
	var part *pipeline.Partial
	if _, err := s.c.Media(t.Context(), v); !errors.As(err, &part) || part.Err != nil {
		t.Fatalf("got %v", err)
	}
	v.File = strings.TrimPrefix(part.Receipt, " ")
	s.Fault(people.Fault{On: "chat.postMessage", Cut: "before"})
	if _, err := s.c.Media(t.Context(), v); err == nil {
		t.Fatal("the words are there")
	}
	s.c.pace, s.c.fresh = testPace(), newFresh()
	v.Data = nil // not needed any more
	if _, err := s.c.Media(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if got := threadLooks(post); got != whole {
		t.Errorf("the thread: %s", got)
	}
	if n := len(s.Requests(people.Uploads)); n != 1 {
		t.Errorf("%d uploads", n)
	}
}

func TestSlackVideo_FileThatIsNeverSharedIsAskedForTwiceAndThenUnseen(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원")
	v := film(s.next(t, bot.Wrote))
	s.Fault(people.Fault{On: "files.completeUploadExternal", Times: -1, Callback: "drop"})
	for n := range maxAsked {
		_, err := s.hands(t, &v)
		if f := wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy); f.RetryAfter != unseenPause(n+1) {
			t.Errorf("it is looked after again in %s", f.RetryAfter)
		}
		s.c.pace = testPace()
	}
	_, err := s.hands(t, &v)
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonCantDeliver)
	if !errors.Is(err, bot.ErrUnseen) {
		t.Errorf("got %v", err)
	}
	if n := len(s.Requests("files.completeUploadExternal")); n != maxAsked || len(s.Requests(people.Uploads)) != 1 {
		t.Errorf("Slack was asked %d times to share %d files", n, len(s.Requests(people.Uploads)))
	}
	if got := threadLooks(post); got != "새우 파스타 18,000원" {
		t.Errorf("words stand over nothing: %s", got)
	}
}

func TestSlackVideo_StandsInTheThreadOfItsPost(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	parent := ch.Post("오늘 메뉴 정해요")
	s.next(t, bot.Wrote)
	parent.Reply("새우 파스타 18,000원", people.Photo(jpegOf(9, 9)))
	v := film(s.next(t, bot.Wrote))
	receipt, err := s.hands(t, &v)
	if err != nil {
		t.Fatal(err)
	}
	all := parent.Thread()
	if n := len(all); n != 4 || all[2].Lost || len(all[2].Files) != 1 || all[3].TS != receipt ||
		len(all[3].Buttons) != 1 {
		t.Errorf("the thread: %+v", all)
	}
	if alt := all[2].Files[0].Alt; alt != "" {
		t.Errorf("a file with the alt_txt %q may never be shared", alt)
	}
}

func TestSlackVideo_AWorkspaceWithoutVideosSaysSo(t *testing.T) {
	for _, policy := range []string{
		"file_uploads_disabled", "file_type_not_allowed", "file_uploads_except_images_disabled",
		"file_upload_size_restricted", "storage_limit_reached",
	} {
		s := open(t, people.Options{})
		_, ch := s.channel()
		ch.Post("새우 파스타 18,000원")
		u := s.next(t, bot.Wrote)
		s.ws.Policy(policy)
		v := film(u)
		if _, err := s.hands(t, &v); !errors.Is(err, bot.ErrNoVideo) {
			t.Errorf("%s: %v", policy, err)
		}
	}
}

func TestSlackVideo_WhatAChannelDoesNotTakeGoesToWhoAsked(t *testing.T) {
	for name, shut := range map[string]func(*people.Channel){
		"archived":   func(ch *people.Channel) { ch.Archive() },
		"restricted": func(ch *people.Channel) { ch.RestrictPosting(true) },
		"removed":    func(ch *people.Channel) { ch.Kick() },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, people.Options{})
			staff, ch := s.channel()
			ch.Post("새우 파스타 18,000원")
			u := s.next(t, bot.Wrote)
			shut(ch)
			v := film(u)
			if _, err := s.hands(t, &v); err != nil {
				t.Fatal(err)
			}
			if _, err := s.c.Send(t.Context(), bot.Message{Thread: threadOf(u), Text: "다 됐어요."}); err != nil {
				t.Fatal(err)
			}
			all := staff.DM().Messages()
			if len(all) != 3 || len(all[0].Files) != 1 || !strings.Contains(all[1].Shown, "<#"+ch.ID()+">") ||
				!strings.Contains(all[2].Shown, "다 됐어요.") {
				t.Errorf("in the direct messages: %+v", all)
			}
		})
	}
}

func TestSlackVideo_ManyForAChannelGoOneByOne(t *testing.T) {
	s := open(t, people.Options{ShareAfter: time.Millisecond})
	_, ch := s.channel()
	ch.Post("새우 파스타 18,000원")
	u := s.next(t, bot.Wrote)
	s.Fault(people.Fault{On: people.Uploads, Times: -1, DelayMS: 20})
	ended := make(chan error)
	for range 3 {
		go func() {
			v := film(u)
			_, err := s.hands(t, &v)
			ended <- err
		}()
	}
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	var began []time.Time
	for _, r := range s.Requests(people.Uploads) {
		began = append(began, r.At)
	}
	if len(began) != 3 || began[1].Sub(began[0]) < 20*time.Millisecond || began[2].Sub(began[1]) < 20*time.Millisecond {
		t.Errorf("uploads began at %v", began)
	}
}

func TestSlackMark_TellsHowAnOrderStands(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원")
	u := s.next(t, bot.Wrote)
	for _, x := range []struct {
		m    bot.Mark
		want string
	}{
		{bot.Seen, eyes}, {bot.Seen, eyes}, {bot.NotDone, cross}, {bot.Seen, cross + " " + eyes}, {bot.Done, check},
		{bot.Unmarked, check},
	} {
		if err := s.c.Mark(t.Context(), threadOf(u), x.m); err != nil {
			t.Error(err)
		}
		if got := strings.Join(post.Now().Reactions, " "); got != x.want {
			t.Errorf("mark %d: %s", x.m, got)
		}
	}
	post.Delete()
	if err := s.c.Mark(t.Context(), threadOf(u), bot.Seen); err != nil {
		t.Error(err)
	}
}
