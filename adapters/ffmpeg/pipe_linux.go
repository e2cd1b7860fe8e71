package ffmpeg

import (
	"io"
	"syscall"
)

// widen makes a pipe as large as an unprivileged process may (1 MiB instead of 64 KiB), so that a frame
// changes hands in few wake-ups. A refusal costs speed only.
func widen(pipe io.Closer) {
	c, ok := pipe.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		const setPipeSize = 1031 // F_SETPIPE_SZ of fcntl(2)
		syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, 1<<20)
	})
}
