package slacktest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // pictures that people send
	_ "image/png"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	_ "golang.org/x/image/webp"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// file is one that a person or our bot put into Slack.
type file struct {
	id, name, title, alt, mime string
	data                       []byte
	w, h                       int
	user                       string
	team                       *Workspace
	ours                       bool
	external                   string // where it really lies; empty: with Slack
	gone, hidden               bool
	created                    time.Time
	shares                     []*post

	length   int // that was announced for an upload
	uploaded bool
}

type files struct {
	byID    map[string]*file
	tickets map[string]*file
}

func newFiles() files { return files{map[string]*file{}, map[string]*file{}} }

func (s *Server) keep(f *file) *file {
	f.id, f.created = s.id("F"), s.Now()
	f.title = cmp.Or(f.title, f.name)
	s.files.byID[f.id] = f
	return f
}

// Photo attaches a picture; its type is sniffed.
func Photo(data []byte) With {
	kind := http.DetectContentType(data)
	return File("IMG_0001."+endings[kind], kind, data)
}

// Photos attaches several in one message.
func Photos(all ...[]byte) With {
	return func(m *post) {
		for _, data := range all {
			Photo(data)(m)
		}
	}
}

// File attaches any file. Its type is what the sender's client says it is.
func File(name, mimetype string, data []byte) With {
	return func(m *post) { m.attach(&file{name: name, mime: mimetype, data: data}) }
}

// External attaches a link to a file elsewhere, such as Google Drive, as Slack's pickers do.
func External(name, link string) With {
	return func(m *post) { m.attach(&file{name: name, mime: "image/jpeg", external: link}) }
}

func (m *post) attach(f *file) {
	f.user, f.team = m.user(), m.room.team
	if c, _, err := image.DecodeConfig(bytes.NewReader(f.data)); err == nil {
		f.w, f.h = c.Width, c.Height
	}
	m.files = append(m.files, m.room.team.s.keep(f))
}

// endings are the kinds of files, by type, as Slack names them.
var endings = map[string]string{
	"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic",
	"video/mp4": "mp4", "video/quicktime": "mov", "application/pdf": "pdf", "text/plain": "text",
}

// wire is a file as events and files.info show it.
func (f *file) wire(s *Server) map[string]any {
	mode := "hosted"
	switch {
	case f.gone:
		return map[string]any{"id": f.id, "mode": "tombstone"}
	case f.hidden:
		return map[string]any{"id": f.id, "mode": "hidden_by_limit", "date_delete": s.Now().Unix()}
	case f.external != "":
		mode = "external"
	}
	kind := cmp.Or(endings[f.mime], "binary")
	w := map[string]any{
		"id": f.id, "created": f.created.Unix(), "timestamp": f.created.Unix(), "name": f.name, "title": f.title,
		"mimetype": f.mime, "filetype": kind, "pretty_type": strings.ToUpper(kind), "user": f.user,
		"user_team": f.team.ID,
		"editable":  false, "size": len(f.data), "mode": mode, "is_external": f.external != "", "external_type": "",
		"is_public": true, "public_url_shared": false, "display_as_bot": false, "username": "",
		"file_access": "visible",
		"permalink":   fmt.Sprintf("%s/files/%s/%s/%s", s.url, f.user, f.id, f.slug()), "alt_txt": f.alt,
	}
	if f.external != "" {
		w["external_type"], w["external_url"], w["url_private"] = "gdrive", f.external, f.external
		return w
	}
	w["url_private"] = fmt.Sprintf("%s/files-pri/%s-%s/%s", s.url, f.team.ID, f.id, f.slug())
	w["url_private_download"] = fmt.Sprintf("%s/files-pri/%s-%s/download/%s", s.url, f.team.ID, f.id, f.slug())
	if f.w > 0 {
		w["original_w"], w["original_h"] = f.w, f.h
	}
	return w
}

// wireStub is a file that has to be asked for.
func (f *file) wireStub() map[string]any {
	return map[string]any{
		"id": f.id, "created": 0, "timestamp": 0, "user": "", "mode": "file_access", "file_access": "check_file_info",
	}
}

// slug is a file's name in links.
func (f *file) slug() string {
	keep := func(r rune) rune {
		if r < 0x80 && !strings.ContainsRune(" /?#%", r) {
			return r
		}
		return '_'
	}
	return strings.ToLower(strings.Map(keep, cmp.Or(f.name, "file")))
}

func (f *file) digest() string {
	sum := sha256.Sum256([]byte(f.id))
	return hex.EncodeToString(sum[:5])
}

// wireShares lists where a file was shared.
func (f *file) wireShares() map[string]any {
	lists := map[string]map[string][]any{"public": {}, "private": {}}
	for _, m := range f.shares {
		if m.deleted || m.tombstone {
			continue
		}
		kind := "private"
		if m.room.kind == public {
			kind = "public"
		}
		share := map[string]any{
			"ts": m.ts, "channel_name": m.room.name, "team_id": m.room.team.ID, "share_user_id": m.user(),
			"reply_users": []string{}, "reply_users_count": 0, "reply_count": 0,
		}
		if m.thread != "" {
			share["thread_ts"] = m.thread
		}
		lists[kind][m.room.id] = append(lists[kind][m.room.id], share)
	}
	all := map[string]any{}
	for kind, list := range lists {
		if len(list) > 0 {
			all[kind] = list
		}
	}
	return all
}

// reads reports whether the bot of a workspace may see a file.
func (f *file) reads(ws *Workspace) bool {
	return f.ours && f.team == ws ||
		slices.ContainsFunc(f.shares, func(m *post) bool { return m.room.bot && m.room.team == ws })
}

// download answers links to files. Who may not see one is sent to sign in, and gets a page with 200.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	p := newParams(map[string]string{"path": r.URL.Path})
	p.token = bearer(r)
	s.Mu.Lock()
	c, denied := s.admit("files.info", p)
	f := s.files.find(r.PathValue("file"))
	allowed := denied == nil && f != nil && f.reads(c.team) && !f.hidden
	s.Mu.Unlock()
	s.serve(w, r, Downloads, c.team, p, func(fault standin.Fault) (func(w http.ResponseWriter), error) {
		switch {
		case !allowed:
			return nil, refused("sign_in")
		case f.gone:
			return nil, &apiError{Name: "file_deleted", Code: http.StatusNotFound}
		}
		return func(w http.ResponseWriter) { fault.Send(w, cmp.Or(f.mime, "application/octet-stream"), f.data) }, nil
	}, func(w http.ResponseWriter, err error) {
		switch asAPI(err).Name {
		case "sign_in":
			http.Redirect(w, r, "/?redir="+r.URL.Path, http.StatusFound)
		case "file_deleted":
			http.Error(w, "<html><body>404</body></html>", http.StatusNotFound)
		default:
			refuse(w, err)
		}
	})
}

// find is the file of a part of a link, which is team-file.
func (all files) find(part string) *file {
	_, id, _ := strings.Cut(part, "-")
	return all.byID[id]
}

// typed is the type of a file by its name.
func typed(name string) string {
	kind, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(name)), ";")
	return cmp.Or(kind, "application/octet-stream")
}
