package durability_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// TestBackup_ARestoredOnePaysForNothingAndSendsNothingTwice puts a backup back that was made while clips were in the
// making. By then two of three shorts have arrived, and the third is being rendered.
func TestBackup_ARestoredOnePaysForNothingAndSendsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, fresh := range apptest.Databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			restoreABackup(t, fresh(t))
		})
	}
}

func restoreABackup(t *testing.T, database string) {
	w := apptest.NewWorld(t, database).WithTelegram()
	slow, render := slowRender(w, "갈비탕")
	t.Cleanup(render)
	w.Holding.Store(true)
	p := w.Start(apptest.Talkative(), nil)
	owner := w.People.Person("김사장", "ko").Private()
	for i, dish := range []string{"새우 파스타 18,000원", "갈비탕 13,000원", "김치찌개 9,000원"} {
		owner.SendPhoto(apptest.Picture(500+i, 640), dish)
	}
	orders := func() []pipeline.Order {
		all, err := p.Engine.Recent(t.Context(), "telegram", strconv.FormatInt(owner.ID(), 10), 10)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	standing := func(o pipeline.Order, s pipeline.Step) bool { return o.Step == s && o.Phase == pipeline.Waiting }
	p.Wait(func() bool {
		return count(orders(), func(o pipeline.Order) bool { return standing(o, pipeline.Animate) }) == 3
	})
	p.Stop()
	backup := storagetest.Backup(t, database)
	w.Holding.Store(false)
	close(w.Release)
	p = w.Start(apptest.Talkative(), nil)
	p.Wait(func() bool {
		all := orders()
		return count(all, apptest.Delivered) == 2 &&
			count(all, func(o pipeline.Order) bool { return standing(o, pipeline.Render) }) == 1
	})
	<-slow
	p.Stop()

	w.Settings["DATABASE_URL"] = backup
	if said, err := program(t, w, "serve", "--sandbox"); err == nil ||
		!strings.Contains(said, "is a backup that was put back. Run `sajangpick restored` first") {
		t.Fatalf("a backup is served: %v, %s", err, said)
	}
	want := "2 orders have ended since the backup: nothing is left to be done.\n1 are set aside: "
	if said, err := program(t, w, "restored"); err != nil || !strings.HasPrefix(said, want) ||
		!strings.Contains(said, "1 of these are known to their provider") {
		t.Fatalf("restored: %v, %s", err, said)
	}
	p = w.Start(apptest.Talkative(), nil)
	defer p.Stop()
	render()
	all := orders()
	aside := all[1].ID
	if o := all[1]; o.Status != pipeline.Parked || o.Reason != pipeline.ReasonRestored ||
		count(all, apptest.Delivered) != 2 {
		t.Fatalf("after the restore order %d is %s (%s): %s", o.ID, o.Status, o.Reason, o.Detail)
	}
	p.Change(aside, pipeline.Retry)
	p.Until(aside, apptest.Delivered)
	got, err := owner.Wait(apptest.Patience, func(all []people.Message) bool { return len(served(all)) == 3 })
	if err != nil {
		t.Fatal(err)
	}
	for photo, n := range served(got) {
		if n != 1 {
			t.Errorf("photo %d has %d shorts", photo, n)
		}
	}
	starts := w.Starts()
	for step, n := range starts {
		if n != 1 {
			t.Errorf("order %d was paid %d times at %s", step.Order, n, step.Provider)
		}
	}
	for _, o := range orders() {
		w.Balanced(p.Engine, starts, o)
	}
	if odd, err := p.Engine.AuditLedger(t.Context()); err != nil || len(odd.Inconsistencies) > 0 {
		t.Errorf("the ledger doesn't add up: %q, %v", odd.Inconsistencies, err)
	}
}

func count(all []pipeline.Order, is func(pipeline.Order) bool) (n int) {
	for _, o := range all {
		if is(o) {
			n++
		}
	}
	return n
}

// slowRender lets renders of a dish come to no end until the returned function is called. begun is closed with the
// first.
func slowRender(w *apptest.World, dish string) (begun chan struct{}, end func()) {
	begun, ended := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(begun) })
	w.Cut = func(ctx context.Context, j sandbox.CutJob) error {
		source, err := json.Marshal(j.Source)
		if err != nil {
			return err
		}
		if strings.Contains(string(source), dish) {
			first()
			select {
			case <-ended:
			case <-ctx.Done():
			}
		}
		return os.WriteFile(j.Out, apptest.Canned(j, 0), 0o600)
	}
	return begun, sync.OnceFunc(func() { close(ended) })
}

// program runs a command to its end, and returns what it says.
func program(t *testing.T, w *apptest.World, args ...string) (said string, err error) {
	path, err := apptest.Program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), apptest.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = filepath.Dir(path), append(os.Environ(), "LISTEN=127.0.0.1:0", "PUBLIC_URL=https://us.example")
	for name, value := range w.Settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}
