// Package cli has the commands of sajangpick: what they are called, their flags, what they print and their exit codes.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/sajangpick/sajangpick/config"
)

// Main runs the command that the process's arguments name, until it ends or is interrupted, and returns the exit code:
// 0, 1 for a failure, 2 for a wrong command line. changelog names the version; commit may be empty.
func Main(changelog, commit string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := Terminal{os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr, build{Newest(changelog), commit}}
	return ExitCode(Run(ctx, t), t.Errors)
}

// Terminal is what a command has to do with the world.
type Terminal struct {
	Args   []string
	Env    func(string) (string, bool)
	in     io.Reader
	Out    io.Writer
	Errors io.Writer
	build  build
}

// command is one word after sajangpick.
type command struct {
	name string
	does string
	run  func(ctx context.Context, t Terminal) error
}

func commands() []command {
	return []command{
		{"demo", "one photo and one line in, a finished short out; needs no key and no server", demo},
		{"serve", "the service; --sandbox tries it without any key, with a chat page on this machine", serve},
		{"sandbox", "only the stand-ins of Runway and Creatomate, for programs that speak to them", standIns},
		{
			"doctor", "tries every setting against the real thing, and says what is wrong and what to do; --json",
			diagnose,
		},
		{"caption", "what the bot would understand of a caption, as JSON", captions},
		{"migrate", "brings the database's schema up; serve does it too unless MIGRATE=off", migrate},
		{"restored", "once after the database was restored from a backup: what was under way is set aside", restored},
		{"version", "version, commit and Go", printVersion},
	}
}

// errUsage says that the command line was wrong; how has been said already.
var errUsage = errors.New("usage")

func Run(ctx context.Context, t Terminal) error {
	if len(t.Args) == 0 {
		usage(t.Errors)
		return errUsage
	}
	name, rest := t.Args[0], t.Args[1:]
	switch name {
	case "help", "-h", "--help", "-help":
		usage(t.Out)
		return nil
	}
	for _, c := range commands() {
		if c.name == name {
			t.Args = rest
			return c.run(ctx, t)
		}
	}
	fmt.Fprintf(t.Errors, "sajangpick: there is no command %q\n\n", name)
	usage(t.Errors)
	return errUsage
}

// ExitCode says an error once and turns it into the exit code: 2 for a wrong command line, 1 for the rest.
func ExitCode(err error, w io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintln(w, "sajangpick:", err)
	return 1
}

func usage(w io.Writer) {
	fmt.Fprint(w, `sajangpick (사장픽): a food photo and a price in, a vertical short out, in the same chat.

Try it:   sajangpick demo
          sajangpick demo --photo my.jpg --caption '된장찌개 8,000원' --look market --out my.mp4

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.does)
	}
	fmt.Fprint(w, "\n'sajangpick COMMAND --help' says more.\n\nSettings are environment variables or lines of a .env "+
		"file; NAME_FILE gives a value from a file:\n")
	_ = config.Help(w) // the terminal is gone, so the error can't be told
}

// flags makes a flag set that teaches.
func flags(t Terminal, name, intro string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(t.Errors)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "Usage: sajangpick %s [flags]\n\n%s\n", name, intro)
		f.PrintDefaults()
	}
	return f
}

// parse reads a command's flags; it takes no other arguments.
func parse(f *flag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if f.NArg() > 0 {
		fmt.Fprintf(f.Output(), "sajangpick %s: unexpected argument %q\n\n", f.Name(), f.Arg(0))
		f.Usage()
		return errUsage
	}
	return nil
}
