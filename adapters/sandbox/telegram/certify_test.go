//go:build certify

package telegram

import (
	"bytes"
	"context"
	"os/exec"
	"testing"
	"time"
)

// TestSandboxTelegram_IsUnderstoodByGrammY needs node, and certify's packages: script/certify brings them.
func TestSandboxTelegram_IsUnderstoodByGrammY(t *testing.T) {
	tg, b := play(t, Options{Second: 10 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "certify.mjs", b.base, tg.Token())
	cmd.Dir = "certify"
	cmd.Stdin = bytes.NewReader(picture(600, 800))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
