package simtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// results are what providers have made.
type results struct{ w *world }

// Open implements pipeline.Results.
func (r results) Open(ctx context.Context, url string) (io.ReadCloser, error) {
	w := r.w
	if err := w.latency(ctx, w.quick()); err != nil {
		return nil, err
	}
	name, number, _ := strings.Cut(strings.TrimPrefix(url, "https://results.example/"), "-")
	n, err := strconv.Atoi(number)
	if err != nil || n > len(w.providers[name].works) {
		return nil, fmt.Errorf("no result: %s", url)
	}
	x, film := w.providers[name].works[n-1], "\x00\x00\x00\x08ftyp film of "+url
	if x.size == pipeline.Still {
		film = "\xff\xd8\xff picture of " + url
	}
	switch {
	case x.how == "result away" && time.Since(x.ends) < 5*time.Minute:
		return nil, transient(pipeline.ReasonBusy, "404")
	case x.how == "result empty":
		film = ""
	case name == "creatomate" && x.unfit > 0:
		x.unfit--
		film += " unfit"
	}
	return io.NopCloser(strings.NewReader(film)), nil
}

// finish is pipeline.Options.Finish.
func (w *world) finish(_ context.Context, r io.ReadSeeker, _ pipeline.Ordered) (io.Reader, error) {
	film, err := io.ReadAll(r)
	if err == nil && strings.HasSuffix(string(film), "unfit") {
		err = &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonUnfit, Err: errors.New("silent")}
	}
	return strings.NewReader(string(film)), err
}

// checkClip is pipeline.Options.CheckClip.
func (w *world) checkClip(_ context.Context, _, clip string) (pipeline.ClipVerdict, error) {
	w.alive(w.frame.p)
	_, n, _ := strings.Cut(string(w.files[clip]), "runway-")
	if i, err := strconv.Atoi(n); err == nil && w.providers["runway"].works[i-1].how == "other dish" {
		return pipeline.ClipVerdict{Changed: "another dish", Decides: true}, nil
	}
	return pipeline.ClipVerdict{}, nil
}
