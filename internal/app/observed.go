package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// observedClips and observedCuts let the monitor shift hear what comes of requests.
type observedClips struct {
	pipeline.Animator
	note func(what string, began time.Time, err error)
}

// StartClip implements pipeline.Animator.
func (h observedClips) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	began := time.Now()
	s, err := h.Animator.StartClip(ctx, r)
	h.note("start", began, err)
	return s, err
}

// Check implements pipeline.Animator.
func (h observedClips) Check(ctx context.Context, remote string) (pipeline.Progress, error) {
	began := time.Now()
	p, err := h.Animator.Check(ctx, remote)
	h.note("check", began, outcome(p, err))
	return p, err
}

type observedCuts struct {
	pipeline.Renderer
	note func(what string, began time.Time, err error)
}

// StartCut implements pipeline.Renderer.
func (h observedCuts) StartCut(ctx context.Context, r pipeline.CutRequest) (pipeline.Started, error) {
	began := time.Now()
	s, err := h.Renderer.StartCut(ctx, r)
	h.note("start", began, err)
	return s, err
}

// Check implements pipeline.Renderer.
func (h observedCuts) Check(ctx context.Context, remote string) (pipeline.Progress, error) {
	began := time.Now()
	p, err := h.Renderer.Check(ctx, remote)
	h.note("check", began, outcome(p, err))
	return p, err
}

// outcome counts work that came to nothing as a request that did.
func outcome(p pipeline.Progress, err error) error {
	if err == nil && p.State == pipeline.Broken && p.Fault != nil {
		return p.Fault
	}
	return err
}

func (n *monitor) note(provider string) func(what string, began time.Time, err error) {
	return func(what string, began time.Time, err error) {
		n.health.Note(provider, err)
		n.Metrics.called(provider, what, time.Since(began), err)
	}
}
