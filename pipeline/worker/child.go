// Package worker runs what opens strangers' files in processes of their own. A child gets no setting and no
// secret with its environment, and the kernel bounds its memory and its processor time, so that a file
// which is made to do harm ends the child and not the service.
//
// Linux holds both bounds, whatever the child does. Elsewhere a job of a Pool has a deadline instead of a
// bound of processor time, and the memory is bounded only as far as the Go runtime keeps to its limit.
package worker

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Limits bound one child, or one job of a worker.
type Limits struct {
	Memory int64         // bytes of private memory, whether they are in use or only reserved for writing
	CPU    time.Duration // of one core, summed over all threads
}

// OpenLimits are what opening one file may take, whatever is in it.
func OpenLimits() Limits { return Limits{Memory: 512 << 20, CPU: 10 * time.Second} }

// passed are the variables that say where programs, their libraries and temporary files are.
var passed = [...]string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TMP", "TEMP"}

// Command is exec.CommandContext with an environment that holds no secret.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{}
	for _, name := range passed {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	return cmd
}

// Start starts a child and bounds it. The limits count from the child's beginning: what it has taken before
// they are set is included.
func Start(cmd *exec.Cmd, l Limits) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := bound(cmd.Process.Pid, l); err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		return fmt.Errorf("bound a child: %w", err)
	}
	return nil
}
