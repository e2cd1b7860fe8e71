package slack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/slack"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// installing opens a service that workspaces of Slack install by themselves.
func installing(t *testing.T) (*apptest.World, *apptest.Process, *office.Server) {
	t.Helper()
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	sl := w.WithSlack(office.Options{})
	w.Settings["SLACK_CLIENT_ID"], w.Settings["SLACK_CLIENT_SECRET"] = sl.ClientID(), sl.ClientSecret()
	return w, w.Subscribed(sl), sl
}

func TestSlackInstall_SeveralWorkspacesInstallTheAppByThemselves(t *testing.T) {
	w, p, sl := installing(t)
	var rooms []*apptest.Room
	for _, name := range []string{"바다식당", "산골식당"} {
		rooms = append(rooms, w.Joins(p, sl, sl.Stranger(name)))
	}
	for _, k := range rooms {
		k.Gets(1, k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto())))
	}
	for _, k := range rooms {
		kept, err := p.Engine.Workspace(t.Context(), slack.Platform, k.Workspace.ID)
		if err != nil || kept.Name != k.Workspace.Name || strings.Contains(string(kept.Sealed), "xoxb") ||
			len(k.Orders()) != 1 {
			t.Errorf("%s: %+v, %v", k.Workspace.Name, kept, err)
		}
	}
}

func TestUninstall_LateWordDoesNotEndANewerInstallation(t *testing.T) {
	w, p, sl := installing(t)
	ws := sl.Stranger("바다식당")
	k := w.Joins(p, sl, ws)
	k.Settled()
	sl.Hold()
	ws.Uninstall()
	if status, page := apptest.Browse(t, p.Server.URL+"/slack/install"); status != http.StatusOK {
		t.Fatalf("installed again: %d %s", status, page)
	}
	release := k.Hold()
	post := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	sl.Release(true)
	o := k.UnderWay()
	k.Settled() // app_uninstalled and tokens_revoked too
	if now, err := p.Engine.Order(t.Context(), o.ID); err != nil || now.Status != pipeline.Open {
		t.Errorf("what is under way: %+v, %v", now, err)
	}
	release()
	k.Gets(1, post)
	if _, err := p.Engine.Workspace(t.Context(), slack.Platform, ws.ID); err != nil {
		t.Errorf("its token: %v", err)
	}
}
