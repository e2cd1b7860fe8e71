package sqlite_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestMedianStepTimes_AreThoseOfTheLastThirtyOrders walks more orders than are asked for. The first took no time: the
// oldest 30 would say 15 s, and all of them 20 s.
func TestMedianStepTimes_AreThoseOfTheLastThirtyOrders(t *testing.T) {
	path := storagetest.Migrated(t)
	synctest.Test(t, func(t *testing.T) {
		e := migrated(t, path)
		for i := range 40 {
			took := time.Duration(i) * time.Second // the last 30: 10 s … 39 s
			if i < 10 {
				took = 0
			}
			walk(t, e, fmt.Sprint(i), took)
		}
		usual, err := e.MedianStepTimes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for step, want := range map[pipeline.Step]time.Duration{
			pipeline.Fetch: 25 * time.Second, pipeline.Animate: 50 * time.Second,
			pipeline.Render: 75 * time.Second, pipeline.Deliver: 100 * time.Second,
		} {
			if usual[step] != want {
				t.Errorf("%s takes %v, want %v", step, usual[step], want)
			}
		}
	})
}

// walk delivers an order whose steps take once, twice, three and four times as long.
func walk(t *testing.T, e storage.Engine, source string, took time.Duration) {
	t.Helper()
	o, _, err := e.Place(t.Context(), storagetest.NewOrder(source, time.Now()))
	for i, step := range []pipeline.Step{pipeline.Animate, pipeline.Render, pipeline.Deliver, pipeline.Deliver} {
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i+1) * took)
		if o.Step == pipeline.Deliver {
			o.Status = pipeline.Delivered
		}
		o.Step, o.Phase = step, pipeline.Begun // a paid step takes its time from its call
		o, err = e.Move(t.Context(), o, pipeline.Move{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestClaim_AMessageOfADeadProcessIsGivenBack(t *testing.T) {
	t.Parallel()
	path := storagetest.Migrated(t)
	e := migrated(t, path)
	text := bot.OutgoingMessage{
		Message: bot.Message{Thread: pipeline.Thread{Platform: "telegram", Chat: "77"}, Text: "안녕하세요"},
	}
	chat := bot.Chat{Platform: "telegram", ID: "77"}
	if _, err := e.Commit(t.Context(), bot.Change{Chat: chat, Messages: []bot.OutgoingMessage{text}}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Claim(t.Context(), 1, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again, claimed := migrated(t, path), make(chan error, 10)
	err := again.Start(t.Context(), storage.Handlers{SendMessage: func(
		ctx context.Context, id int64,
	) (time.Time, error) {
		_, err := again.Claim(ctx, id, time.Hour)
		claimed <- err
		return time.Time{}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-claimed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("nobody said it")
	}
}
