package telegram

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestTelegramCommands_AnAdminsMenuIsSetOnceTheyHaveWritten(t *testing.T) {
	s, c := stand(t, people.Options{})
	boss := s.Person("관리자", "ko")
	id := strconv.FormatInt(boss.Private().ID(), 10)
	menu := map[string][]Command{"": {{"status", "현황 보기"}, {"help", "사용 방법 보기"}}, "en": {{"status", "How all goes"}}}
	err := c.CommandsFor(t.Context(), id, menu)
	if f := (*pipeline.Fault)(nil); !errors.As(err, &f) || f.Kind != pipeline.Rejected ||
		f.Reason != pipeline.ReasonCantDeliver {
		t.Errorf("before they have written: %v", err)
	}
	boss.Private().SendText("/start")
	for range 2 {
		if err := c.CommandsFor(t.Context(), id, menu); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Commands("chat "+id, ""); len(got) != 2 ||
		got[0] != (people.Command{Command: "status", Description: "현황 보기"}) {
		t.Errorf("%+v", got)
	}
	if got := s.Commands("chat "+id, "en"); len(got) != 1 || got[0].Description != "How all goes" {
		t.Errorf("%+v", got)
	}
	if got := s.Commands("all_private_chats", ""); len(got) != 0 {
		t.Errorf("everybody sees %+v", got)
	}
	if n := len(s.Requests("setMyCommands")); n != 2 {
		t.Errorf("set %d times, want once for each language", n)
	}
	menu["en"] = slices.Clone(menu[""])
	if err := c.CommandsFor(t.Context(), id, menu); err != nil || len(s.Requests("setMyCommands")) != 3 {
		t.Errorf("a change is not set: %v", err)
	}
	if err := c.CommandsFor(t.Context(), id, map[string][]Command{"": nil, "en": nil}); err != nil ||
		len(s.Commands("chat "+id, "")) != 0 {
		t.Errorf("the menu isn't gone: %v", err)
	}
	if err := c.CommandsFor(t.Context(), "boss", menu); pipeline.AsFault(err).Kind != pipeline.Misconfigured {
		t.Error(err)
	}
}

func TestDescribe_SetsOnlyWhatIsOtherwise(t *testing.T) {
	s, c := stand(t, people.Options{})
	want := map[string]Description{"": {"긴 소개", "소개"}, "ko": {"긴 소개", "소개"}, "en": {"A long one", "one"}}
	for range 2 {
		if err := c.Describe(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	for lang, d := range want {
		if long, short := s.Description(lang); long != d.Long || short != d.Short {
			t.Errorf("%q: %q, %q", lang, long, short)
		}
	}
	if n, m := len(s.Requests("setMyDescription")), len(s.Requests("setMyShortDescription")); n != 3 || m != 3 {
		t.Errorf("set %d and %d times, want once for each language", n, m)
	}
	want["en"] = Description{Long: "Another", Short: "one"}
	if err := c.Describe(t.Context(), want); err != nil || len(s.Requests("setMyDescription")) != 4 ||
		len(s.Requests("setMyShortDescription")) != 3 {
		t.Errorf("a change isn't set, or all is set again: %v", err)
	}
}
