package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/messengertest"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestNotifyStatus_AnOrderHasOneLineThatChanges(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	line := r.only()
	if line.ReplyTo != o.Thread.Message || line.Text != "🍝 새우 파스타 · 18,000원\n접수했어요. 다 되면 여기로 보내 드릴게요." {
		t.Errorf("%+v", line)
	}
	cancel := bot.Button{Label: "취소", Action: fmt.Sprintf("cancel:%d", o.ID), Style: bot.Danger}
	if len(line.Buttons) != 1 || !slices.Equal(line.Buttons[0], []bot.Button{cancel}) {
		t.Errorf("buttons %v", line.Buttons)
	}
	r.step(o, pipeline.Render)
	r.tell(o)
	if line := r.only(); !strings.HasSuffix(line.Text, "\n편집 중") || len(line.Buttons) != 1 {
		t.Errorf("%+v", line)
	}
	r.move(o, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
	for range 2 {
		if told := r.tell(o); told.Again != 0 {
			t.Errorf("it changes again after %v", told.Again)
		}
	}
	if line := r.only(); !strings.HasSuffix(line.Text, "\n영상이 완성됐어요.") || len(line.Buttons) != 0 {
		t.Errorf("%+v", line)
	}
}

func TestNotifyStatus_BadNewsSayWhatToDoAndOfferNothingToCancel(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.move(o, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoSmall })
	r.tell(o)
	r.tell(o)
	if line := r.only(); !strings.HasSuffix(line.Text, "더 큰 사진을 보내 주세요.") || len(line.Buttons) != 0 ||
		line.ReplyTo == "" {
		t.Errorf("%+v", line)
	}
}

func TestNotifyStatus_BadNewsComeAsAMessageOfTheirOwn(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	line := r.tell(o).Ref
	o = r.move(o, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoSmall })
	r.Fail(fault(pipeline.Transient)) // then the line above isn't left as if it went on
	if _, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o); err == nil {
		t.Error("the line above couldn't be changed, and nothing is wrong")
	}
	r.only()
	for range 2 {
		r.tell(o)
	}
	r.restart()
	r.tell(o)
	all, _ := r.Ours()
	if len(all) != 2 || r.tell(o).Ref == line || !strings.HasSuffix(all[0].Text, "\n영상을 만들지 못했어요.") ||
		!strings.HasSuffix(all[1].Text, "더 큰 사진을 보내 주세요.") {
		t.Errorf("%+v", all)
	}
}

func TestNotifyStatus_BadNewsComeOnceThoughTwoProcessesHaveThem(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	ours := r.outbox
	o = r.move(o, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Failed, pipeline.ReasonPhotoSmall })
	r.restart()
	if _, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	// The one that has placed the order doesn't know of it yet.
	if _, err := ours.Chat("memory").NotifyStatus(t.Context(), o); !pipeline.AsFault(err).RateLimited {
		t.Errorf("got %v", err)
	}
	if all, _ := r.Ours(); len(all) != 2 {
		t.Errorf("%+v", all)
	}
}

func TestNotifyStatus_ANewCutHasALineOfItsOwn(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	first := r.tell(o).Ref
	r.move(o, func(o *pipeline.Order) { o.Status, o.Shown = pipeline.Delivered, 1 })
	r.tell(o)
	r.move(o, func(o *pipeline.Order) { o.Status, o.Step, o.Cut.N = pipeline.Open, pipeline.Render, 2 })
	for range 2 {
		r.tell(o)
	}
	all, _ := r.Ours()
	if len(all) != 2 || !strings.HasSuffix(all[0].Text, "완성됐어요.") || !strings.HasSuffix(all[1].Text, "편집 중") ||
		r.tell(o).Ref == first {
		t.Errorf("%+v", all)
	}
	r.move(o, func(o *pipeline.Order) { o.Status, o.Cut.N = pipeline.Delivered, 1 }) // the new cut was taken back
	r.tell(o)
	if all, _ := r.Ours(); len(all) != 2 || !strings.HasSuffix(all[0].Text, "완성됐어요.") ||
		!strings.HasSuffix(all[1].Text, "\n취소했어요.") {
		t.Errorf("%+v", all)
	}
}

func TestNotifyStatus_AnUnchangedLineIsLeftAloneAlsoAfterARestart(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	r.tell(r.step(o, pipeline.Animate))
	_, before := r.Ours()
	r.tell(o)
	if _, edits := r.Ours(); edits != before {
		t.Errorf("%d edits, then %d", before, edits)
	}
	r.restart()
	r.tell(o)
	r.only()
}

func TestNotifyStatus_ALineThatAnotherProcessHasBegunSinceIsKeptUp(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.tell(o)
	ours := r.tell(r.step(o, pipeline.Render))
	said := r.only().Text
	r.Delete(t, ours.Ref)
	theirs, err := r.Send(t.Context(), bot.Message{Thread: o.Thread, Text: "만드는 중"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.store.SaveStatusRef(t.Context(), o.ID, ours.Ref, theirs); err != nil {
		t.Fatal(err)
	}
	if told := r.tell(o); told.Ref != theirs || r.only().Text != said {
		t.Errorf("%+v, %q", told, r.only().Text)
	}
}

func TestNotifyStatus_ALineThatWasDeletedComesBackWithBadNewsOnly(t *testing.T) {
	r := newRound(t)
	o := r.order(r.Thread(t))
	r.Delete(t, r.tell(o).Ref)
	r.tell(r.step(o, pipeline.Animate))
	if all, _ := r.Ours(); len(all) != 0 {
		t.Errorf("it came back: %+v", all)
	}
	r.move(o, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Parked, pipeline.ReasonTrouble })
	r.tell(o)
	r.tell(o)
	if line := r.only(); !strings.Contains(line.Text, "살펴보고 있어요") {
		t.Errorf("%+v", line)
	}
}

// TestNotifyStatus_ALineMovesAtItsPace lets an order with usual times go on, and asks far too often.
func TestNotifyStatus_ALineMovesAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(t)
		before := r.order(r.Thread(t))
		for _, s := range []pipeline.Step{pipeline.Animate, pipeline.Render, pipeline.Deliver} {
			time.Sleep(40 * time.Second)
			r.step(before, s)
		}
		time.Sleep(40 * time.Second)
		r.move(before, func(o *pipeline.Order) { o.Status = pipeline.Delivered })

		o := r.step(r.order(r.Thread(t)), pipeline.Animate)
		if again := r.tell(o).Again; again != 4*time.Second {
			t.Errorf("again after %v", again)
		}
		if line := r.only(); !strings.HasSuffix(line.Text, "접수했어요. 보통 3분쯤 걸려요.") {
			t.Errorf("%q", line.Text)
		}
		texts, last := map[string]bool{}, 0
		for range 35 {
			time.Sleep(time.Second)
			r.tell(o)
			_, edits := r.Ours()
			if edits > last+1 {
				t.Errorf("%d edits in a second", edits-last)
			}
			last = edits
			texts[r.only().Text] = true
		}
		if last > 35/4 || len(texts) < 4 {
			t.Errorf("%d edits, %d different lines", last, len(texts))
		}
		time.Sleep(time.Hour)
		r.tell(o)
		if line := r.only(); !strings.Contains(line.Text, "조금 더 걸리고 있어요") || strings.Contains(line.Text, "▰") {
			t.Errorf("%q", line.Text)
		}
	})
}

func TestNotifyStatus_TheFirstWordsOfALineStandLongEnoughToBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(t)
		r.Every = 0 // a group
		o := r.order(r.Thread(t))
		o.Placed = time.Now()
		told, err := r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		o.StatusRef, o.Step = told.Ref, pipeline.Animate
		told, err = r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
		if _, edits := r.Ours(); edits != 0 || told.Again <= 0 || err != nil {
			t.Errorf("%d edits at once, again after %v, %v", edits, told.Again, err)
		}
		time.Sleep(told.Again)
		told, err = r.outbox.Chat("memory").NotifyStatus(t.Context(), o)
		if _, edits := r.Ours(); edits != 1 || told.Again != 0 || err != nil {
			t.Errorf("%d edits, again after %v, %v", edits, told.Again, err)
		}
	})
}

func TestNotifyStatus_ALineThatIsRefusedForNowComesSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(t)
		pipe := pipeline.New(pipeline.Options{
			Store: r.store, Chats: map[string]pipeline.Chat{"memory": r.outbox.Chat("memory")},
			Clips: &runway.Client{}, Cuts: &creatomate.Client{}, Times: pipeline.DefaultTimes(),
			Log: slog.New(slog.DiscardHandler),
		})
		defer func() {
			if err := pipe.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		full := &pipeline.Fault{
			Kind: pipeline.Transient, RateLimited: true, RetryAfter: 3 * time.Second,
			Err: errors.New("too many messages"),
		}
		r.Fail(full)
		o := r.order(r.Thread(t))
		pipe.RefreshStatus(o.ID)
		time.Sleep(5 * time.Second)
		r.only()
		r.Fail(full)
		r.step(o, pipeline.Animate)
		time.Sleep(12 * time.Second) // the refused look, and its next try
		if line := r.only(); !strings.HasSuffix(line.Text, "영상 만드는 중") {
			t.Errorf("%q", line.Text)
		}
	})
}

// ranked is a messenger that writes down who goes first.
type ranked struct {
	*messengertest.Memory
	sent, edited []bot.Priority
}

func (m *ranked) Send(ctx context.Context, msg bot.Message) (string, error) {
	m.sent = append(m.sent, msg.Priority)
	return m.Memory.Send(ctx, msg)
}

func (m *ranked) Edit(ctx context.Context, message string, msg bot.Message) error {
	m.edited = append(m.edited, msg.Priority)
	return m.Memory.Edit(ctx, message, msg)
}

func TestNotifyStatus_EditsYieldToWhatPeopleWaitForAndStopBeforeTheShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRound(t)
		m := &ranked{Memory: r.Memory}
		r.with(func(o *outbox.Options) { o.Messengers["memory"] = m })
		o := r.order(r.Thread(t))
		r.tell(o)
		time.Sleep(5 * time.Second)
		r.tell(r.step(o, pipeline.Animate))
		time.Sleep(5 * time.Second)
		r.step(o, pipeline.Deliver)
		told := r.tell(o)
		if told.Again <= 0 || told.Again > 3*time.Second || len(m.edited) != 1 {
			t.Errorf("while the short is sent there are %d edits, the next after %v", len(m.edited), told.Again)
		}
		time.Sleep(told.Again) // it takes longer
		r.tell(o)
		r.move(o, func(o *pipeline.Order) { o.Status = pipeline.Delivered })
		r.tell(o)
		if !slices.Equal(m.sent, []bot.Priority{bot.Answers}) ||
			!slices.Equal(m.edited, []bot.Priority{bot.Progress, bot.Progress, bot.Progress}) {
			t.Errorf("sent %v, edited %v", m.sent, m.edited)
		}
		r.move(o, func(o *pipeline.Order) { o.Status, o.Reason = pipeline.Parked, pipeline.ReasonTrouble })
		r.tell(o)
		if last := m.edited[len(m.edited)-1]; last != bot.Answers {
			t.Errorf("that it is parked comes as %v", last)
		}
	})
}
