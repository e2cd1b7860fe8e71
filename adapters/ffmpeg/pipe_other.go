//go:build !linux

package ffmpeg

import "io"

// widen does nothing where the size of a pipe can't be set.
func widen(io.Closer) {}
