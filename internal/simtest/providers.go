package simtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// What work costs, in hundredths of credits.
const (
	clipPrice = pipeline.Credits(15_00)
	cutPrice  = pipeline.Credits(1_00)
)

// provider is one that is paid.
type provider struct {
	w     *world
	name  string
	works []*work
}

// work is a paid start that was accepted.
type work struct {
	remote, call string
	callback     string
	ends         time.Time
	how          string           // what befalls it
	price        pipeline.Credits // what is charged for it
	unfit        int              // how often its result isn't as ordered
	size         pipeline.Size    // of what is made
}

func newProvider(w *world, name string) *provider { return &provider{w: w, name: name} }

// Name implements pipeline.Provider.
func (p *provider) Name() string { return p.name }

type animator struct{ *provider }

// ClipTerms implements pipeline.Animator.
func (a animator) ClipTerms() pipeline.ClipTerms {
	return pipeline.ClipTerms{
		Seconds: 3, Price: clipPrice, Callbacks: a.w.setup.ClipCallbacks, Inline: 1 << 20, AtOnce: a.w.setup.AtOnce,
	}
}

// StartClip implements pipeline.Animator.
func (a animator) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	return a.w.plant.started(a.start(ctx, r.Call, r.Callback, clipPrice, pipeline.Tall))
}

type renderer struct{ *provider }

// CutTerms implements pipeline.Renderer.
func (r renderer) CutTerms() pipeline.CutTerms { return pipeline.CutTerms{Rate: r.w.setup.CutRate} }

// StartCut implements pipeline.Renderer.
func (r renderer) StartCut(ctx context.Context, c pipeline.CutRequest) (pipeline.Started, error) {
	if c.Clip != "" && r.w.files[strings.TrimPrefix(c.Clip, "https://us.example/")] == nil {
		r.w.fail("call %s is to be rendered of a clip that isn't there: %s", c.Call, c.Clip)
	}
	return r.w.plant.started(r.start(ctx, c.Call, c.Callback, cutPrice, c.Size))
}

// start is a paid request.
func (p *provider) start(
	ctx context.Context, call, callback string, price pipeline.Credits, size pipeline.Size,
) (pipeline.Started, error) {
	w, f := p.w, p.w.frame
	how := w.befalls("start")
	if how == "kill before" {
		w.die(f)
	}
	d := 3 * w.quick()
	switch how {
	case "slow":
		d = 50 * time.Second
	case "too slow":
		d = 3 * time.Minute
	}
	refusal := map[string]error{
		"busy": limited(7 * time.Second), "down": transient(pipeline.ReasonBusy, "503"),
		"no key":       misconfigured(pipeline.ReasonSetup, "401"),
		"no credits":   misconfigured(pipeline.ReasonOutOfCredits, "402"),
		"request lost": errors.New("connection reset"), "500 not accepted": failed(),
		"refuses the photo": rejected(pipeline.ReasonPhotoRefused, "moderation"),
	}[how]
	if refusal != nil {
		if err := w.latency(ctx, d); err != nil {
			return pipeline.Started{}, err
		}
		return pipeline.Started{}, refusal
	}
	x := p.accept(call, callback, price)
	x.size = size
	if how == "callback first" {
		w.callBack(p, x)
	}
	if how == "kill after" {
		w.die(f)
	}
	if err := w.latency(ctx, d); err != nil {
		return pipeline.Started{}, err
	}
	switch how {
	case "answer lost":
		return pipeline.Started{}, errors.New("connection reset")
	case "500 accepted":
		return pipeline.Started{}, failed()
	}
	s := pipeline.Started{Remote: x.remote, Estimated: price}
	if how == "ignores a part" {
		s.Warnings = []string{"no element price"}
	}
	return s, nil
}

// accept takes work in, which is paid for from then on.
func (p *provider) accept(call, callback string, price pipeline.Credits) *work {
	w := p.w
	x := &work{
		remote: fmt.Sprintf("%s-%d", p.name, len(p.works)+1), call: call, callback: callback, price: price,
		how: w.befalls("work"), ends: time.Now().Add(time.Duration(5+w.rng.IntN(60)) * time.Second),
	}
	switch x.how {
	case "slow":
		x.ends = x.ends.Add(20 * time.Minute)
	case "never ends":
		x.ends = x.ends.Add(30 * 24 * time.Hour)
	case "breaks free", "refuses the photo", "setup":
		x.price = 0
	case "unfit":
		x.unfit = 1 + w.rng.IntN(4)
	}
	p.works = append(p.works, x)
	w.note("%s: %s takes %s as %s", w.frame.p, p.name, call, x.remote)
	for _, other := range p.works[:len(p.works)-1] {
		if other.call == call {
			w.fail("%s was paid twice for call %s", p.name, call)
		}
	}
	w.outside(func() { w.begun(p, call) })
	if callback != "" && x.how != "never ends" {
		w.in(time.Until(x.ends)+time.Millisecond, "callback of "+x.remote, func() { w.callBack(p, x) })
	}
	return x
}

// callBack is a provider's callback, and what may befall it.
func (w *world) callBack(p *provider, x *work) {
	if x.callback == "" {
		return
	}
	parts := strings.Split(x.callback, "/")
	order, err := strconv.ParseInt(parts[len(parts)-2], 10, 64)
	if err != nil {
		w.fail("callback %s: %v", x.callback, err)
	}
	token, remote := parts[len(parts)-1], x.remote
	times, wait := 1, time.Duration(0)
	how := w.befalls("ring")
	switch how {
	case "lost":
		return
	case "double":
		times = 3
	case "late":
		wait = 20 * time.Minute
	case "forged token":
		token = strings.Repeat("A", len(token))
	case "other work":
		remote = p.works[w.rng.IntN(len(p.works))].remote
	case "to another order":
		order++
	}
	for range times {
		w.in(wait, fmt.Sprintf("callback for order %d: %s", order, remote), func() {
			w.callback(p.name, order, token, remote, how, 3)
		})
	}
}

func (w *world) callback(provider string, order int64, token, remote, how string, tries int) {
	p := w.anyone()
	var err error
	whole := p != nil && w.call(p, nil, func() {
		err = p.pipe.HandleCallback(context.Background(), provider, order, token, remote)
	})
	forged := how == "forged token" || how == "to another order"
	switch {
	case whole && forged && !errors.Is(err, pipeline.ErrBadToken):
		w.fail("a forged callback for order %d was taken: %v", order, err)
	case forged || whole && err == nil:
	case errors.Is(err, pipeline.ErrBadToken):
		w.fail("a callback for order %d was refused", order)
	case tries > 0:
		w.in(20*time.Second, "callback again", func() { w.callback(provider, order, token, remote, how, tries-1) })
	}
}

// Check implements pipeline.Checker.
func (p *provider) Check(ctx context.Context, remote string) (pr pipeline.Progress, err error) {
	w := p.w
	how := w.befalls("check")
	d := w.quick()
	switch how {
	case "kill":
		w.die(w.frame)
	case "slow":
		d = 30 * time.Second
	case "too slow":
		d = 3 * time.Minute
	}
	if err := w.latency(ctx, d); err != nil {
		return pr, err
	}
	switch how {
	case "down":
		return pr, transient(pipeline.ReasonBusy, "502")
	case "no key":
		return pr, misconfigured(pipeline.ReasonSetup, "401")
	case "limit":
		return pr, limited(4 * time.Second)
	}
	for _, x := range p.works {
		if x.remote == remote {
			return p.progress(x), nil
		}
	}
	gone := &pipeline.Fault{
		Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble, Err: errors.New("no such work"),
	}
	return pipeline.Progress{State: pipeline.Broken, Cost: -1, Fault: gone}, nil
}

// progress is how far a piece of work is.
func (p *provider) progress(x *work) pipeline.Progress {
	pr := pipeline.Progress{State: pipeline.Running, Fraction: .5, Ref: x.call, Cost: -1}
	if time.Now().Before(x.ends) {
		return pr
	}
	ended := func(kind pipeline.Kind, why pipeline.Reason, cost pipeline.Credits) pipeline.Progress {
		pr.State, pr.Cost = pipeline.Broken, cost
		pr.Fault = &pipeline.Fault{Kind: kind, Reason: why, Err: errors.New(x.how)}
		return pr
	}
	switch x.how {
	case "breaks free":
		return ended(pipeline.Transient, pipeline.ReasonBusy, 0)
	case "breaks paid":
		return ended(pipeline.Transient, pipeline.ReasonPhotoText, x.price)
	case "refuses the photo":
		return ended(pipeline.Rejected, pipeline.ReasonPhotoRefused, 0)
	case "setup":
		return ended(pipeline.Misconfigured, pipeline.ReasonSetup, 0)
	}
	pr.State, pr.URL = pipeline.Succeeded, "https://results.example/"+x.remote
	if p.name == "creatomate" { // what was made says what it cost
		pr.Cost = x.price
	}
	return pr
}

// broken reports whether a piece of work has come to nothing.
func (x *work) broken() bool {
	switch x.how {
	case "breaks free", "breaks paid", "refuses the photo", "setup", "unfit", "result empty", "never ends":
		return true
	}
	return false
}
