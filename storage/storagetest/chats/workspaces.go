package chats

import (
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// WorkspacePromises are about workspaces of Slack.
var WorkspacePromises = storagetest.Promises{
	"AWorkspaceIsKeptUntilItIsForgotten": workspaceKept,
	"TheChatsOfAWorkspaceAreFound":       workspaceChats,
	"UnfinishedOrdersAreOpenOrParked":    unfinished,
}

func workspaceKept(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	joined := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	w := bot.Workspace{Platform: "slack", ID: "T1", Name: "바다\x00식당", Sealed: []byte{0, 0xff, '\n'}, Joined: joined}
	other := bot.Workspace{Platform: "slack", ID: "T2", Sealed: []byte("other"), Joined: joined}
	storagetest.Check(t, e.KeepWorkspace(t.Context(), w))
	storagetest.Check(t, e.KeepWorkspace(t.Context(), other))
	w.Name, w.Sealed = "바다�식당", []byte("newer")
	storagetest.Check(t, e.KeepWorkspace(t.Context(), w))
	got, err := e.Workspace(t.Context(), "slack", "T1")
	storagetest.Check(t, err)
	storagetest.Same(t, got, w)
	all, err := e.AllWorkspaces(t.Context(), "slack")
	storagetest.Check(t, err)
	storagetest.Same(t, all, []bot.Workspace{w, other})
	storagetest.Check(t, e.ForgetWorkspace(t.Context(), "slack", "T1", joined.Add(-time.Millisecond)))
	got, err = e.Workspace(t.Context(), "slack", "T1")
	storagetest.Check(t, err)
	storagetest.Same(t, got, w)
	for range 2 {
		storagetest.Check(t, e.ForgetWorkspace(t.Context(), "slack", "T1", joined))
	}
	if _, err := e.Workspace(t.Context(), "slack", "T1"); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("forgotten: %v", err)
	}
	got, err = e.Workspace(t.Context(), "slack", "T2")
	storagetest.Check(t, err)
	storagetest.Same(t, got, other)
}

func workspaceChats(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for _, c := range []bot.Chat{
		{Platform: "slack", ID: "T1:C2", Group: true, Lang: "en"}, {Platform: "slack", ID: "T1:C1", Unreachable: true},
		{Platform: "slack", ID: "T10:C1"}, {Platform: "slack", ID: "T_:C1"}, {Platform: "telegram", ID: "T1:C1"},
	} {
		_, err := e.Commit(t.Context(), bot.Change{Chat: c})
		storagetest.Check(t, err)
	}
	got, err := e.Chats(t.Context(), "slack", "T1:")
	if err != nil || len(got) != 2 || got[0].ID != "T1:C1" || !got[0].Unreachable || got[1].ID != "T1:C2" ||
		!got[1].Group || got[1].Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func unfinished(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	for _, status := range []pipeline.Status{
		pipeline.Open, pipeline.Delivered, pipeline.Parked, pipeline.Failed, pipeline.Cancelled,
	} {
		o := storagetest.Place(t, e, storagetest.NewOrder(string(status), storagetest.Later()))
		o.Status = status
		storagetest.Move(t, e, o, pipeline.Move{})
	}
	elsewhere := storagetest.NewOrder("elsewhere", storagetest.Later())
	elsewhere.Thread.Chat = "78"
	storagetest.Place(t, e, elsewhere)
	got, err := e.Unfinished(t.Context(), "telegram", "77")
	if err != nil || len(got) != 2 || got[0].Status != pipeline.Open || got[1].Status != pipeline.Parked {
		t.Errorf("%+v, %v", got, err)
	}
}
