package queue

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/sajangpick/sajangpick/storage"
)

func TestJobs_BackOffUpToAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for attempt, want := range map[int]time.Duration{
			1: time.Second, 2: 2 * time.Second, 6: 32 * time.Second, 7: time.Minute, 5000: time.Minute,
		} {
			if got := time.Until(backOff{}.NextRetry(&rivertype.JobRow{Attempt: attempt})); got != want {
				t.Errorf("after attempt %d: %v, want %v", attempt, got, want)
			}
		}
	})
}

func TestResult_ATimeBringsAJobBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for again, want := range map[time.Time]time.Duration{
			time.Now().Add(time.Minute):  time.Minute,
			time.Now().Add(-time.Minute): 0, // at once
		} {
			var snooze *river.JobSnoozeError
			if err := result(again, nil); !errors.As(err, &snooze) || snooze.Duration != want {
				t.Errorf("%v: got %v, want to snooze %v", again, err, want)
			}
		}
		if err := result(time.Time{}, nil); err != nil {
			t.Errorf("no time: %v", err)
		}
		mistake := errors.New("mistake")
		if err := result(time.Now(), mistake); !errors.Is(err, mistake) {
			t.Errorf("an error: %v", err)
		}
	})
}

func TestJobs_TwoPeriodicOnesNeedTwoNames(t *testing.T) {
	_, err := workers(storage.Handlers{Periodic: []storage.Periodic{{Name: "sweep"}, {Name: "sweep"}}})
	if err == nil || !strings.Contains(err.Error(), `"sweep"`) {
		t.Errorf("got %v", err)
	}
}

func TestQueue_OnlyItsWarningsAreLogged(t *testing.T) {
	var out strings.Builder
	all := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})
	log := slog.New(warnings{all}).With("a", 1).WithGroup("g")
	log.InfoContext(context.Background(), "daily life")
	log.WarnContext(context.Background(), "trouble")
	if got := out.String(); strings.Contains(got, "daily") || !strings.Contains(got, "trouble") {
		t.Errorf("logged %q", got)
	}
}

func TestJob_WhoIsNearerToTheEndIsFirst(t *testing.T) {
	last := 5
	for depth := range 5 {
		p := Job{Kind: Advance, Depth: depth}.params(time.Now()).InsertOpts.Priority
		if p < 1 || p > 4 || p > last || depth < 4 && p == last {
			t.Errorf("depth %d has priority %d, and the one before %d", depth, p, last)
		}
		last = p
	}
	if p := (Job{Kind: SendMessage}).params(time.Now()).InsertOpts.Priority; p != 1 {
		t.Errorf("a message has priority %d", p)
	}
}
