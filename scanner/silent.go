package scanner

import "sync"

// silentAfter is how many readings in a row have to hang in the kernel, with nothing
// read in between, for a file system to be taken as dead: what else lies there is not
// tried, because each try costs a minute and a process that cannot be ended.
const silentAfter = 3

// mount is a file system of a source.
type mount struct {
	source string
	device uint64
}

// silence counts the readings that hung, by mount. It is safe for concurrent use.
type silence struct {
	mu   sync.Mutex
	hung map[mount]int
}

func (s *silence) hangs(m mount) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hung == nil {
		s.hung = map[mount]int{}
	}
	s.hung[m]++
}

// answers takes back what hung before; of a mount that is dead nothing is expected.
func (s *silence) answers(m mount) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.hung[m]; n > 0 && n < silentAfter {
		delete(s.hung, m)
	}
}

func (s *silence) dead(m mount) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hung[m] >= silentAfter
}
