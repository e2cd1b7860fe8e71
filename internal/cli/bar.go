package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// bar is a progress bar: one line that is written over on a terminal, a line a step elsewhere.
type bar struct {
	w     io.Writer
	lang  string
	tty   bool
	step  pipeline.Step
	drawn bool
}

func newBar(w io.Writer, lang string) *bar { return &bar{w: w, lang: lang, tty: isTerminal(w)} }

// shares is how much of the whole each step is, roughly, on an ordinary machine.
func shares() map[pipeline.Step][2]float64 {
	return map[pipeline.Step][2]float64{
		pipeline.Fetch:   {0, 0.05},
		pipeline.Animate: {0.05, 0.40},
		pipeline.Render:  {0.40, 0.98},
		pipeline.Deliver: {0.98, 1},
	}
}

// show draws how far an order is: done is 0..1 within the step.
func (b *bar) show(s pipeline.Step, done float64) {
	name := present.Step(b.lang, s)
	if !b.tty {
		if s != b.step {
			fmt.Fprintf(b.w, "%s …\n", name)
		}
		b.step = s
		return
	}
	part := shares()[s]
	b.draw(part[0]+(part[1]-part[0])*min(max(done, 0), 1), name)
}

func (b *bar) draw(done float64, text string) {
	const width = 30
	full := int(done*width + 0.5)
	fmt.Fprintf(
		b.w, "\r\x1b[K%s%s %3.0f%%  %s", strings.Repeat("█", full), strings.Repeat("░", width-full), done*100, text,
	)
	b.drawn = true
}

// end leaves the line: full when all went well, gone when it didn't.
func (b *bar) end(well bool) {
	if !b.tty || !b.drawn {
		return
	}
	if well {
		b.draw(1, present.Done(b.lang))
		fmt.Fprintln(b.w)
		return
	}
	fmt.Fprint(b.w, "\r\x1b[K")
}

// note says something on a line of its own.
func (b *bar) note(text string) {
	if b.tty && b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
	fmt.Fprintln(b.w, text)
}

// report says where the short is and how long each step took.
func report(w io.Writer, lang, out string, history []pipeline.Event) error {
	path, err := filepath.Abs(out)
	if err != nil {
		path = out
	}
	fmt.Fprintln(w, path)
	took := map[pipeline.Step]time.Duration{}
	for i, e := range history[:len(history)-1] {
		took[e.Step] += history[i+1].At.Sub(e.At)
	}
	var whole time.Duration
	for _, s := range []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver} {
		whole += took[s]
		if _, err := fmt.Fprintf(w, "  %-8s %6.2f s  %s\n", s, took[s].Seconds(), present.Step(lang, s)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "  %-8s %6.2f s\n", "total", whole.Seconds())
	return err
}
