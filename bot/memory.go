package bot

import "sync"

// mostRemembered bounds a memory: far more orders than are under way at once.
const mostRemembered = 4096

// memory is what one process knows about orders or says by their number. It forgets some when there are
// too many, and all of them with the process: nothing may depend on it but comfort.
type memory[V any] struct {
	mu sync.Mutex
	m  map[int64]V
}

func newMemory[V any]() *memory[V] { return &memory[V]{m: map[int64]V{}} }

func (m *memory[V]) get(id int64) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.m[id]
	return v, ok
}

func (m *memory[V]) set(id int64, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.m[id]; !known && len(m.m) >= mostRemembered {
		for other := range m.m { // any one
			delete(m.m, other)
			break
		}
	}
	m.m[id] = v
}

func (m *memory[V]) forget(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.m, id)
}
