package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/script"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// standInKey is what our own adapters show to stand-ins, which take any key.
const standInKey = "sandbox"

// AiLabel marks the file as made by AI, as Korea's AI Basic Act wants it.
const AiLabel = "AI로 만든 영상"

// clipFPS is the frame rate of the stand-in's clips.
const clipFPS = 30

// progress hears how far a stand-in's film is: made is "clip" or "short".
type progress func(made string, done float64)

// Films are what the stand-ins really do: the studio renders with ffmpeg.
func Films(
	tool ffmpeg.Tool, heard progress,
) (func(context.Context, sandbox.ClipJob) error, func(context.Context, sandbox.CutJob) error) {
	hear := func(made string, also func(float64)) func(float64) {
		return func(done float64) {
			also(done)
			if heard != nil {
				heard(made, done)
			}
		}
	}
	film := func(ctx context.Context, j sandbox.ClipJob) error {
		return clip.Render(ctx, tool, clip.Request{
			Photo: j.Photo, Prompt: j.Prompt, W: j.W, H: j.H, Seconds: j.Seconds, FPS: clipFPS,
			Seed: j.Seed, Out: j.Out, Progress: hear("clip", j.Progress),
		})
	}
	cut := func(ctx context.Context, j sandbox.CutJob) error {
		c, _, err := script.Parse(j.Source)
		if err != nil {
			return err
		}
		return script.Render(ctx, tool, c, j.Fetch, script.Options{
			Out: j.Out, Scale: j.Scale, Comment: label(j.Source), Progress: hear("short", j.Progress),
		})
	}
	return film, cut
}

// label is aiLabel for a document that says so on its picture; there is none on one of a plain photo.
func label(source map[string]any) string {
	elements, _ := source["elements"].([]any)
	for _, e := range elements {
		if el, ok := e.(map[string]any); ok && el["text"] == AiLabel {
			return AiLabel
		}
	}
	return ""
}

// checkScript judges a RenderScript document as Creatomate's dry run does.
func checkScript(source map[string]any) ([]string, error) {
	_, warnings, err := script.Parse(source)
	return warnings, err
}

// OpenStandIns prepares the stand-ins of Runway and Creatomate. It needs ffmpeg.
func OpenStandIns(ctx context.Context, dir string, log *slog.Logger, heard progress) (*sandbox.Server, error) {
	tool, err := ffmpeg.Find(ctx)
	if err != nil {
		return nil, err
	}
	film, cut := Films(tool, heard)
	return sandbox.New(sandbox.Options{Dir: dir, Log: log, Clip: film, Cut: cut, Check: checkScript})
}

// OpenPeople adds a stand-in of Telegram to the other ones: the Bot API, and the people who use it.
func OpenPeople(outside *http.ServeMux, log *slog.Logger) *people.Server {
	s := people.New(people.Options{Log: log})
	for _, path := range []string{"/bot" + s.Token() + "/", "/file/bot" + s.Token() + "/", "/sandbox/telegram/"} {
		outside.Handle(path, s.Handler())
	}
	return s
}

// server is an HTTP server on a listener, with the limits that every one of ours has.
type server struct {
	Http   *http.Server
	Url    string // http://host:port, as this machine reaches it
	Failed chan error
}

// handOver is how long a predecessor that was just killed may hold on to our address.
const handOver = 2 * time.Second

// Listen opens addr and serves h there. What is written at once is bounded by h's own limits.
func Listen(addr string, h http.Handler, log *slog.Logger) (*server, error) {
	l, err := net.Listen("tcp", addr)
	for end := time.Now().Add(handOver); errors.Is(err, syscall.EADDRINUSE) && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
		l, err = net.Listen("tcp", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("LISTEN=%s: %w", addr, err)
	}
	s := &server{
		Http:   newServer(h, log),
		Url:    selfURL(l.Addr()),
		Failed: make(chan error, 1),
	}
	go func() {
		if err := s.Http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.Failed <- err
		}
	}()
	return s, nil
}

// newServer has limits for a client that is slow or says too much.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      10 * time.Minute, // a short on a slow phone
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// selfURL is where this machine reaches a listener that may be open to all addresses.
func selfURL(a net.Addr) string {
	tcp := a.(*net.TCPAddr)
	if tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + tcp.String()
}
