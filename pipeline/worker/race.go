//go:build race

package worker

// shadow is how many times its memory a worker takes when the race detector watches it.
const shadow = 8
