package service_test

import (
	"database/sql"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestOps_AreToldOfAParkedOrderAndRetryItThere(t *testing.T) {
	owner, ops := apptest.OnDuty(
		t,
		apptest.Faulty(sandbox.Fault{
			On: apptest.StartClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`,
		}),
	)
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	bell := ops.HearsText("🛑 1번 주문이 멈췄어요 · 영상")
	for _, part := range []string{"새우 파스타", "not have enough credits", "충전"} {
		if !strings.Contains(bell.Text, part) {
			t.Errorf("nothing of %q in %q", part, bell.Text)
		}
	}
	ops.Press(bell, "재시도")
	owner.Gets(1)
	if err := owner.Process.Monitor.Ops.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.HearsText("✅ 1번 주문")
}

func TestForget_AnOwnersFilesAreGoneAfterTheyAskedForIt(t *testing.T) {
	owner, ops := apptest.OnDuty(t)
	owner.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	owner.Gets(1)
	link := owner.Asks("/export", "/v/").Text
	link = link[strings.Index(link, "http"):]
	kept := files(t, owner.Process)
	owner.Press(owner.Asks("/forget", "지울까요?"), "네, 모두 지울게요")
	owner.HearsText("에 모두 지울게요. 그 전에는 되돌릴 수 있어요.")
	aDayAgo(t, owner.World)
	if err := owner.Process.Monitor.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.HearsText("1번 가게의 정보를 모두 지웠어요.")
	if left := files(t, owner.Process); len(left) != 0 || len(kept) != 3 {
		t.Errorf("of %q there are %q left", kept, left)
	}
	answer, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusGone {
		t.Errorf("its link answers %d", answer.StatusCode)
	}
}

// aDayAgo makes it so that owners who want to be forgotten have wanted it since yesterday.
func aDayAgo(t *testing.T, w *apptest.World) {
	t.Helper()
	db, err := sql.Open(
		"sqlite", "file:"+strings.TrimPrefix(w.Settings["DATABASE_URL"], "sqlite:")+"?_pragma=busy_timeout(10000)",
	)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(
		"UPDATE incidents SET since = since - ? WHERE key LIKE 'forget:%'", (25 * time.Hour).Milliseconds(),
	); err != nil {
		t.Fatal(err)
	}
}

// files lists the blobs of orders, not those that ship with the program.
func files(t *testing.T, p *apptest.Process) (names []string) {
	t.Helper()
	root := p.Cfg.Blobs.Dir
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		for _, kind := range []string{"photos", "clips", "shorts"} {
			if rest, ok := strings.CutPrefix(path, filepath.Join(root, kind)+string(filepath.Separator)); ok &&
				err == nil && !d.IsDir() {
				names = append(names, kind+"/"+rest)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
