package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/sajangpick/sajangpick/internal/doctor"
)

// diagnose is the command `doctor`.
func diagnose(ctx context.Context, t Terminal) error {
	f := flags(t, "doctor", "Tries every setting against the real thing, says what is wrong and what to do. Nothing "+
		"is changed, and\nnothing bought but one still at Creatomate, for a credit, that shows its typefaces. The "+
		"exit code is 1 when something failed.")
	asJSON := f.Bool("json", false, "for programs: one JSON object")
	if err := parse(f, t.Args); err != nil {
		return err
	}
	var found []doctor.Finding
	if cfg, err := load(t); err != nil {
		found = doctor.Refused(err)
	} else {
		found = doctor.Diagnose(ctx, doctor.Checks(cfg), underWay(t.Errors))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	write := doctor.Table
	if *asJSON {
		write = doctor.Document
	}
	if err := write(t.Out, found); err != nil {
		return err
	}
	if n := doctor.Count(found, doctor.Failed); n > 0 {
		return fmt.Errorf("%d of %d findings are failures", n, len(found))
	}
	return nil
}

// underWay shows on a terminal what is still going on, and nothing elsewhere.
func underWay(w io.Writer) func(names []string) {
	if !isTerminal(w) {
		return func([]string) {}
	}
	return func(names []string) {
		fmt.Fprint(w, "\r\x1b[K")
		const most = 4 // that fit a line, which can't be written over once it is two
		switch {
		case len(names) > most:
			fmt.Fprintf(w, "asking: %s and %d more …", strings.Join(names[:most], ", "), len(names)-most)
		case len(names) > 0:
			fmt.Fprintf(w, "asking: %s …", strings.Join(names, ", "))
		}
	}
}
