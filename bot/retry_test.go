package bot_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRetry_GoesOnWhileSomethingElseChangesAndNotForEver(t *testing.T) {
	moved, other := fmt.Errorf("commit: %w", pipeline.ErrMoved), errors.New("connection reset")
	for name, c := range map[string]struct {
		errs  []error // of one call after the other; the last of all that follow
		calls int
		want  error
	}{
		"at once":         {[]error{nil}, 1, nil},
		"the third time":  {[]error{moved, moved, nil}, 3, nil},
		"another error":   {[]error{moved, other, nil}, 2, other},
		"the last time":   {append(slices.Repeat([]error{moved}, 19), nil), 20, nil},
		"it never rests":  {[]error{moved}, 20, pipeline.ErrMoved},
		"seen isn't that": {[]error{bot.ErrSeen}, 1, bot.ErrSeen},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			err := bot.Retry(func() error {
				calls++
				return c.errs[min(calls, len(c.errs))-1]
			})
			if !errors.Is(err, c.want) || calls != c.calls {
				t.Errorf("%v after %d calls, want %v after %d", err, calls, c.want, c.calls)
			}
		})
	}
}

func TestRecoverUpdate_APanicIsLoggedAndNoErrorAndAllElseStays(t *testing.T) {
	var logs bytes.Buffer
	take := func(f func() error) (err error) {
		defer bot.RecoverUpdate(slog.New(slog.NewTextHandler(&logs, nil)), "telegram", &err)
		return f()
	}
	wrong := errors.New("no database")
	if err := take(func() error { return wrong }); err != wrong || logs.Len() > 0 {
		t.Errorf("an error comes back as %v, and the log says %q", err, logs.String())
	}
	if err := take(func() error { panic("boom") }); err != nil {
		t.Errorf("a panic comes back as %v", err)
	}
	for _, part := range []string{"boom", "platform=telegram", "retry_test.go"} {
		if !strings.Contains(logs.String(), part) {
			t.Errorf("the log has no %q: %s", part, logs.String())
		}
	}
}
