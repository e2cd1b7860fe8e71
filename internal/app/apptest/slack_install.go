package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
)

// Browse follows a link as a browser does, and returns the page that it ends at.
func Browse(t *testing.T, from string) (status int, page string) {
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

// Joins installs the app in a workspace, and lets its bot into a channel.
func (w *World) Joins(p *Process, sl *office.Server, ws *office.Workspace) *Room {
	t := w.T.(*testing.T)
	t.Helper()
	if status, page := Browse(t, p.Server.URL+"/slack/install"); status != http.StatusOK ||
		!strings.Contains(page, "/invite @sajangpick") {
		t.Fatalf("installed: %d %s", status, page)
	}
	k := &Room{T: t, World: w, Process: p, Slack: sl, Workspace: ws, Staff: ws.Member("이직원", "ko-KR")}
	k.Channel = ws.Channel("쇼츠", k.Staff).Invite()
	k.Hears("이 채널에 음식 사진을 올리면서")
	return k
}
