//go:build unix

package script

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	runway "github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// BenchmarkScript_Short reports the CPU time of a whole short of 1080 x 1920 (its clip of 720 x 1280 with steam, and
// the film made of it, ffmpeg's children included) against that of ffmpeg encoding the very same frames from files with
// the very same arguments, before and after; and how much memory all of its processes take together at most.
func BenchmarkScript_Short(b *testing.B) {
	s := newStudio(b, 64, 64, .1)
	ready, err := photo.New(1).Prepare(b.Context(), bytes.NewReader(sample.Photo), nil)
	if err != nil {
		b.Fatal(err)
	}
	c, out := s.short(b, words), filepath.Join(s.dir, "short.mp4")
	film := func(tool ffmpeg.Tool) {
		err := runway.Render(b.Context(), tool, runway.Request{
			Photo: ready.JPEG, Prompt: prompt.For(words.Menu, 0).Prompt, W: 720, H: 1280, Seconds: 5, FPS: 30, Seed: 1,
			Out: s.clip,
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	cut := func(tool ffmpeg.Tool) {
		if err := Render(b.Context(), tool, c, s.assets, Options{Out: out}); err != nil {
			b.Fatal(err)
		}
	}
	stopped := watch(b)
	film(s.tool)
	cut(s.tool)
	peak := stopped()
	clipFrames, shortFrames := s.record(b, "clip", film), s.record(b, "short", cut)
	var clips, shorts, plain float64
	for b.Loop() {
		before := clipFrames.encode(b) + shortFrames.encode(b)
		t0 := cpu(b)
		film(s.tool)
		t1 := cpu(b)
		cut(s.tool)
		clips += t1 - t0
		shorts += cpu(b) - t1
		plain += (before + clipFrames.encode(b) + shortFrames.encode(b)) / 2
	}
	b.ReportMetric(clips/float64(b.N), "cpu-s/clip")
	b.ReportMetric(shorts/float64(b.N), "cpu-s/short")
	b.ReportMetric(plain/float64(b.N), "cpu-s/plain")
	b.ReportMetric((clips+shorts)/plain, "x-plain-encode")
	if peak > 0 {
		b.ReportMetric(peak, "peak-MB")
	}
}

// recording is what an encoder was given: its arguments, and the file of its raw frames.
type recording struct {
	ffmpeg, frames string
	args           []string
}

// record lets make work with an ffmpeg that keeps what it is asked to encode.
func (s studio) record(b *testing.B, name string, make func(ffmpeg.Tool)) recording {
	r := recording{ffmpeg: s.tool.FFmpeg, frames: filepath.Join(s.dir, name+".yuv")}
	args, sound, tool := filepath.Join(s.dir, name+".args"), filepath.Join(s.dir, name+".wav"), s.tool
	tool.FFmpeg = filepath.Join(s.dir, name+"-ffmpeg")
	shim := `#!/bin/sh
case " $* " in
*" pipe:0 "*)
	for a; do
		case "$a" in file:*.wav) cp "${a#file:}" '` + sound + `' && a='file:` + sound + `' ;; esac
		printf '%s\0' "$a"
	done >'` + args + `'
	tee '` + r.frames + `' | '` + r.ffmpeg + `' "$@" ;;
*)
	exec '` + r.ffmpeg + `' "$@" ;;
esac
`
	if err := os.WriteFile(tool.FFmpeg, []byte(shim), 0o700); err != nil {
		b.Fatal(err)
	}
	make(tool)
	kept, err := os.ReadFile(args)
	if err != nil {
		b.Fatal(err)
	}
	r.args = strings.Split(strings.TrimSuffix(string(kept), "\x00"), "\x00")
	return r
}

// encode makes the file again of the frames alone and gives ffmpeg's own CPU time.
func (r recording) encode(b *testing.B) float64 {
	frames, err := os.Open(r.frames)
	if err != nil {
		b.Fatal(err)
	}
	defer frames.Close()
	cmd := exec.CommandContext(b.Context(), r.ffmpeg, r.args...)
	cmd.Stdin = frames
	if said, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, said)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
}

// cpu is the time that this process and its finished children have used, in seconds.
func cpu(b *testing.B) float64 {
	sum := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		sum += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return sum
}

// watch looks five times a second how much memory this process and its children have, shared pages
// counted once (PSS), until it is stopped; then it gives the most in MB. 0 where the system doesn't tell.
func watch(b *testing.B) (stop func() float64) {
	ctx, cancel := context.WithCancel(b.Context())
	most := make(chan float64)
	go func() {
		peak := 0.0
		for tick := time.NewTicker(200 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				most <- peak
				return
			case <-tick.C:
				peak = max(peak, memory())
			}
		}
	}()
	return func() float64 {
		cancel()
		return <-most
	}
}

// memory is the proportional set of this process and its children, in MB.
func memory() float64 {
	sum := 0.0
	children, _ := filepath.Glob("/proc/self/task/*/children")
	pids := []string{"self"}
	for _, c := range children {
		list, _ := os.ReadFile(c)
		pids = append(pids, strings.Fields(string(list))...)
	}
	for _, pid := range pids {
		text, _ := os.ReadFile("/proc/" + pid + "/smaps_rollup")
		for line := range strings.Lines(string(text)) {
			if kb, ok := strings.CutPrefix(line, "Pss:"); ok {
				n, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 64)
				sum += n / 1000
			}
		}
	}
	return sum
}
