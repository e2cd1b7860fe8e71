package ffmpeg

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestDecode_WhatIsNoVideoIsAnError(t *testing.T) {
	tool, dir := tool(t), t.TempDir()
	text, list, sound := filepath.Join(dir, "a.mp4"), filepath.Join(dir, "b.mp4"), filepath.Join(dir, "c.wav")
	os.WriteFile(text, []byte("<html>sign in</html>"), 0o600)
	os.WriteFile(
		list, []byte("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"), 0o600,
	)
	writeTone(t, sound, 1)
	for _, path := range []string{text, list, sound, filepath.Join(dir, "missing.mp4")} {
		d, err := tool.Decode(t.Context(), path, 64, 64, 10)
		if err == nil {
			err = d.Read(NewFrame(64, 64))
			d.Close()
		}
		if err == nil || err == io.EOF {
			t.Errorf("%s decodes: %v", filepath.Base(path), err)
		}
		if _, err := tool.Still(t.Context(), path, 0); err == nil {
			t.Errorf("%s has a still", filepath.Base(path))
		}
	}
	for _, path := range []string{text, list} {
		if in, err := tool.Probe(t.Context(), path); err == nil {
			t.Errorf("%s is %+v", filepath.Base(path), in)
		}
	}
	silent := filepath.Join(dir, "d.mp4")
	encode(t, tool, EncodeOptions{Path: silent, W: 64, H: 64, FPS: 10, Preset: "ultrafast"}, 2)
	if _, err := tool.Audio(t.Context(), silent, 48000); err == nil {
		t.Error("a silent video has sound")
	}
	if _, err := tool.Still(t.Context(), silent, 9); err == nil {
		t.Error("a still after the end")
	}
}

func TestDecoder_MayBeLeftEarly(t *testing.T) {
	tool, path := tool(t), filepath.Join(t.TempDir(), "a.mp4")
	encode(t, tool, EncodeOptions{Path: path, W: 320, H: 320, FPS: 10, Preset: "ultrafast"}, 30)
	d, err := tool.Decode(t.Context(), path, 320, 320, 10)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFrame(320, 320)
	if err := d.Read(f); err != nil {
		t.Fatal(err)
	}
	d.Close()
	d.Close()
	noChild(t, d.cmd)
	if d.Read(f) == nil {
		t.Fatal("a closed decoder reads on")
	}
}
