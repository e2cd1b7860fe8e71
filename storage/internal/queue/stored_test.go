package queue

import (
	"testing"

	"github.com/riverqueue/river"

	"github.com/sajangpick/sajangpick/storage/internal/storedtest"
)

// TestStoredJSON_JobsOfAnEarlierReleaseAreRead holds the kinds and the arguments of jobs.
func TestStoredJSON_JobsOfAnEarlierReleaseAreRead(t *testing.T) {
	kinds := map[string]func() any{
		"look":     func() any { return &advanceArgs{} },
		"tell":     func() any { return &notifyArgs{} },
		"say":      func() any { return &messageArgs{} },
		"draft":    func() any { return &draftArgs{} },
		"periodic": func() any { return &periodicArgs{} },
	}
	storedtest.Hold(t, kinds)
	for kind, args := range kinds {
		if got := args().(river.JobArgs).Kind(); got != kind {
			t.Errorf("jobs of kind %s are called %s", kind, got)
		}
	}
}
