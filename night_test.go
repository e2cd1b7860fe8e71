package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

// onDuty is a service with an owner, and an admin whose chat is the one in which the service speaks up.
func onDuty(t *testing.T, change ...func(w *world)) (owner, ops *talk) {
	t.Helper()
	var boss *people.Person
	owner = talking(t, append(change, func(w *world) {
		boss = w.people.Person("관리자", "ko")
		boss.Private().SendText("/start") // else a bot may not write there
		id := "telegram:" + strconv.FormatInt(boss.Private().ID(), 10)
		w.settings["ADMINS"], w.settings["OPS_CHAT"] = id, id
	})...)
	return owner, owner.in(boss.Private())
}

// faulty lets a provider answer otherwise.
func faulty(f sandbox.Fault) func(w *world) {
	return func(w *world) { w.faults(f) }
}

func TestOpsHearOfAParkedOrderAndRetryItThere(t *testing.T) {
	owner, ops := onDuty(t, faulty(sandbox.Fault{On: startClip, Status: 400, Body: `{"error":"You do not have enough credits to run this task."}`}))
	owner.SendPhoto(tinyPhoto(), pasta)
	bell := ops.hearsText("🛑 1번 주문이 멈췄어요 · 영상")
	for _, part := range []string{"새우 파스타", "not have enough credits", "충전"} {
		if !strings.Contains(bell.Text, part) {
			t.Errorf("nothing of %q in %q", part, bell.Text)
		}
	}
	ops.press(bell, "재시도")
	owner.gets(1)
	if err := owner.p.monitor.ops.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.hearsText("✅ 1번 주문")
}

func TestADaysBudgetHoldsClipsBackAndSaysSo(t *testing.T) {
	owner, ops := onDuty(t, func(w *world) { w.settings["DAILY_CREDIT_BUDGET"] = "15" })
	owner.SendPhoto(tinyPhoto(), pasta)
	owner.gets(1)
	owner.p.monitor.refreshFlags() // rather than in two seconds
	owner.SendPhoto(tinyPhoto(), "김치찌개 9,000원")
	owner.hearsText("오늘 만들 수 있는 영상을 다 만들었어요.")
	if clips, _ := owner.bought(); clips != 1 {
		t.Errorf("%d clips were bought", clips)
	}
	ops.hearsText("💳 오늘 예산 15를 다 썼어요.")
}

func TestRefused_PhotosAreCountedForTheMonthAndStopTheirChatForTheDay(t *testing.T) {
	owner, ops := onDuty(t, faulty(sandbox.Fault{On: startClip, Fail: "SAFETY.INPUT.IMAGE", Times: 100}), func(w *world) { w.settings["SHOP_MONTHLY_LIMIT"] = "30" })
	for n := range 3 {
		owner.SendPhoto(tinyPhoto(), fmt.Sprintf("새우 파스타 %d,000원", 11+n))
		if o := owner.p.ended(1, patience)[0]; o.Reason != pipeline.ReasonPhotoRefused {
			t.Fatalf("order %d is %s: %s", o.ID, o.Status, o.Detail)
		}
	}
	ops.hearsText("🚫 한 방에서 보낸 사진이 오늘 3번 거절됐어요")
	owner.SendPhoto(tinyPhoto(), "새우 파스타 20,000원")
	owner.hearsText("오늘은 쓸 수 없는 사진이 여러 장이라")
	owner.SendText("/usage")
	owner.hearsText("이번 달 3/30편")
	if clips, _ := owner.bought(); clips != 3 {
		t.Errorf("%d clips were bought", clips)
	}
}

func TestOpsHearThatCreditsAreLow(t *testing.T) {
	_, ops := onDuty(t, faulty(sandbox.Fault{On: "GET /v1/organization", Status: 200, Body: `{"creditBalance":45,"tier":{"models":{}},"usage":{"models":{}}}`}))
	ops.hearsText("🪫 런웨이 크레딧이 45 남았어요. 영상 3편쯤")
}

func TestAnOwnersFilesAreGoneAfterTheyAskedForIt(t *testing.T) {
	owner, ops := onDuty(t)
	owner.SendPhoto(tinyPhoto(), pasta)
	owner.gets(1)
	link := owner.asks("/export", "/v/").Text
	link = link[strings.Index(link, "http"):]
	kept := files(t, owner.p)
	owner.press(owner.asks("/forget", "지울까요?"), "네, 모두 지울게요")
	owner.hearsText("에 모두 지울게요. 그 전에는 되돌릴 수 있어요.")
	aDayAgo(t, owner.w)
	if err := owner.p.monitor.forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	ops.hearsText("1번 가게의 정보를 모두 지웠어요.")
	if left := files(t, owner.p); len(left) != 0 || len(kept) != 3 {
		t.Errorf("of %q there are %q left", kept, left)
	}
	answer, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("its link answers %d", answer.StatusCode)
	}
}

// aDayAgo makes it so that owners who want to be forgotten have wanted it since yesterday.
func aDayAgo(t *testing.T, w *world) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(w.settings["DATABASE_URL"], "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE incidents SET since = since - ? WHERE key LIKE 'forget:%'", (25 * time.Hour).Milliseconds()); err != nil {
		t.Fatal(err)
	}
}

// files lists the blobs of orders, not those that ship with the program.
func files(t *testing.T, p *process) (names []string) {
	t.Helper()
	root := p.cfg.Blobs.Dir
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		for _, kind := range []string{"photos", "clips", "shorts"} {
			if rest, ok := strings.CutPrefix(path, filepath.Join(root, kind)+string(filepath.Separator)); ok && err == nil && !d.IsDir() {
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

// stuckDisk is a store of which some files can't be deleted.
type stuckDisk struct {
	pipeline.Blobs
	stuck string
}

func (d stuckDisk) Delete(ctx context.Context, key string) error {
	if d.stuck != "" && strings.HasPrefix(key, d.stuck) {
		return errors.New("the disk says no")
	}
	return d.Blobs.Delete(ctx, key)
}

func TestACleanUpThatIsBrokenOffGoesOnUntilAllIsGone(t *testing.T) {
	for name, database := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newWorld(t, database(t)).start(hurried(), nil)
			defer p.stop()
			const n = 5
			p.placeAll(n)
			p.ended(n, patience)
			p.wait(func() bool { return len(files(t, p)) == 3*n })
			if err := p.monitor.clean(t.Context()); err != nil { // they are young
				t.Fatal(err)
			}
			if left := files(t, p); len(left) != 3*n {
				t.Fatalf("gone too early: %q are left", left)
			}
			p.cfg.Retention = -time.Hour
			blobs := p.pipe.Blobs
			p.pipe.Blobs = stuckDisk{blobs, "clips/3-"}
			if err := p.monitor.clean(t.Context()); err == nil {
				t.Error("a file that can't be deleted is no error")
			}
			if left := files(t, p); len(left) == 0 || len(left) > 3 {
				t.Errorf("one order's file is stuck, and these are left: %q", left)
			}
			p.pipe.Blobs = blobs
			for range 2 { // again does no harm
				if err := p.monitor.cleanOn(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if left := files(t, p); len(left) != 0 {
				t.Errorf("%q are left", left)
			}
			o, err := p.engine.Order(t.Context(), 1)
			if err != nil || o.Cut.Words.Menu != "" || o.Status != pipeline.Delivered {
				t.Errorf("%+v, %v", o, err)
			}
			if b, err := p.engine.AuditLedger(t.Context()); err != nil || len(b.Inconsistencies) != 0 {
				t.Errorf("the ledger lost something: %q, %v", b.Inconsistencies, err)
			}
		})
	}
}
