package bot

import (
	"context"
	"time"
)

// Workspace is a place with many chats in it that has let us in by itself.
type Workspace struct {
	Platform string
	ID       string
	Name     string // as its people call it
	Sealed   []byte // what opens it, encrypted by the adapter that keeps it here
	Joined   time.Time
}

// Workspaces keeps them. Every method is one transaction, as in Store.
type Workspaces interface {
	// Workspace reads one. pipeline.ErrNotFound.
	Workspace(ctx context.Context, platform, id string) (Workspace, error)
	// AllWorkspaces reads those of a platform, by id.
	AllWorkspaces(ctx context.Context, platform string) ([]Workspace, error)
	// KeepWorkspace writes one, over that which was there.
	KeepWorkspace(ctx context.Context, w Workspace) error
	// ForgetWorkspace deletes one that has joined by t. One that joined later, or isn't there, is no error.
	ForgetWorkspace(ctx context.Context, platform, id string, t time.Time) error
}
