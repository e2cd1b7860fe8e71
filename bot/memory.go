package bot

import (
	lru "github.com/hashicorp/golang-lru/v2"
)

// maxRemembered bounds a memory: far more orders than are under way at once.
const maxRemembered = 4096

// Memory is what one process knows by a number or a name. It forgets what was used least recently when there is too
// much, and all of it with the process: nothing may depend on it but comfort.
type Memory[K comparable, V any] = lru.Cache[K, V]

func NewMemory[K comparable, V any]() *Memory[K, V] {
	m, err := lru.New[K, V](maxRemembered)
	if err != nil {
		panic(err) // only of a size that is none
	}
	return m
}
