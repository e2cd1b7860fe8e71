package main

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// heardClips and heardCuts let the night shift hear what comes of requests.
type heardClips struct {
	pipeline.Animator
	note func(what string, began time.Time, err error)
}

// StartClip implements pipeline.Animator.
func (h heardClips) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	began := time.Now()
	s, err := h.Animator.StartClip(ctx, r)
	h.note("start", began, err)
	return s, err
}

// Check implements pipeline.Animator.
func (h heardClips) Check(ctx context.Context, remote string) (pipeline.Progress, error) {
	began := time.Now()
	p, err := h.Animator.Check(ctx, remote)
	h.note("check", began, outcome(p, err))
	return p, err
}

type heardCuts struct {
	pipeline.Renderer
	note func(what string, began time.Time, err error)
}

// StartCut implements pipeline.Renderer.
func (h heardCuts) StartCut(ctx context.Context, r pipeline.CutRequest) (pipeline.Started, error) {
	began := time.Now()
	s, err := h.Renderer.StartCut(ctx, r)
	h.note("start", began, err)
	return s, err
}

// Check implements pipeline.Renderer.
func (h heardCuts) Check(ctx context.Context, remote string) (pipeline.Progress, error) {
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

func (n *night) note(provider string) func(what string, began time.Time, err error) {
	return func(what string, began time.Time, err error) {
		n.health.Note(provider, err)
		n.metrics.called(provider, what, time.Since(began), err)
	}
}
