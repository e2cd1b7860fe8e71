package simtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/conversation"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/bot/outbox"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/monitor"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// process is one of the service's.
type process struct {
	*world
	name    string
	store   *port
	pipe    *pipeline.Pipeline
	talk    *conversation.Conversation
	outbox  *outbox.Outbox
	ops     *ops.Ops
	gate    *monitor.SpendGate
	calls   []*call // what runs beside its caller
	failed  map[pipelinetest.Job]int
	dead    bool
	stopped int           // SIGSTOP: how often, at this moment
	skew    time.Duration // by which its clock is ahead
	unsaved []string      // things that were sent, and that it could not write down at once
	owed    func()        // what a planted fault does too late
}

// call is to be made at a time.
type call struct {
	at time.Time
	do func()
}

func (p *process) String() string { return "p" + strings.TrimLeft(p.name, "0") }

func (p *process) awake() bool { return !p.dead && p.stopped == 0 }

// Go implements runner.Beside.
func (p *process) Go(do func()) { p.At(time.Now(), do) }

// At implements runner.Beside.
func (p *process) At(t time.Time, do func()) (stop func()) {
	if p.dead {
		return func() {}
	}
	c := &call{t, do}
	p.calls = append(p.calls, c)
	return func() { p.forget(c) }
}

func (p *process) forget(c *call) {
	p.calls = slices.DeleteFunc(p.calls, func(x *call) bool { return x == c })
}

// setup is what operators have set.
type setup struct {
	Processes     int
	Limit         int              // shorts a month
	Budget        pipeline.Credits // of a day
	AtOnce        int              // clips
	CutRate       pipeline.Rate
	Fallback      bool
	ClipCallbacks bool
	Pace          time.Duration // of lines of progress; 0: they change with the stage
}

// start begins a process, as the program wires it.
func (w *world) start() *process {
	p := &process{world: w, name: fmt.Sprintf("%08d", len(w.processes)+1), failed: map[pipelinetest.Job]int{}}
	w.processes = append(w.processes, p)
	log := slog.New(listener{p})
	p.store = &port{Store: w.store, p: p}
	store := p.store
	looks, music := []string{"clean", "market"}, []string{"bright", "calm"}
	p.outbox = outbox.New(outbox.Options{
		Store: store, Messages: store, Blobs: blobs{w}, Messengers: map[string]bot.Messenger{platform: w.chats},
		Looks: looks,
		Music: music, Process: p.name, Log: log,
	})
	p.pipe = pipeline.New(pipeline.Options{
		Store: store, Blobs: blobs{w}, Chats: map[string]pipeline.Chat{platform: chat{p.outbox.Chat(platform), w}},
		Clips: animator{w.providers["runway"]}, Cuts: renderer{w.providers["creatomate"]}, Results: results{w},
		Prepare: w.prepare, Finish: w.finish, CheckClip: w.checkClip, AlwaysFallback: w.setup.Fallback, Process: p.name,
		Signer: sign.New([]byte("secret"), nil), CallbackURL: "https://us.example",
		Budget: w.setup.Budget, Zone: seoul, Times: pipeline.DefaultTimes(), Log: log, Beside: p, Random: w.rng.Float64,
	})
	p.gate = &monitor.SpendGate{Store: store, Provider: "runway", Zone: seoul, Log: log}
	console := admin.New(admin.Options{Store: store, Figures: store, Limit: w.setup.Limit, Version: "sim"})
	p.talk = conversation.New(session.Options{
		Store: store, Pipeline: p.pipe, Admins: map[string]bool{platform + ":" + boss: true}, Open: true,
		Limit: w.setup.Limit, Zone: seoul, Looks: looks, Music: music, Log: log, Console: console,
		OpsChat: opsChat, Beside: p, Guide: guide,
		FlagsChanged: func() { p.gate.RefreshNow(); p.pipe.TakeTurns() },
	})
	p.ops = ops.New(ops.Options{
		Store: store, Reporting: store, Wake: p.pipe.Wake, OpsChat: opsChat, Zone: seoul,
		Limit: w.setup.Limit, Log: log, Guide: guide,
	})
	w.note("%s starts", p)
	return p
}

// guide names the providers of these worlds.
var guide = present.Guide{Clips: bot.Vendor{Name: "runway"}, Cuts: bot.Vendor{Name: "creatomate"}}

// seoul is where months and budgets begin.
var seoul = time.FixedZone("KST", 9*60*60)

// kill ends a process at once. Others take over what it had begun, as soon as they notice.
func (w *world) kill(p *process) {
	if p.dead {
		return
	}
	w.note("%s is killed", p)
	p.dead, p.calls = true, nil
	w.excuseUnsaved(p)
	var says []int64
	for _, r := range w.running {
		if r.p == p && r.Kind == pipelinetest.Send {
			says = append(says, r.ID)
		}
	}
	w.in(time.Duration(2+w.rng.IntN(8))*time.Second, p.String()+" is missed", func() {
		w.outside(func() {
			if err := w.store.Recover(p.name, says); err != nil {
				w.fail("recover: %v", err)
			}
			for _, m := range w.store.Unsent() { // another process may just be sending one that this has given free
				w.chats.excuses[thing("message", m.ID, 0)]++
			}
		})
	})
	if !slices.ContainsFunc(w.processes, func(p *process) bool { return !p.dead }) {
		w.in(time.Duration(1+w.rng.IntN(60))*time.Second, "the supervisor", func() { w.start() })
	}
}

// anyone is a process that is awake; nil when none is.
func (w *world) anyone() *process {
	var awake []*process
	for _, p := range w.processes {
		if p.awake() {
			awake = append(awake, p)
		}
	}
	if len(awake) == 0 {
		return nil
	}
	return awake[w.rng.IntN(len(awake))]
}

// jobLimit is storage.Options.JobTimeout.
const jobLimit = time.Minute

// do is what the queue calls.
func (p *process) do(j pipelinetest.Job) (time.Time, error) {
	ctx, cancel := context.WithTimeout(context.Background(), jobLimit)
	defer cancel()
	switch j.Kind {
	case pipelinetest.Wakeup:
		return p.pipe.Advance(ctx, j.ID, j.Number)
	case pipelinetest.Notify:
		again, err := p.pipe.NotifyStatus(ctx, j.ID, j.Number)
		return again, errors.Join(err, p.ops.Noticed(ctx, j.ID))
	case pipelinetest.Send:
		return p.outbox.Send(ctx, j.ID)
	}
	return p.talk.Draft(ctx, j.ID)
}

// beats are when what happens by itself is due.
type beats struct{ tick, sweep time.Time }

// soon ends a time in which nothing else went on.
func (b *beats) soon() {
	now := time.Now()
	if t := now.Add(tickEvery); b.tick.After(t) {
		b.tick = t
	}
	if t := now.Add(sweepEvery); b.sweep.After(t) {
		b.sweep = t
	}
}

func (b beats) next() time.Time {
	if b.sweep.Before(b.tick) {
		return b.sweep
	}
	return b.tick
}

// How often each process does what it does by itself, and one of them what is done for all.
const (
	tickEvery  = 15 * time.Second
	sweepEvery = time.Minute
)

// beat lets one process do what it does every few seconds, or what one does for all every minute. When nothing else
// goes on it is done less often: nothing depends on when, and faults are kept for what they may spoil.
func (w *world) beat(awake []*process) {
	p, now := awake[w.rng.IntN(len(awake))], time.Now()
	slow := time.Duration(1)
	if now.Sub(w.began) > scriptLength || len(w.store.Jobs()) == 0 {
		slow = 10
	}
	if !w.beats.tick.After(now) {
		w.beats.tick = now.Add(slow * tickEvery)
		for _, p := range awake {
			if p.awake() {
				w.call(p, nil, p.tick)
			}
		}
		return
	}
	w.beats.sweep = now.Add(slow * sweepEvery)
	w.call(p, nil, func() {
		ctx := context.Background()
		for _, sweep := range []func(context.Context) error{
			p.pipe.Sweep, p.ops.Sweep, p.talk.Heartbeat, p.outbox.Sweep,
		} {
			if err := sweep(ctx); err != nil {
				w.note("%s: sweep: %v", p, err)
			}
		}
		if err := p.ops.Thaw(ctx, pipeline.DefaultTimes().RetryUnknown); err != nil {
			w.note("%s: thaw: %v", p, err)
		}
	})
}

func (p *process) tick() {
	ctx := context.Background()
	if err := p.gate.Refresh(ctx); err != nil {
		p.note("%s: gate: %v", p, err)
	}
	p.pipe.TakeTurns()
	spent, err := p.store.SpendByProvider(ctx, pipeline.Midnight(time.Now(), 0, seoul))
	if err == nil {
		err = p.ops.Budget(ctx, spent["runway"], clipPrice, p.setup.Budget)
	}
	if err != nil {
		p.note("%s: tick: %v", p, err)
	}
}

// listener hears what a process logs: a panic that was caught is a fault all the same.
type listener struct{ p *process }

func (l listener) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

func (l listener) Handle(_ context.Context, r slog.Record) error {
	if !strings.HasPrefix(r.Message, "panic") {
		return nil
	}
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" && !l.p.dead {
			l.p.fail("panic: %v", a.Value)
		}
		return true
	})
	return nil
}

func (l listener) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l listener) WithGroup(string) slog.Handler { return l }
