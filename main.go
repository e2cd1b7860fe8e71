// Command sajangpick turns a food photo and a line of text, sent in a chat, into a finished
// vertical short in the same chat.
package main

import (
	_ "embed"
	"os"

	"github.com/sajangpick/sajangpick/internal/cli"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

//go:embed CHANGELOG.md
var changelog string

// commit is set by the linker: see the Makefile.
var commit string

func main() {
	worker.Serve(photo.Work) // returns unless this process is a worker
	os.Exit(cli.Main(changelog, commit))
}
