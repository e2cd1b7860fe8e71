package slack

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

func badArgs(messages ...string) error { return refused("invalid_arguments", messages...) }

// getUploadURL is the first of the three calls that make a file. It says where the bytes go.
func getUploadURL(s *Server, c caller, p params) (map[string]any, error) {
	length := p.number("length")
	switch {
	case p.text("filename") == "":
		return nil, badArgs("[ERROR] missing required field: filename")
	case length <= 0:
		return nil, badArgs("[ERROR] input must be an integer [json-pointer:/length]")
	case length > uploadMax:
		return nil, refused("file_upload_size_restricted")
	case utf8.RuneCountInString(p.text("alt_txt")) > 1000:
		return nil, refused("alt_txt_too_large")
	case c.team.policy != "":
		return nil, refused(c.team.policy)
	}
	name := p.text("filename")
	f := s.keep(&file{
		name: name, alt: p.text("alt_txt"), mime: typed(name), length: length, user: c.team.bot, team: c.team, ours: true,
	})
	ticket := fmt.Sprintf("%s%s%d", f.id, f.digest(), s.next())
	s.files.tickets[ticket] = f
	return map[string]any{"upload_url": s.url + "/upload/v1/" + ticket, "file_id": f.id}, nil
}

// upload takes the bytes, raw or as a form. They must be as many as was said.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files.tickets[r.PathValue("ticket")]
	s.mu.Unlock()
	if f == nil {
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	}
	p := params{values: map[string]string{"file_id": f.id}}
	err := p.bytes(w, r, int64(f.length))
	line := s.note(Uploads, f.team, p)
	failure := s.failing(Uploads, p)
	if failure.hits(w, r) {
		s.settle(line, failure.refusal())
		return
	}
	switch {
	case err == nil && failure.refuses():
		err = failure.refusal()
	case err == nil && len(p.file) != f.length:
		err = &apiError{Name: "length_mismatch", Code: http.StatusBadRequest}
	}
	if err == nil {
		s.mu.Lock()
		f.data, f.uploaded = p.file, true
		s.mu.Unlock()
	}
	s.settle(line, err)
	if failure.Lost {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		http.Error(w, err.Error(), max(asAPI(err).Code, http.StatusBadRequest))
		return
	}
	fmt.Fprintf(w, "OK - %d", len(p.file))
}

func (p *params) bytes(w http.ResponseWriter, r *http.Request, length int64) (err error) {
	body := http.MaxBytesReader(w, r.Body, length+fieldMax)
	kind, args, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		err = p.multipart(multipart.NewReader(body, args["boundary"]), length)
	} else {
		p.file, err = io.ReadAll(io.LimitReader(body, length+1))
	}
	if err != nil {
		return &apiError{Name: "broken_body", Code: http.StatusBadRequest}
	}
	return nil
}

var channelForm = regexp.MustCompile(`^[CGDZ][A-Z0-9]{8,}$`)

// completeUpload makes files of what was uploaded, and shares them a while later. Called again, it shares
// them again.
func completeUpload(s *Server, c caller, p params) (map[string]any, error) {
	var wanted []struct{ ID, Title string }
	if err := json.Unmarshal([]byte(p.text("files")), &wanted); err != nil || len(wanted) == 0 {
		return nil, badArgs("[ERROR] missing required field: files")
	}
	share := &post{ours: true, text: p.text("initial_comment"), thread: p.text("thread_ts")}
	var err error
	if to := p.target(); to != "" {
		if share.room, err = s.shareable(c, to); err != nil {
			return nil, err
		}
	}
	if share.text == "" && p.has("blocks") {
		if share.blocks, err = s.blocks(p.text("blocks")); err != nil {
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
		s.later(s.ShareAfter, func() { s.share(share) })
	}
	return map[string]any{"files": short}, nil
}

// target is the one channel that files go to.
func (p params) target() string {
	to, _, _ := strings.Cut(p.text("channels"), ",")
	if id := p.text("channel_id"); id != "" {
		to = id
	}
	return to
}

// shareable is a channel that the bot may share files in.
func (s *Server) shareable(c caller, id string) (*room, error) {
	if !channelForm.MatchString(id) {
		return nil, badArgs("[ERROR] input must match regex pattern: " + channelForm.String() + " [json-pointer:/channel_id]")
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
	m.room.sent = append(m.room.sent, s.now())
	s.deliver(m)
}

func filesInfo(s *Server, c caller, p params) (map[string]any, error) {
	f := s.files.byID[p.text("file")]
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
