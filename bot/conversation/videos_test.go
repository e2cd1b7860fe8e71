package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestVideos_TheLastShortsAreListedAndShownAgain(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("내 영상")
		t.Hear(bottest.Ko("videos.none"))
		for i := range 7 {
			t.Sends(fmt.Sprint("p", i), fmt.Sprintf("새우 파스타 %d,000원", 11+i))
			time.Sleep(time.Minute)
		}
		for i, o := range t.Orders() {
			if i != 5 { // one is still under way
				t.Delivered(o, fmt.Sprint("short", i))
			}
		}
		t.Writes("/videos")
		s := t.Hear(bottest.Ko("videos.some") + "\n1. 새우 파스타 · 17,000원 (1월 1일)\n2. 새우 파스타 · 15,000원 (1월 1일)\n…")
		if n := strings.Count(s[0].Text, "\n"); n != 5 || len(s[0].Buttons) != 5 {
			t.Errorf("%+v", s)
		}
		t.Presses(t.Button(s, "▶ 2. 새우 파스타"))
		again := t.Hears()
		if want := t.Orders()[4]; len(again) != 2 || again[1].Order != want.ID || again[1].Cut != 1 {
			t.Errorf("%+v", again)
		}
	})
}

func TestUsage_CountsTheMonthOfTheShop(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("/usage")
		t.Hear("이번 달 0/30편\n▱▱▱▱▱▱▱▱▱▱\n2월 1일에 다시 채워져요.")
		for i := range 3 {
			t.Sends(fmt.Sprint("p", i), fmt.Sprintf("새우 파스타 %d,000원", 11+i))
		}
		t.Becomes(t.Orders()[0], func(o *pipeline.Order) { o.Status = pipeline.Failed })
		t.Writes("사용량")
		t.Hear("이번 달 2/30편\n▰▱▱▱▱▱▱▱▱▱\n2월 1일에 다시 채워져요.")
		time.Sleep(31*24*time.Hour - 9*time.Hour) // midnight in Seoul
		t.Writes("/usage")
		t.Hear("이번 달 0/30편\n▱▱▱▱▱▱▱▱▱▱\n3월 1일에 다시 채워져요.")
		t.Limits(0)
		t.Writes("/usage")
		t.Hear("이번 달에 0편을 만들었어요. 편수 제한은 없어요.")
	})
}

func TestBar_IsFullOnlyWhenNothingIsLeft(t *testing.T) {
	for used, want := range map[int]string{
		0: "▱▱▱▱▱▱▱▱▱▱", 1: "▰▱▱▱▱▱▱▱▱▱", 29: "▰▰▰▰▰▰▰▰▰▱", 30: "▰▰▰▰▰▰▰▰▰▰", 45: "▰▰▰▰▰▰▰▰▰▰",
	} {
		if got := present.Bar(int64(used), 30, present.LongBar); got != want {
			t.Errorf("%d of 30 is %s", used, got)
		}
	}
}
