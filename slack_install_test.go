package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	office "github.com/sajangpick/sajangpick/adapters/sandbox/slack"
	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/pipeline"
)

// installing opens a service that workspaces of Slack install by themselves.
func installing(t *testing.T) (*world, *process, *office.Server) {
	t.Helper()
	t.Parallel()
	w := newWorld(t, databases()["sqlite"](t))
	sl := w.withSlack(office.Options{})
	w.settings["SLACK_CLIENT_ID"], w.settings["SLACK_CLIENT_SECRET"] = sl.ClientID(), sl.ClientSecret()
	return w, w.subscribed(sl), sl
}

// browse follows a link as a browser does, and returns the page that it ends at.
func browse(t *testing.T, from string) (status int, page string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Jar: jar}).Get(from)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// joins installs the app in a workspace, and lets its bot into a channel.
func (w *world) joins(p *process, sl *office.Server, ws *office.Workspace) *room {
	t := w.t.(*testing.T)
	t.Helper()
	if status, page := browse(t, p.server.URL+"/slack/install"); status != http.StatusOK || !strings.Contains(page, "/invite @sajangpick") {
		t.Fatalf("installed: %d %s", status, page)
	}
	k := &room{t: t, w: w, p: p, sl: sl, ws: ws, staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.staff).Invite()
	k.hears("이 채널에 음식 사진을 올리면서")
	return k
}

func TestSeveralWorkspacesInstallTheAppByThemselves(t *testing.T) {
	w, p, sl := installing(t)
	var rooms []*room
	for _, name := range []string{"바다식당", "산골식당"} {
		rooms = append(rooms, w.joins(p, sl, sl.Stranger(name)))
	}
	for _, k := range rooms {
		k.gets(1, k.Post(pasta, office.Photo(tinyPhoto())))
	}
	for _, k := range rooms {
		kept, err := p.engine.Workspace(t.Context(), slack.Platform, k.ws.ID)
		if err != nil || kept.Name != k.ws.Name || strings.Contains(string(kept.Sealed), "xoxb") || len(k.orders()) != 1 {
			t.Errorf("%s: %+v, %v", k.ws.Name, kept, err)
		}
	}
}

func TestAWorkspaceThatRemovesTheAppEndsItsWork(t *testing.T) { // S29
	w, p, sl := installing(t)
	k, other := w.joins(p, sl, sl.Stranger("바다식당")), w.joins(p, sl, sl.Stranger("산골식당"))
	release := k.hold()
	k.Post(pasta, office.Photo(tinyPhoto()))
	k.Post("", office.Photo(picture(240, 400)))
	o := k.underWay()
	theirs := other.Post("김치찌개 9,000원", office.Photo(tinyPhoto()))
	other.underWay()
	k.ws.Uninstall()
	p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
	k.settled()
	if _, err := p.engine.Workspace(t.Context(), slack.Platform, k.ws.ID); !errors.Is(err, pipeline.ErrNotFound) {
		t.Errorf("its token is still there: %v", err)
	}
	before := len(sl.Requests("chat.postMessage", "files.getUploadURLExternal"))
	release()
	other.gets(1, theirs)
	for _, r := range sl.Requests("chat.postMessage", "files.getUploadURLExternal")[before:] {
		if r.Error != "" {
			t.Errorf("%s was refused: %s", r.Method, r.Error)
		}
	}
	again := w.joins(p, sl, k.ws)
	again.gets(1, again.Post(pasta, office.Photo(tinyPhoto())))
}

func TestUninstall_LateWordDoesNotEndANewerInstallation(t *testing.T) {
	w, p, sl := installing(t)
	ws := sl.Stranger("바다식당")
	k := w.joins(p, sl, ws)
	k.settled()
	sl.Hold()
	ws.Uninstall()
	if status, page := browse(t, p.server.URL+"/slack/install"); status != http.StatusOK {
		t.Fatalf("installed again: %d %s", status, page)
	}
	release := k.hold()
	post := k.Post(pasta, office.Photo(tinyPhoto()))
	sl.Release(true)
	o := k.underWay()
	k.settled() // app_uninstalled and tokens_revoked too
	if now, err := p.engine.Order(t.Context(), o.ID); err != nil || now.Status != pipeline.Open {
		t.Errorf("what is under way: %+v, %v", now, err)
	}
	release()
	k.gets(1, post)
	if _, err := p.engine.Workspace(t.Context(), slack.Platform, ws.ID); err != nil {
		t.Errorf("its token: %v", err)
	}
}
