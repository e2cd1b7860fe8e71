package bot

import (
	"context"
	"time"
)

// Draft looks at a draft whose time has come: storage.Handlers.Draft.
func (d *Desk) Draft(ctx context.Context, draft int64) (time.Time, error) { return time.Time{}, nil }
