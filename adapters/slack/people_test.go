package slack

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestSlackUpdates_AMentionWithAPhotoIsOneUpdate(t *testing.T) {
	s := open(t, people.Options{})
	staff, ch := s.channel()
	joined := s.next(t, bot.Joined)
	if !joined.SeesAll || !joined.Group || joined.Chat != s.ws.ID+":"+ch.ID() {
		t.Errorf("joined: %+v", joined)
	}
	post := ch.Mention("새우 &amp; 파스타 18,000원", people.Photo(jpegOf(900, 1200)))
	all := s.quiet(t)
	if len(all) != 2 || all[0].Key != all[1].Key {
		t.Fatalf("got %+v", all)
	}
	for _, u := range all {
		if u.Text != "새우 &amp; 파스타 18,000원" || !u.ToUs || !u.Group || u.Message != post.TS || u.Topic != post.TS ||
			u.User.ID != staff.ID || u.Reply != nil {
			t.Errorf("got %+v", u)
		}
		if len(u.Pictures) != 1 || !strings.HasPrefix(u.Pictures[0].Photo.Ref, s.ws.ID+"/F") ||
			u.Pictures[0].Message != post.TS {
			t.Errorf("got %+v", u.Pictures)
		}
	}
}

func TestSlackUpdates_AThreadKnowsWhoseItIs(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원", people.Photos(jpegOf(9, 9), jpegOf(9, 9)))
	first := s.next(t, bot.Wrote)
	if first.ToUs || len(first.Pictures) != 2 {
		t.Errorf("got %+v", first)
	}
	post.Reply("가격 19,000원")
	if u := s.next(t, bot.Wrote); u.Topic != post.TS || u.Reply == nil || u.Reply.Message != post.TS || u.Reply.Ours ||
		u.ToUs {
		t.Errorf("a reply: %+v", u)
	}
	post.Broadcast("메뉴 로제 파스타")
	if u := s.next(t, bot.Wrote); u.Topic != post.TS || u.Text != "메뉴 로제 파스타" {
		t.Errorf("a reply that all see: %+v", u)
	}
	name, err := s.c.Send(t.Context(), bot.Message{Thread: pipeline.Thread{Chat: first.Chat}, Text: "안녕하세요"})
	if err != nil {
		t.Fatal(err)
	}
	ch.At(name).Reply("네")
	if u := s.next(t, bot.Wrote); !u.ToUs || u.Reply == nil || !u.Reply.Ours || u.Reply.Message != name {
		t.Errorf("a reply to us: %+v", u)
	}
	if rest := s.quiet(t); len(rest) != 0 {
		t.Errorf("besides: %+v", rest)
	}
}

func TestSlackUpdates_OnlyWordsThatChangeAreAnEdit(t *testing.T) {
	s := open(t, people.Options{})
	staff, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원", people.Photo(jpegOf(9, 9)))
	post.Unfurl()
	post.Edit("새우 파스타 19,000원")
	u := s.next(t, bot.Edited)
	if u.Text != "새우 파스타 19,000원" || u.Message != post.TS || u.Topic != post.TS || u.User.ID != staff.ID ||
		len(u.Pictures) != 1 {
		t.Errorf("got %+v", u)
	}
	post.DropFiles()
	post.Delete()
	if u := s.next(t, bot.Deleted); u.Message != post.TS || u.Topic != post.TS || u.User.ID != staff.ID {
		t.Errorf("got %+v", u)
	}
	answered := ch.Post("새우 파스타 18,000원")
	answered.Reply("오")
	answered.Delete() // it stays as a stone
	if u := s.next(t, bot.Deleted); u.Message != answered.TS {
		t.Errorf("got %+v", u)
	}
	if rest := s.quiet(t); len(rest) != 0 {
		t.Errorf("besides: %+v", rest)
	}
}

func TestSlackUpdates_LeaveOutBots(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원")
	u := s.next(t, bot.Wrote)
	ch.As(s.ws.Integration("다른 봇")).Post("광고 1,000원", people.Photo(jpegOf(9, 9)))
	v := film(u)
	if _, err := s.hands(t, &v); err != nil {
		t.Fatal(err)
	}
	name, err := s.c.Send(t.Context(), bot.Message{Thread: threadOf(u), Text: "하나"})
	if err == nil {
		err = s.c.Edit(t.Context(), name, bot.Message{Thread: threadOf(u), Text: "둘"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if rest := s.quiet(t); len(rest) != 0 {
		t.Errorf("heard: %+v", rest)
	}
	if got := threadLooks(post); got != "새우 파스타 18,000원 / [새우 파스타] / 새우 파스타 18,000원\n#새우파스타 / 둘" {
		t.Errorf("the thread: %s", got)
	}
}

func TestSlackUpdates_ADirectMessageIsForUs(t *testing.T) {
	s := open(t, people.Options{})
	staff := s.ws.Member("이직원", "ko-KR")
	staff.Home()
	if u := s.next(t, bot.Joined); u.Group || u.User.ID != staff.ID || u.Chat != s.ws.ID+":"+staff.DM().ID() {
		t.Errorf("home: %+v", u)
	}
	post := staff.DM().Post("새우 파스타 18,000원", people.Photo(jpegOf(9, 9)))
	if u := s.next(t, bot.Wrote); !u.ToUs || u.Group || u.Topic != post.TS {
		t.Errorf("got %+v", u)
	}
	if _, err := staff.DM().Slash("/sajangpick 상태"); err != nil {
		t.Fatal(err)
	}
	if u := s.next(t, bot.Wrote); u.Text != "상태" || u.Topic != "" || u.Group {
		t.Errorf("got %+v", u)
	}
}

func TestSlashCommand_IsAnsweredToItsAuthorAlone(t *testing.T) {
	s := open(t, people.Options{})
	staff, ch := s.channel()
	for line, want := range map[string]string{
		"/sajangpick": "/help", "/sajangpick status 12": "/status 12", "/sajangpick 상태": "상태",
		"/sajangpick /videos": "/videos", "/sajangpick  ": "/help",
	} {
		s.c.pace = testPace()
		if a, err := ch.Slash(line); err != nil || a.Body != "" {
			t.Fatalf("%s: %+v, %v", line, a, err)
		}
		u := s.next(t, bot.Wrote)
		if u.Text != want || !u.ToUs || !u.Group || u.Topic != "@"+staff.ID || u.Message != "" {
			t.Errorf("%s: %+v", line, u)
		}
		if _, err := s.c.Send(t.Context(), bot.Message{
			Thread: threadOf(u), Text: "이번 달 <1>편", Buttons: [][]bot.Button{{{Label: "보기", Action: "video:7"}}},
		}); err != nil {
			t.Fatal(err)
		}
		seen := ch.Messages()
		last := seen[len(seen)-1]
		if !last.Ephemeral || last.Shown != "이번 달 <1>편" ||
			len(ch.As(s.ws.Member("다른 직원", "ko-KR")).Messages()) == len(seen) {
			t.Errorf("seen: %+v", last)
		}
		if _, err := ch.Press(last.TS, "보기"); err != nil {
			t.Fatal(err)
		}
		if u := s.next(t, bot.Pressed); u.Topic != "@"+staff.ID || u.Action != "video:7" {
			t.Errorf("pressed: %+v", u)
		}
		if err := s.c.Edit(t.Context(), last.TS, bot.Message{
			Thread: threadOf(u), Text: "둘",
		}); !errors.Is(err, bot.ErrGone) {
			t.Errorf("edited: %v", err)
		}
	}
}

func TestShortcut_MakesAnOrderOfAPost(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	post := ch.Post("새우 파스타 18,000원", people.Photo(jpegOf(9, 9)))
	wrote := s.next(t, bot.Wrote)
	other := s.ws.Member("박직원", "ko-KR")
	if _, err := ch.As(other).Shortcut(Shortcut, post); err != nil {
		t.Fatal(err)
	}
	u := s.next(t, bot.Wrote)
	if u.Message != post.TS || u.Topic != post.TS || u.User.ID != other.ID || !u.ToUs || u.Text != wrote.Text ||
		len(u.Pictures) != 1 || u.Key == wrote.Key {
		t.Errorf("got %+v", u)
	}
	if u.Pictures[0].Photo.Ref != wrote.Pictures[0].Photo.Ref {
		t.Errorf("another picture: %+v", u.Pictures)
	}
}

func TestSlackUpdates_ComeUntilTheyAreKept(t *testing.T) {
	for _, socket := range []bool{false, true} {
		s := open(t, people.Options{SocketMode: socket})
		failures := 2
		s.handle = func(context.Context, bot.Update) error {
			if failures--; failures >= 0 {
				return errors.New("no database")
			}
			return nil
		}
		if socket {
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.c.Listen(ctx, s.take, func(error) {}) }()
			defer func() { stop(); <-ended }()
		}
		staff := s.ws.Member("이직원", "ko-KR")
		post := staff.DM().Post("새우 파스타 18,000원")
		if u := s.next(t, bot.Wrote); u.Message != post.TS {
			t.Errorf("got %+v", u)
		}
		if n := strings.Count(s.logs.String(), "no database"); n != 2 {
			t.Errorf("operators read of %d failures: %s", n, s.logs)
		}
		if failures = 1; socket {
			continue
		}
		if _, err := staff.DM().Slash("/sajangpick help"); err == nil {
			t.Error("a command that nobody keeps looks as if it were")
		}
	}
}

func TestSlackUpdates_TellThatWeWereRemoved(t *testing.T) {
	s := open(t, people.Options{})
	_, ch := s.channel()
	ch.Kick()
	if u := s.next(t, bot.Left); u.Chat != s.ws.ID+":"+ch.ID() {
		t.Errorf("got %+v", u)
	}
	s.ws.Emit(map[string]any{"type": "channel_id_changed", "old_channel_id": ch.ID(), "new_channel_id": "C0NEW"})
	if u := s.next(t, bot.Renamed); u.Chat != s.ws.ID+":"+ch.ID() || u.NewChat != s.ws.ID+":C0NEW" {
		t.Errorf("got %+v", u)
	}
	s.ws.Emit(map[string]any{"type": "huddle_thread_summary_made", "channel": map[string]any{"id": "C"}})
	s.ws.Emit(map[string]any{"type": "huddle_thread_summary_made"})
	s.ws.RateLimited()
	s.ws.Uninstall()
	for range 2 { // app_uninstalled and tokens_revoked
		if team := <-s.gone; team != s.ws.ID {
			t.Errorf("%s has gone", team)
		}
	}
	if rest := s.quiet(t); len(rest) != 0 {
		t.Errorf("besides: %+v", rest)
	}
	if n := strings.Count(s.logs.String(), "huddle"); n != 1 {
		t.Errorf("unknown events were logged %d times", n)
	}
}

func TestSlackUpdates_AStrangersWorkspaceIsNotServed(t *testing.T) {
	s := open(t, people.Options{})
	other := s.Workspace("다른 회사")
	other.Member("누구", "ko-KR").DM().Post("새우 파스타 18,000원")
	if rest := s.quiet(t); len(rest) != 0 {
		t.Errorf("got %+v", rest)
	}
	_, err := s.c.Send(t.Context(), bot.Message{Thread: pipeline.Thread{Chat: other.ID + ":D1"}, Text: "x"})
	wantFault(t, err, pipeline.Rejected, pipeline.ReasonCantDeliver)
}

func TestSlackPhoto_SaysWhyItCannotBeHad(t *testing.T) {
	jpeg := jpegOf(900, 1200)
	for name, x := range map[string]struct {
		with   people.With
		then   func(s *stand, p *people.Post)
		kind   pipeline.Kind
		reason pipeline.Reason
	}{
		"deleted": {
			with: people.Photo(jpeg), then: func(_ *stand, p *people.Post) { p.DropFiles() }, kind: pipeline.Rejected,
			reason: pipeline.ReasonPhotoGone,
		},
		"hidden": {
			with: people.Photo(jpeg), then: func(_ *stand, p *people.Post) { p.HideFiles() }, kind: pipeline.Rejected,
			reason: pipeline.ReasonPhotoGone,
		},
		"elsewhere": {
			with: people.External("메뉴.jpg", "https://drive.example.com/1"), kind: pipeline.Rejected,
			reason: pipeline.ReasonNotPhoto,
		},
		"without scope": {
			with: people.Photo(jpeg), then: func(s *stand, _ *people.Post) { s.ws.Without("files:read") },
			kind: pipeline.Misconfigured, reason: pipeline.ReasonSetup,
		},
		"sign in": {with: people.Photo(jpeg), then: func(s *stand, _ *people.Post) {
			s.Fault(people.Fault{On: people.Downloads, Status: 200, Body: "<html>Sign in</html>"})
		}, kind: pipeline.Misconfigured, reason: pipeline.ReasonSetup},
		"half": {
			with: people.Photo(jpeg),
			then: func(s *stand, _ *people.Post) { s.Fault(people.Fault{On: people.Downloads, Cut: "half"}) },
			kind: pipeline.Transient, reason: pipeline.ReasonBusy,
		},
		"too heavy": {
			with: people.File("a.jpg", "image/jpeg", make([]byte, maxPhoto+1)), kind: pipeline.Rejected,
			reason: pipeline.ReasonPhotoHeavy,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, people.Options{})
			_, ch := s.channel()
			post := ch.Post("새우 파스타 18,000원", x.with)
			p := s.next(t, bot.Wrote).Pictures[0].Photo
			if x.then != nil {
				x.then(s, post)
			}
			r, err := s.c.Photo(t.Context(), p)
			if err == nil {
				_, err = io.ReadAll(r)
				r.Close()
			}
			f := wantFault(t, err, x.kind, x.reason)
			if f.Kind == pipeline.Misconfigured && !strings.Contains(f.Error(), "files:read") {
				t.Errorf("it doesn't say what to do: %v", f)
			}
		})
	}
}

func TestUpdateOf_APersonComesWithTheirOwnWorkspace(t *testing.T) {
	s := open(t, people.Options{})
	other := s.Workspace("거래처")
	guest, owner := other.Member("손님", "ko-KR"), s.ws.Member("이직원", "ko-KR")
	ch := s.ws.Channel("함께", owner, guest).Invite()
	s.next(t, bot.Joined)
	for who, team := range map[*people.Member]string{guest: other.ID, owner: s.ws.ID} {
		ch.As(who).Post("안녕하세요")
		if u := s.next(t, bot.Wrote); u.User.Team != team || u.User.ID != who.ID || u.Chat != s.ws.ID+":"+ch.ID() {
			t.Errorf("got %+v", u)
		}
	}
	if _, err := ch.As(owner).Slash("/sajangpick help"); err != nil {
		t.Fatal(err)
	}
	if u := s.next(t, bot.Wrote); u.User.Team != s.ws.ID {
		t.Errorf("a command: %+v", u.User)
	}
}

func TestSlackPhoto_OfASharedChannelIsAskedFor(t *testing.T) {
	s := open(t, people.Options{})
	staff := s.ws.Member("이직원", "ko-KR")
	guest := s.Stranger("거래처").Member("손님", "ko-KR")
	ch := s.ws.Channel("함께", staff, guest).Invite()
	jpeg := jpegOf(900, 1200)
	ch.As(guest).Post("새우 파스타 18,000원", people.Photo(jpeg))
	u := s.next(t, bot.Wrote)
	if u.Chat != s.ws.ID+":"+ch.ID() || len(u.Pictures) != 1 {
		t.Fatalf("got %+v", u)
	}
	r, err := s.c.Photo(t.Context(), u.Pictures[0].Photo)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || len(got) != len(jpeg) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestSlackMe_KnowsOurNameAndTheTime(t *testing.T) {
	s := open(t, people.Options{})
	s.Skew(-2 * time.Minute)
	for range 2 {
		me, err := s.c.Me(t.Context(), s.ws.ID)
		if err != nil || me.User != s.ws.Bot() || me.Team != s.ws.ID || !slices.Contains(me.Scopes, "files:read") ||
			me.Ahead < time.Minute {
			t.Errorf("got %+v, %v", me, err)
		}
	}
	if n := len(s.Requests("auth.test")); n != 1 || !strings.Contains(s.logs.String(), "clock") {
		t.Errorf("asked %d times: %s", n, s.logs)
	}
}
