package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

var workspacePromises = Promises{
	"AWorkspaceIsKeptUntilItIsForgotten": workspaceKept,
	"TheChatsOfAWorkspaceAreFound":       workspaceChats,
	"UnfinishedOrdersAreOpenOrParked":    unfinished,
}

func workspaceKept(t *testing.T, open Open) {
	e := ready(t, open)
	joined := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	w := bot.Workspace{Platform: "slack", ID: "T1", Name: "바다\x00식당", Sealed: []byte{0, 0xff, '\n'}, Joined: joined}
	other := bot.Workspace{Platform: "slack", ID: "T2", Sealed: []byte("other"), Joined: joined}
	check(t, e.KeepWorkspace(t.Context(), w))
	check(t, e.KeepWorkspace(t.Context(), other))
	w.Name, w.Sealed = "바다�식당", []byte("newer")
	check(t, e.KeepWorkspace(t.Context(), w))
	got, err := e.Workspace(t.Context(), "slack", "T1")
	check(t, err)
	same(t, got, w)
	all, err := e.AllWorkspaces(t.Context(), "slack")
	check(t, err)
	same(t, all, []bot.Workspace{w, other})
	check(t, e.ForgetWorkspace(t.Context(), "slack", "T1", joined.Add(-time.Millisecond)))
	got, err = e.Workspace(t.Context(), "slack", "T1")
	check(t, err)
	same(t, got, w)
	for range 2 {
		check(t, e.ForgetWorkspace(t.Context(), "slack", "T1", joined))
	}
	if _, err := e.Workspace(t.Context(), "slack", "T1"); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("forgotten: %v", err)
	}
	got, err = e.Workspace(t.Context(), "slack", "T2")
	check(t, err)
	same(t, got, other)
}

func workspaceChats(t *testing.T, open Open) {
	e := ready(t, open)
	for _, c := range []bot.Chat{
		{Platform: "slack", ID: "T1:C2", Group: true, Lang: "en"}, {Platform: "slack", ID: "T1:C1", Unreachable: true},
		{Platform: "slack", ID: "T10:C1"}, {Platform: "slack", ID: "T_:C1"}, {Platform: "telegram", ID: "T1:C1"},
	} {
		_, err := e.Commit(t.Context(), bot.Change{Chat: c})
		check(t, err)
	}
	got, err := e.Chats(t.Context(), "slack", "T1:")
	if err != nil || len(got) != 2 || got[0].ID != "T1:C1" || !got[0].Unreachable || got[1].ID != "T1:C2" ||
		!got[1].Group || got[1].Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func unfinished(t *testing.T, open Open) {
	e := ready(t, open)
	for _, status := range []pipeline.Status{
		pipeline.Open, pipeline.Delivered, pipeline.Parked, pipeline.Failed, pipeline.Cancelled,
	} {
		o := place(t, e, NewOrder(string(status), later()))
		o.Status = status
		move(t, e, o, pipeline.Move{})
	}
	elsewhere := NewOrder("elsewhere", later())
	elsewhere.Thread.Chat = "78"
	place(t, e, elsewhere)
	got, err := e.Unfinished(t.Context(), "telegram", "77")
	if err != nil || len(got) != 2 || got[0].Status != pipeline.Open || got[1].Status != pipeline.Parked {
		t.Errorf("%+v, %v", got, err)
	}
}
