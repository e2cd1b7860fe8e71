package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

func badArgs(messages ...string) error { return refused("invalid_arguments", messages...) }

// getUploadURL is the first of the three calls that make a file. It says where the bytes go.
func getUploadURL(s *Server, c caller, p params) (map[string]any, error) {
	length := p.Number("length")
	switch {
	case p.Text("filename") == "":
		return nil, badArgs("[ERROR] missing required field: filename")
	case length <= 0:
		return nil, badArgs("[ERROR] input must be an integer [json-pointer:/length]")
	case length > uploadMax:
		return nil, refused("file_upload_size_restricted")
	case utf8.RuneCountInString(p.Text("alt_txt")) > 1000:
		return nil, refused("alt_txt_too_large")
	case c.team.policy != "":
		return nil, refused(c.team.policy)
	}
	name := p.Text("filename")
	f := s.keep(&file{
		name: name, alt: p.Text("alt_txt"), mime: typed(name), length: length, user: c.team.bot, team: c.team,
		ours: true,
	})
	ticket := fmt.Sprintf("%s%s%d", f.id, f.digest(), s.Next())
	s.files.tickets[ticket] = f
	return map[string]any{"upload_url": s.url + "/upload/v1/" + ticket, "file_id": f.id}, nil
}

// upload takes the bytes, raw or as a form. They must be as many as was said.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	f := s.files.tickets[r.PathValue("ticket")]
	s.Mu.Unlock()
	if f == nil {
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	}
	p := newParams(map[string]string{"file_id": f.id})
	data, err := uploaded(w, r, int64(f.length))
	p.Files = map[string]standin.Upload{"file": {Name: f.name, Data: data}}
	s.serve(w, r, Uploads, f.team, p, func(standin.Fault) (func(w http.ResponseWriter), error) {
		switch {
		case err != nil:
			return nil, &apiError{Name: "broken_body", Code: http.StatusBadRequest}
		case len(data) != f.length:
			return nil, &apiError{Name: "length_mismatch", Code: http.StatusBadRequest}
		}
		s.Mu.Lock()
		f.data, f.uploaded = data, true
		s.Mu.Unlock()
		return func(w http.ResponseWriter) { fmt.Fprintf(w, "OK - %d", len(data)) }, nil
	}, func(w http.ResponseWriter, err error) {
		http.Error(w, err.Error(), max(asAPI(err).Code, http.StatusBadRequest))
	})
}

// uploaded reads a file, no further than a byte beyond what was announced.
func uploaded(w http.ResponseWriter, r *http.Request, length int64) ([]byte, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return io.ReadAll(io.LimitReader(r.Body, length+1))
	}
	p, err := standin.ReadParams(w, r, standin.Limits{Field: fieldMax, File: length, Body: length + fieldMax})
	for _, f := range p.Files {
		return f.Data, err
	}
	return nil, err
}

var channelForm = regexp.MustCompile(`^[CGDZ][A-Z0-9]{8,}$`)

// completeUpload makes files of what was uploaded, and shares them a while later. Called again, it shares
// them again.
func completeUpload(s *Server, c caller, p params) (map[string]any, error) {
	var wanted []struct{ ID, Title string }
	if err := json.Unmarshal([]byte(p.Text("files")), &wanted); err != nil || len(wanted) == 0 {
		return nil, badArgs("[ERROR] missing required field: files")
	}
	share := &post{ours: true, text: p.Text("initial_comment"), thread: p.Text("thread_ts")}
	var err error
	if to := p.target(); to != "" {
		if share.room, err = s.shareable(c, to); err != nil {
			return nil, err
		}
	}
	if share.text == "" && p.has("blocks") {
		if share.blocks, err = s.blocks(p.Text("blocks")); err != nil {
			return nil, err
		}
	}
	var short []any
	for _, want := range wanted {
		f := s.files.byID[want.ID]
		if f == nil || !f.uploaded || f.team != c.team || f.gone {
			return nil, refused("file_not_found")
		}
		if want.Title != "" {
			f.title = want.Title
		}
		share.files = append(share.files, f)
		short = append(short, map[string]any{"id": f.id, "title": f.title})
	}
	if share.room != nil && !p.hidden {
		s.later(s.opts.ShareAfter, func() { s.share(share) })
	}
	return map[string]any{"files": short}, nil
}

// target is the one channel that files go to.
func (p params) target() string {
	to, _, _ := strings.Cut(p.Text("channels"), ",")
	if id := p.Text("channel_id"); id != "" {
		to = id
	}
	return to
}

// shareable is a channel that the bot may share files in.
func (s *Server) shareable(c caller, id string) (*room, error) {
	if !channelForm.MatchString(id) {
		return nil, badArgs(
			"[ERROR] input must match regex pattern: " + channelForm.String() + " [json-pointer:/channel_id]",
		)
	}
	r, err := s.writable(c, id)
	if err != nil && asAPI(err).Name == "restricted_action" {
		err = refused("posting_to_channel_denied")
	}
	return r, err
}

func (s *Server) share(m *post) {
	s.append(m)
	for _, f := range m.files {
		f.shares = append(f.shares, m)
	}
	m.room.sent = append(m.room.sent, s.Now())
	s.deliver(m)
}

func filesInfo(s *Server, c caller, p params) (map[string]any, error) {
	f := s.files.byID[p.Text("file")]
	switch {
	case f == nil || !f.reads(c.team):
		return nil, refused("file_not_found")
	case f.gone:
		return nil, refused("file_deleted")
	}
	w := f.wire(s)
	if !f.hidden {
		w["shares"] = f.wireShares()
		w["channels"], w["groups"], w["ims"] = f.rooms(public), []string{}, f.rooms(im)
	}
	return map[string]any{"file": w, "comments": []any{}, "response_metadata": map[string]any{"next_cursor": ""}}, nil
}

// rooms are the ids of the conversations of a kind that a file was shared in.
func (f *file) rooms(kind string) []string {
	all := []string{}
	for _, m := range f.shares {
		if m.room.kind == kind && !slices.Contains(all, m.room.id) {
			all = append(all, m.room.id)
		}
	}
	return all
}
