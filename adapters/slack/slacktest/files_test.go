package slacktest

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// files are those of the last event.
func (b *bot) files() []map[string]any {
	b.t.Helper()
	all := b.events()
	var files []map[string]any
	for _, f := range all[len(all)-1].Event["files"].([]any) {
		files = append(files, f.(map[string]any))
	}
	return files
}

func TestFiles_WhoMayNotSeeOneIsSentToSignIn(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	ch.Post("사진", Photo(picture(9, 9)))
	link := b.files()[0]["url_private"].(string)
	b.ws.Without("files:read")
	for _, token := range []string{"", "xoxb-wrong", b.ws.Token(), b.sl.Workspace("옆집").Token()} {
		resp, page := b.get(link, token)
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "<html>") {
			t.Errorf("%q: %d %.20q", token, resp.StatusCode, page)
		}
		if redir := resp.Request.URL.Query().Get("redir"); !strings.HasSuffix(link, redir) || redir == "" {
			t.Errorf("signed in for %q", redir)
		}
	}
}

func TestFiles_AreOfManyKinds(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	ch.Post("", Photos(picture(9, 9), picture(20, 10)), External("새우.jpg", "https://drive.example.com/1"))
	all := b.files()
	if len(all) != 3 || all[1]["original_w"] != 20.0 {
		t.Fatalf("got %v", all)
	}
	if f := all[2]; f["is_external"] != true || f["url_private"] != "https://drive.example.com/1" ||
		f["url_private_download"] != nil {
		t.Errorf("external: %v", f)
	}
	post := ch.Post("옛날 사진", Photo(picture(9, 9)))
	f := b.files()[0]
	post.HideFiles()
	info := b.call("files.info", map[string]any{"file": f["id"]}).ok(t)["file"].(map[string]any)
	if info["mode"] != "hidden_by_limit" || info["url_private"] != nil {
		t.Errorf("hidden: %v", info)
	}
	post.DropFiles()
	b.call("files.info", map[string]any{"file": f["id"]}).refused(t, "file_deleted")
	if resp, _ := b.get(f["url_private"].(string), b.ws.Token()); resp.StatusCode == http.StatusOK &&
		resp.Request.URL.Path != "/" {
		t.Error("a deleted file is still there")
	}
}

func TestUpload_IsWhatWasAnnounced(t *testing.T) {
	_, b := play(t, Options{})
	_, ch := b.place()
	start := func(length string) reply {
		return b.call("files.getUploadURLExternal", map[string]any{"filename": "a.mp4", "length": length})
	}
	start("0").refused(t, "invalid_arguments")
	b.ws.Policy("file_type_not_allowed")
	start("4").refused(t, "file_type_not_allowed")
	b.ws.Policy("")
	up := start("4").ok(t)
	resp, err := http.Post(up.text("upload_url"), "application/octet-stream", strings.NewReader("films"))
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode == http.StatusOK {
		t.Error("more came than was announced")
	}
	share := func(id, to string) reply {
		return b.call("files.completeUploadExternal", map[string]any{
			"files": `[{"id":"` + id + `"}]`, "channel_id": to,
		})
	}
	share(up.text("file_id"), ch.ID()).refused(t, "file_not_found")
	id := b.upload("a.mp4", "film")
	share(id, b.ws.Member("사장", "").ID).refused(t, "invalid_arguments")
	share(id, "C0NOTTHERE1").refused(t, "channel_not_found")
	share(id, b.ws.Channel("잡담", b.ws.Member("사장", "")).ID()).refused(t, "not_in_channel")
}

func TestUpload_SharingTakesAWhileAndHappensAsOftenAsAsked(t *testing.T) {
	_, b := play(t, Options{ShareAfter: time.Hour})
	_, ch := b.place()
	id := b.upload("a.mp4", "film")
	done := map[string]any{"files": `[{"id":"` + id + `"}]`, "channel_id": ch.ID()}
	b.call("files.completeUploadExternal", done).ok(t)
	if info := b.call(
		"files.info", map[string]any{"file": id},
	).ok(t)["file"].(map[string]any); len(info["shares"].(map[string]any)) != 0 {
		t.Errorf("shared already: %v", info)
	}

	_, b = play(t, Options{ShareAfter: time.Millisecond})
	_, ch = b.place()
	done["files"], done["channel_id"] = `[{"id":"`+b.upload("a.mp4", "film")+`"}]`, ch.ID()
	b.call("files.completeUploadExternal", done).ok(t)
	b.call("files.completeUploadExternal", done).ok(t)
	if _, err := ch.Wait(limit, func(all []Message) bool { return len(all) == 3 }); err != nil {
		t.Error(err)
	}
}

func TestFiles_ADownloadCanBreakOff(t *testing.T) {
	sl, b := play(t, Options{})
	_, ch := b.place()
	jpeg := picture(90, 90)
	ch.Post("사진", Photo(jpeg))
	link := b.files()[0]["url_private"].(string)
	sl.Fault(standin.Fault{On: Downloads, Cut: standin.CutHalf})
	if _, data := b.get(link, b.ws.Token()); len(data) != len(jpeg)/2 {
		t.Errorf("%d of %d bytes came", len(data), len(jpeg))
	}
	if _, data := b.get(link, b.ws.Token()); !bytes.Equal(data, jpeg) {
		t.Error("the failure was to come once")
	}
}
