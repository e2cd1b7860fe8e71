package bot

import "sync"

// maxRemembered bounds a memory: far more orders than are under way at once.
const maxRemembered = 4096

// memory is what one process knows by a number or a name. It forgets some when there are
// too many, and all of them with the process: nothing may depend on it but comfort.
type memory[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func newMemory[K comparable, V any]() *memory[K, V] { return &memory[K, V]{m: map[K]V{}} }

func (m *memory[K, V]) get(id K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.m[id]
	return v, ok
}

func (m *memory[K, V]) set(id K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.m[id]; !known && len(m.m) >= maxRemembered {
		for other := range m.m { // any one
			delete(m.m, other)
			break
		}
	}
	m.m[id] = v
}

func (m *memory[K, V]) forget(id K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.m, id)
}
